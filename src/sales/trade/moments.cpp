#include "moments.hpp"

#include "documents.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/operation/field_masks.hpp>

#include <array>

// The newest opportunities and documents of a customer in one list, each kind as far as the actor sees its records:
// what a time line tells of them, and one statement instead of a list of each.
namespace wescrm::sales {
namespace {

using database::bind;
using operation::Effect;
using operation::Operation;
using operation::Power;

constexpr int most_of_each = 10;

struct AskMoments {
    CustomerId id;
};
BOOST_DESCRIBE_STRUCT(AskMoments, (), (id))

struct CustomerMoment {
    std::string object;  ///< opportunity, quote, order, contract or payment
    RecordId object_id;
    std::optional<std::string> no;
    std::optional<std::string> name;  ///< payments have none
    std::optional<std::string> owner_name;
    std::optional<std::int64_t> amount_fen;
    std::string currency;
    std::string status;
    Instant created_at;
    std::optional<Instant> closed_at;  ///< of an opportunity
};
BOOST_DESCRIBE_STRUCT(CustomerMoment, (),
                      (object, object_id, no, name, owner_name, amount_fen, currency, status, created_at, closed_at))

struct CustomerMoments {
    std::vector<CustomerMoment> items;  ///< the ten newest of each kind, newest first
};
BOOST_DESCRIBE_STRUCT(CustomerMoments, (), (items))

struct MomentKind {
    std::string_view object;
    std::string_view table;
    std::string_view name;
    std::string_view currency;
    std::string_view closed_at;
    std::string_view condition;
};
constexpr auto moment_kinds = std::to_array<MomentKind>(
    {{"opportunity", "opportunity", "d.name", "d.currency", "d.closed_at", " and d.deleted_at is null"},
     {"quote", "quote", "d.name", "d.currency", "null", ""},
     {"order", "sales_order", "d.name", "d.currency", "null", ""},
     {"contract", "contract", "d.name", "d.currency", "null", ""},
     {"payment", "payment", "null", "d.currency", "null", ""}});

// Fields that a role does not show in full are left out.
std::string told(operation::Context& ctx, MomentKind const& kind, std::string_view field, std::string_view sql) {
    return operation::is_withheld(ctx.actor(), kind.object, field) ? "null" : std::string{sql};
}

std::string moments_sql(operation::Context& ctx, MomentKind const& kind, std::string const& seen) {
    return "(select '" + std::string{kind.object} + "'::text as object, d.id, " + told(ctx, kind, "no", "d.no") +
           "::text, " + told(ctx, kind, "name", kind.name) + "::text, " + told(ctx, kind, "owner_id", "o.name") +
           "::text, " + told(ctx, kind, "amount_fen", "d.amount_fen") + "::bigint, " + std::string{kind.currency} +
           "::text, d.status, d.created_at as at, " + std::string{kind.closed_at} + "::timestamptz from " +
           std::string{kind.table} +
           " d left join employee o on o.tenant_id = d.tenant_id and o.id = d.owner_id where d.tenant_id = :tenant and "
           "d.customer_id = :customer" +
           std::string{kind.condition} + " and " + seen + " order by d.created_at desc, d.id desc limit :most::bigint)";
}

Result<CustomerMoments> moments_of(operation::Context& ctx, AskMoments const& input) {
    if (auto const visible = insist_visible(ctx, input.id); !visible) return visible.error();
    auto const scope = ctx.scope().at_customer(input.id.value());
    auto params = database::Params{bind("tenant", ctx.tenant()), bind("customer", input.id), bind("most", most_of_each)};
    auto parts = std::vector<std::string>{};
    for (auto const& kind : moment_kinds) {
        if (!ctx.may(std::string{kind.object} + ".view")) continue;
        auto const seen = scope.rows(kind.object, Power::read, "d");
        parts.push_back(moments_sql(ctx, kind, seen.sql));
        params.add(seen.params);
    }
    if (parts.empty()) return CustomerMoments{};
    return CustomerMoments{
        ctx.sql().records<CustomerMoment>(text::join(parts, " union all ") + " order by at desc, id desc", params)};
}

constexpr Operation<AskMoments, CustomerMoments> customer_moments{
    "customer.moments", "客户的商机与交易动态",
    "customer.view",    Effect::reads,
    moments_of,         {"GET", "/customers/{id}/moments"}};

}  // namespace

void add_moments(operation::Catalogue& catalogue) { catalogue.add(customer_moments); }

}  // namespace wescrm::sales
