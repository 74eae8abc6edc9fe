#include "pool_views.hpp"
#include "pools.hpp"

#include <wescrm/operation/catalogue.hpp>
#include <wescrm/sales/ids.hpp>

#include <boost/describe/enum_to_string.hpp>

// How many customers and leads one person may hold, where it differs from what his pool says: his own cap before that
// of his nearest department.
namespace wescrm::sales {
namespace {

using database::bind;
using operation::Effect;
using operation::FieldRule;
using operation::Operation;

using CapId = StrongId<struct HoldingCapIdTag, std::int64_t>;

constexpr std::int64_t highest = 1'000'000;

struct Cap {
    CapId id;
    std::string object;  ///< customer, lead
    std::optional<UserId> user_id;
    std::optional<std::string> user_name;
    std::optional<DepartmentId> department_id;
    std::optional<std::string> department_name;
    std::int64_t cap = 0;
    std::optional<std::int64_t> held;  ///< of a person: what counts now
    std::int64_t version = 0;
    Instant created_at;
    Instant updated_at;
    std::optional<UserId> created_by;
};
BOOST_DESCRIBE_STRUCT(Cap, (),
                      (id, object, user_id, user_name, department_id, department_name, cap, held, version, created_at,
                       updated_at, created_by))
struct Caps {
    std::vector<Cap> items;
};
BOOST_DESCRIBE_STRUCT(Caps, (), (items))

struct ListCaps {
    std::optional<PoolObject> object;
};
BOOST_DESCRIBE_STRUCT(ListCaps, (), (object))
struct CreateCap {
    PoolObject object = PoolObject::customer;
    std::optional<UserId> user_id;  ///< either of both
    std::optional<DepartmentId> department_id;
    std::int64_t cap = 0;
};
BOOST_DESCRIBE_STRUCT(CreateCap, (), (object, user_id, department_id, cap))
struct ChangeCap {
    CapId id;
    std::int64_t version = 0;
    std::int64_t cap = 0;
};
BOOST_DESCRIBE_STRUCT(ChangeCap, (), (id, version, cap))
struct OneCap {
    CapId id;
    std::optional<std::int64_t> version;
};
BOOST_DESCRIBE_STRUCT(OneCap, (), (id, version))

std::vector<FieldRule> field_rules(CreateCap const*) {
    return {{"object", "对象"},
            {"user_id", "员工", {.max_length = 64}},
            {"department_id", "部门"},
            {"cap", "持有上限", {.min = 0, .max = highest}, "200"}};
}
std::vector<FieldRule> field_rules(ChangeCap const*) {
    return {{"version", "版本", {.min = 1}}, {"cap", "持有上限", {.min = 0, .max = highest}, "200"}};
}

constexpr std::string_view select =
    "select c.id, c.object, e.user_id, e.name, c.department_id, d.name, c.cap, case when c.employee_id is null then "
    "null when c.object = 'lead' then (select count(*) from lead r where r.tenant_id = c.tenant_id and r.owner_id = "
    "c.employee_id and r.deleted_at is null and (r.protected_until is null or r.protected_until <= :now) and r.status "
    "in ('pending', 'following')) else (select count(*) from customer r where r.tenant_id = c.tenant_id and r.owner_id "
    "= c.employee_id and r.deleted_at is null and (r.protected_until is null or r.protected_until <= :now) and "
    "r.deal_status = 'open') end, c.version, c.created_at, c.updated_at, k.user_id from holding_cap c left join "
    "employee e on e.tenant_id = c.tenant_id and e.id = c.employee_id left join department d on d.tenant_id = "
    "c.tenant_id and d.id = c.department_id left join employee k on k.tenant_id = c.tenant_id and k.id = c.created_by "
    "where c.tenant_id = :tenant";

std::optional<Cap> find(operation::Context& ctx, CapId id) {
    return ctx.sql().record<Cap>(std::string{select} + " and c.id = :id",
                                 {bind("tenant", ctx.tenant()), bind("now", ctx.now()), bind("id", id)});
}

Error no_cap() { return {Errc::not_found, "holding_cap", "没有这个持有上限"}; }
Error stale() { return {Errc::stale, "version", "这个上限刚被别人修改过，请刷新后再改"}; }

void audit(operation::Context& ctx, CapId id, std::string action, std::optional<Cap> before, std::optional<Cap> after) {
    auto const json_of = [](std::optional<Cap>& cap) {
        if (!cap) return json::Document{rapidjson::kObjectType};
        cap->held.reset();
        return operation::write_output(*cap);
    };
    auto const changed = operation::difference(json_of(before), json_of(after));
    ctx.audit({"holding_cap", id.value(), std::move(action), changed.before, changed.after, {}});
}

struct Whom {
    std::optional<EmployeeId> person;
    std::optional<DepartmentId> department;
};

Result<Whom> whom(operation::Context& ctx, CreateCap const& input) {
    if (input.user_id.has_value() == input.department_id.has_value())
        return invalid_field("user_id", "请选择一位员工或一个部门，只能选一个");
    auto whom = Whom{{}, input.department_id};
    if (input.user_id) {
        whom.person = ctx.sql().value<EmployeeId>(
            "select id from employee where tenant_id = :tenant and user_id = :user and status <> 'left'",
            {bind("tenant", ctx.tenant()), bind("user", *input.user_id)});
        if (!whom.person) return invalid_field("user_id", "没有这位在职员工");
        return whom;
    }
    auto const is_there =
        ctx.sql().value<int>("select 1 from department where tenant_id = :tenant and id = :id and removed_at is null",
                             {bind("tenant", ctx.tenant()), bind("id", *input.department_id)});
    if (!is_there) return invalid_field("department_id", "没有这个部门");
    return whom;
}

Result<Caps> list_caps(operation::Context& ctx, ListCaps const& input) {
    auto sql = std::string{select};
    auto params = database::Params{bind("tenant", ctx.tenant()), bind("now", ctx.now())};
    if (input.object) {
        sql += " and c.object = :object";
        params.add(bind("object", name_of(*input.object)));
    }
    return Caps{ctx.sql().records<Cap>(sql + " order by c.object, d.name nulls last, e.name, c.id", params)};
}

Result<Cap> create_cap(operation::Context& ctx, CreateCap const& input) {
    auto const for_whom = whom(ctx, input);
    if (!for_whom) return for_whom.error();
    auto const id = ctx.sql().value<CapId>(
        "insert into holding_cap (tenant_id, object, employee_id, department_id, cap, created_at, updated_at, "
        "created_by) values (:tenant, :object, :person, :department, :cap, :now, :now, :me) on conflict do nothing "
        "returning id",
        {bind("tenant", ctx.tenant()), bind("object", name_of(input.object)), bind("person", for_whom->person),
         bind("department", for_whom->department), bind("cap", input.cap), bind("now", ctx.now()),
         bind("me", ctx.actor().is_system() ? std::nullopt : std::optional{ctx.actor().employee})});
    auto const* const field = input.user_id ? "user_id" : "department_id";
    if (!id) {
        auto const* const message = input.user_id ? "这位员工已有上限，请直接修改它" : "这个部门已有上限，请直接修改它";
        return Error{Errc::conflict, "duplicate", message, {{field, message}}};
    }
    auto made = find(ctx, *id).value();
    audit(ctx, *id, "holding_cap.create", std::nullopt, made);
    return made;
}

Result<Cap> change_cap(operation::Context& ctx, ChangeCap const& input) {
    auto const before = find(ctx, input.id);
    if (!before) return no_cap();
    auto const changed = ctx.sql().execute(
        "update holding_cap set cap = :cap, version = version + 1, updated_at = :now where tenant_id = :tenant and id "
        "= "
        ":id and version = :version",
        {bind("tenant", ctx.tenant()), bind("id", input.id), bind("cap", input.cap), bind("version", input.version),
         bind("now", ctx.now())});
    if (changed == 0) return stale();
    auto after = find(ctx, input.id).value();
    audit(ctx, input.id, "holding_cap.change", before, after);
    return after;
}

Result<Nothing> delete_cap(operation::Context& ctx, OneCap const& input) {
    auto const before = find(ctx, input.id);
    if (!before) return no_cap();
    if (input.version && *input.version != before->version) return stale();
    ctx.sql().execute("delete from holding_cap where tenant_id = :tenant and id = :id",
                      {bind("tenant", ctx.tenant()), bind("id", input.id)});
    audit(ctx, input.id, "holding_cap.delete", before, std::nullopt);
    return Nothing{};
}

constexpr Operation<ListCaps, Caps> cap_list{"holding_cap.list", "持有上限", "high_sea.manage",
                                             Effect::reads,      list_caps,  {"GET", "/holding-caps"}};
constexpr Operation<CreateCap, Cap> cap_create{"holding_cap.create", "新建持有上限", "high_sea.manage",
                                               Effect::writes,       create_cap,     {"POST", "/holding-caps", 201}};
constexpr Operation<ChangeCap, Cap> cap_change{"holding_cap.change", "修改持有上限", "high_sea.manage",
                                               Effect::writes,       change_cap,     {"PATCH", "/holding-caps/{id}"}};
constexpr Operation<OneCap, Nothing> cap_delete{"holding_cap.delete", "删除持有上限",
                                                "high_sea.manage",    Effect::confirms,
                                                delete_cap,           {"DELETE", "/holding-caps/{id}", 204}};

}  // namespace

void add_holding_caps(operation::Catalogue& catalogue) {
    catalogue.add(cap_list);
    catalogue.add(cap_create);
    catalogue.add(cap_change);
    catalogue.add(cap_delete);
}

}  // namespace wescrm::sales
