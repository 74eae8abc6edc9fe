#include "customers.hpp"
#include "family_operations.hpp"

// The group to which a customer belongs: its parents and everything below the highest of them, as far as the reader
// sees them.
namespace wescrm::sales {
namespace {

using database::bind;
using operation::Effect;
using operation::Operation;
using operation::Power;

constexpr int deepest = 32;
constexpr std::int64_t most_members = 200;

struct FamilyMember {
    CustomerId id;
    std::string no;
    std::string name;
    std::optional<CustomerId> parent_id;
    std::string relation;
    int depth = 0;  ///< below the highest
    std::optional<std::string> owner_name;
    std::string deal_status;
};
BOOST_DESCRIBE_STRUCT(FamilyMember, (), (id, no, name, parent_id, relation, depth, owner_name, deal_status))
constexpr std::string_view record_kind_of(FamilyMember const*) { return "customer"; }

struct Family {
    std::vector<FamilyMember> items;  ///< from the highest down, each behind its parent; at most 200
};
BOOST_DESCRIBE_STRUCT(Family, (), (items))

struct AskFamily {
    CustomerId id;
};
BOOST_DESCRIBE_STRUCT(AskFamily, (), (id))

// A parent that the reader does not see ends the way up; from there down to all that he sees.
Result<Family> family_of(operation::Context& ctx, AskFamily const& input) {
    if (auto const visible = insist_visible(ctx, input.id); !visible) return visible.error();
    auto const scope = ctx.scope().named().rows("customer", Power::read, "c");
    auto params = database::Params{bind("tenant", ctx.tenant()), bind("id", input.id), bind("deepest", deepest),
                                   bind("most", most_members)};
    params.add(scope.params);
    return Family{ctx.sql().records<FamilyMember>(
        "with recursive up (id, parent_id, depth) as (select x.id, x.parent_id, 0 from customer x where x.tenant_id = "
        ":tenant and x.id = :id union all select c.id, c.parent_id, u.depth + 1 from up u join customer c on "
        "c.tenant_id = :tenant and c.id = u.parent_id where u.depth < :deepest and c.deleted_at is null and " +
            scope.sql +
            "), root (id) as (select id from up order by depth desc limit 1), down (id, depth, way) as (select x.id, "
            "0, array[x.name] from root join customer x on x.tenant_id = :tenant and x.id = root.id union all select "
            "c.id, d.depth + 1, d.way || c.name from down d join customer c on c.tenant_id = :tenant and c.parent_id = "
            "d.id where d.depth < :deepest and c.deleted_at is null and " +
            scope.sql +
            ") select m.id, m.no, m.name, m.parent_id, m.relation, d.depth, o.name, m.deal_status from down d join "
            "customer m on m.tenant_id = :tenant and m.id = d.id left join employee o on o.tenant_id = m.tenant_id and "
            "o.id = m.owner_id order by d.way, m.id limit :most",
        params)};
}

constexpr Operation<AskFamily, Family> customer_family{
    "customer.family", "集团结构", "customer.view", Effect::reads, family_of, {"GET", "/customers/{id}/family"}};

}  // namespace

void add_family_operations(operation::Catalogue& catalogue) { catalogue.add(customer_family); }

}  // namespace wescrm::sales
