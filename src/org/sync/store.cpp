#include "store.hpp"

#include <unordered_map>
#include <unordered_set>

namespace wescrm::org {
namespace {

using database::bind;
using Employees = std::vector<rules::StoredEmployee const*>;

template <class Rows, class Get>
auto column(Rows const& rows, Get get) {
    auto values = std::vector<std::decay_t<decltype(get(*std::begin(rows)))>>{};
    values.reserve(std::size(rows));
    for (auto const& row : rows) values.push_back(get(row));
    return values;
}

database::Params columns_of(TenantId tenant, Employees const& rows) {
    using Row = rules::StoredEmployee const*;
    return {bind("tenant", tenant),
            bind("ids", column(rows, [](Row r) { return r->id; })),
            bind("users", column(rows, [](Row r) { return r->user; })),
            bind("names", column(rows, [](Row r) { return r->name; })),
            bind("statuses", column(rows, [](Row r) { return r->status; })),
            bind("positions", column(rows, [](Row r) { return r->position; })),
            bind("mobiles", column(rows, [](Row r) { return r->mobile; })),
            bind("mains", column(rows, [](Row r) { return r->main_department_id.value_or(0); })),
            bind("leaders", column(rows, [](Row r) { return r->wecom_superior; }))};
}

Employees only(Employees const& rows, std::vector<std::int64_t> const& ids) {
    auto const wanted = std::unordered_set<std::int64_t>{ids.begin(), ids.end()};
    auto found = Employees{};
    for (auto const* row : rows)
        if (wanted.contains(row->id)) found.push_back(row);
    return found;
}

constexpr std::string_view employee_rows =
    "unnest(:ids::bigint[], :users::text[], :names::text[], :statuses::text[], :positions::text[], :mobiles::text[], "
    ":mains::bigint[], "
    ":leaders::text[]) as n(id, user_id, name, status, position, mobile, main, leader) ";

}  // namespace

rules::Stored OrgStore::load() {
    auto stored = rules::Stored{};
    auto const tenant = database::Params{bind("tenant", tenant_)};
    for (auto& [id, wecom, parent, name, order, path, missing, removed, event] :
         sql_.rows<std::int64_t, std::optional<std::int64_t>, std::optional<std::int64_t>, std::string, std::int64_t,
                   std::vector<std::int64_t>, std::optional<Instant>, bool, std::optional<Instant>>(
             "select id, wecom_id, parent_id, name, sort_order, path, missing_since, removed_at is not null, "
             "last_event_at from department "
             "where tenant_id = :tenant order by cardinality(path), id",
             tenant))
        stored.departments.push_back(
            {id, wecom, parent, std::move(name), order, std::move(path), missing, removed, event});

    stored.employees = employees("order by e.id", tenant);
    auto at = std::unordered_map<std::int64_t, std::size_t>{};
    for (std::size_t i = 0; i < stored.employees.size(); ++i) at.emplace(stored.employees[i].id, i);
    for (auto const& [employee, department, is_leader, order, is_local, is_local_head] :
         sql_.rows<std::int64_t, std::int64_t, bool, std::int64_t, bool, bool>(
             "select employee_id, department_id, is_leader, sort_order, is_local, is_local_head from "
             "employee_department where tenant_id = :tenant order by department_id",
             tenant))
        stored.employees[at.at(employee)].seats.push_back({department, is_leader, order, is_local, is_local_head});
    return stored;
}

std::vector<rules::StoredEmployee> OrgStore::employees(std::string const& condition, database::Params const& params) {
    auto found = std::vector<rules::StoredEmployee>{};
    using Text = std::string;
    for (auto& [id, user, name, status, position, mobile, main, superior, fixed, leader, reason, missing, event,
                administrator, kept, local] :
         sql_.rows<std::int64_t, UserId, Text, Text, Text, Text, std::optional<std::int64_t>,
                   std::optional<std::int64_t>, std::optional<std::int64_t>, Text, Text, std::optional<Instant>,
                   std::optional<Instant>, bool, bool, bool>(
             std::string{
                 "select e.id, e.user_id, e.name, e.status, e.position, coalesce(e.mobile, ''), e.main_department_id, "
                 "e.superior_id, "
                 "e.superior_override_id, coalesce(e.wecom_superior, ''), coalesce(e.left_reason, ''), "
                 "e.missing_since, e.last_event_at, "
                 "e.id in (select m.employee_id from role_member m join role r on r.tenant_id = m.tenant_id and r.id = "
                 "m.role_id "
                 "  where m.tenant_id = :tenant and r.is_administrator), e.kept_at is not null, e.source = 'local' "
                 "from employee e where "
                 "e.tenant_id = :tenant "} +
                 condition,
             params)) {
        found.push_back({id,
                         user,
                         std::move(name),
                         std::move(status),
                         std::move(position),
                         std::move(mobile),
                         main,
                         superior,
                         fixed,
                         std::move(leader),
                         std::move(reason),
                         missing,
                         event,
                         administrator,
                         kept,
                         local,
                         {}});
    }
    return found;
}

std::optional<rules::StoredEmployee> OrgStore::load_employee(UserId const& user) {
    auto const params = database::Params{bind("tenant", tenant_), bind("user", user)};
    auto found = employees("and e.user_id = :user", params);
    // WeCom compares userids without case; it seldom writes one differently, so this may cost more.
    if (found.empty()) found = employees("and lower(e.user_id) = lower(:user)", params);
    if (found.empty()) return std::nullopt;
    for (auto const& [department, is_leader, order, is_local, is_local_head] :
         sql_.rows<std::int64_t, bool, std::int64_t, bool, bool>(
             "select department_id, is_leader, sort_order, is_local, is_local_head from employee_department where "
             "tenant_id = :tenant and "
             "employee_id = :id "
             "order by department_id",
             {bind("tenant", tenant_), bind("id", found.front().id)}))
        found.front().seats.push_back({department, is_leader, order, is_local, is_local_head});
    return std::move(found.front());
}

std::unordered_map<std::int64_t, std::int64_t> OrgStore::departments_by_wecom() {
    auto ids = std::unordered_map<std::int64_t, std::int64_t>{};
    for (auto const& [wecom, id] : sql_.rows<std::int64_t, std::int64_t>(
             "select wecom_id, id from department where tenant_id = :tenant and wecom_id is not null",
             {bind("tenant", tenant_)}))
        ids.emplace(wecom, id);
    return ids;
}

std::int64_t OrgStore::root() {
    auto const tenant = database::Params{bind("tenant", tenant_)};
    auto const found = sql_.value<std::int64_t>(
        "select id from department where tenant_id = :tenant and parent_id is null order by id limit 1", tenant);
    if (found) return *found;
    return sql_
        .value<std::int64_t>(
            "insert into department (tenant_id, id, wecom_id, name, path) select :tenant, n.id, 1, '全公司', "
            "array[n.id] "
            "from (select new_id() as id) n returning id",
            tenant)
        .value();
}

std::vector<std::int64_t> OrgStore::new_ids(std::size_t count) {
    return sql_.values<std::int64_t>("select new_id() from generate_series(1, :count::bigint)", {bind("count", count)});
}

std::int64_t OrgStore::write_departments(std::span<rules::DepartmentRow const> rows, Instant at) {
    if (rows.empty()) return 0;
    using Row = rules::DepartmentRow const&;
    return sql_.execute(
        "insert into department as d (tenant_id, id, wecom_id, parent_id, name, sort_order, path) "
        "select :tenant, n.id, n.wecom_id, n.parent_id, n.name, n.sort_order, n.path::bigint[] from "
        "unnest(:ids::bigint[], :wecom_ids::bigint[], :parents::bigint[], :names::text[], :orders::bigint[], "
        ":paths::text[]) "
        "as n(id, wecom_id, parent_id, name, sort_order, path) "
        "on conflict (tenant_id, id) do update set parent_id = excluded.parent_id, name = excluded.name, sort_order = "
        "excluded.sort_order, "
        "path = excluded.path, removed_at = null, missing_since = null, version = d.version + 1, updated_at = now() "
        "where d.last_event_at is null or d.last_event_at <= :at",
        {bind("tenant", tenant_), bind("at", at), bind("ids", column(rows, [](Row r) { return r.row.id; })),
         bind("wecom_ids", column(rows, [](Row r) { return r.row.wecom_id.value_or(0); })),
         bind("parents", column(rows, [](Row r) { return r.row.parent_id.value_or(0); })),
         bind("names", column(rows, [](Row r) { return r.row.name; })),
         bind("orders", column(rows, [](Row r) { return r.row.order; })),
         bind("paths", column(rows, [](Row r) {
                  return database::ValueOf<std::vector<std::int64_t>>::to_text(r.row.path).value();
              }))});
}

std::int64_t OrgStore::write_employees(std::span<rules::EmployeeRow const> rows, Instant at) {
    auto fresh = Employees{};
    auto known = Employees{};
    for (auto const& row : rows) (row.is_new ? fresh : known).push_back(&row.row);
    return (fresh.empty() ? 0 : insert_employees(fresh)) + (known.empty() ? 0 : update_employees(known, at));
}

// An event may have brought the person in meanwhile: then that row stands.
std::int64_t OrgStore::insert_employees(Employees const& rows) {
    auto const inserted = sql_.values<std::int64_t>(
        "insert into employee (tenant_id, id, user_id, name, status, position, mobile, main_department_id, "
        "wecom_superior) "
        "select :tenant, n.id, n.user_id, n.name, n.status, n.position, nullif(n.mobile, ''), nullif(n.main, 0), "
        "nullif(n.leader, '') from " +
            std::string{employee_rows} + "on conflict (tenant_id, user_id) do nothing returning id",
        columns_of(tenant_, rows));
    auto const written = only(rows, inserted);
    auto const roles = sql_.execute(
        "insert into role_member (tenant_id, role_id, employee_id) select :tenant, r.id, e.id from "
        "unnest(:ids::bigint[]) e(id) "
        "cross join role r where r.tenant_id = :tenant and r.is_default on conflict do nothing",
        {bind("tenant", tenant_), bind("ids", inserted)});
    return static_cast<std::int64_t>(inserted.size()) + roles + write_seats(written);
}

std::int64_t OrgStore::update_employees(Employees const& rows, Instant at) {
    auto params = columns_of(tenant_, rows);
    params.add(bind("at", at));
    auto const updated = sql_.values<std::int64_t>(
        "update employee e set user_id = n.user_id, name = n.name, status = n.status, position = n.position, mobile = "
        "nullif(n.mobile, ''), "
        "source = 'wecom', main_department_id = coalesce(nullif(n.main, 0), e.main_department_id), wecom_superior = "
        "nullif(n.leader, "
        "''), missing_since = null, "
        "left_at = case when n.status = 'active' then null else e.left_at end, "
        "left_reason = case when n.status = 'active' then null else e.left_reason end, "
        "auth_generation = e.auth_generation + case when n.status <> e.status then 1 else 0 end, version = e.version + "
        "1, updated_at = now() "
        "from " +
            std::string{employee_rows} +
            "where e.tenant_id = :tenant and e.id = n.id and (e.last_event_at is null or e.last_event_at <= :at) "
            "returning e.id",
        params);
    auto const written = only(rows, updated);
    return static_cast<std::int64_t>(updated.size()) + write_seats(written);
}

std::int64_t OrgStore::write_seats(Employees const& rows) {
    if (rows.empty()) return 0;
    auto employees = std::vector<std::int64_t>{};
    auto all = std::vector<std::int64_t>{};
    auto departments = std::vector<std::int64_t>{};
    auto leaders = std::vector<bool>{};
    auto orders = std::vector<std::int64_t>{};
    auto locals = std::vector<bool>{};
    auto heads = std::vector<bool>{};
    for (auto const* row : rows) {
        all.push_back(row->id);
        for (auto const& seat : row->seats) {
            employees.push_back(row->id);
            departments.push_back(seat.department_id);
            leaders.push_back(seat.is_leader);
            orders.push_back(seat.order);
            locals.push_back(seat.is_local);
            heads.push_back(seat.is_local_head);
        }
    }
    auto const params =
        database::Params{bind("tenant", tenant_),          bind("all", all),         bind("employees", employees),
                         bind("departments", departments), bind("leaders", leaders), bind("orders", orders),
                         bind("locals", locals),           bind("heads", heads)};
    auto const removed = sql_.execute(
        "delete from employee_department m where m.tenant_id = :tenant and m.employee_id = any(:all::bigint[]) and not "
        "m.is_local and not exists (select 1 from "
        "unnest(:employees::bigint[], :departments::bigint[]) n(e, d) where n.e = m.employee_id and n.d = "
        "m.department_id)",
        params);
    return removed +
           sql_.execute(
               "insert into employee_department as m (tenant_id, employee_id, department_id, is_leader, sort_order, "
               "is_local, is_local_head) select :tenant, n.e, n.d, n.l, n.o, n.local, n.head from "
               "unnest(:employees::bigint[], :departments::bigint[], :leaders::boolean[], :orders::bigint[], "
               ":locals::boolean[], :heads::boolean[]) n(e, d, l, o, local, head) on conflict (tenant_id, employee_id, "
               "department_id) do update set is_leader = "
               "excluded.is_leader or m.is_local_head, sort_order = excluded.sort_order, is_local = excluded.is_local, "
               "is_local_head = excluded.is_local_head where (m.is_leader, m.sort_order, m.is_local, m.is_local_head) "
               "is distinct from (excluded.is_leader, excluded.sort_order, excluded.is_local, excluded.is_local_head)",
               params);
}

std::int64_t OrgStore::write_superiors(std::span<std::pair<std::int64_t, std::optional<std::int64_t>> const> rows) {
    if (rows.empty()) return 0;
    using Row = std::pair<std::int64_t, std::optional<std::int64_t>> const&;
    return sql_.execute(
        "update employee e set superior_id = s.id from unnest(:ids::bigint[], :superiors::bigint[]) n(id, superior) "
        "left join employee s on s.tenant_id = :tenant and s.id = n.superior "
        "where e.tenant_id = :tenant and e.id = n.id and e.superior_id is distinct from s.id",
        {bind("tenant", tenant_), bind("ids", column(rows, [](Row r) { return r.first; })),
         bind("superiors", column(rows, [](Row r) { return r.second.value_or(0); }))});
}

std::int64_t OrgStore::found(std::vector<std::int64_t> const& departments, std::vector<std::int64_t> const& employees) {
    return sql_.execute(
               "update department set missing_since = null where tenant_id = :tenant and id = any(:ids::bigint[]) and "
               "missing_since "
               "is not null",
               {bind("tenant", tenant_), bind("ids", departments)}) +
           sql_.execute(
               "update employee set missing_since = null, kept_at = null where tenant_id = :tenant and id = "
               "any(:ids::bigint[]) and (missing_since is not null or kept_at is not null)",
               {bind("tenant", tenant_), bind("ids", employees)});
}

std::int64_t OrgStore::missing(std::vector<std::int64_t> const& departments, std::vector<std::int64_t> const& employees,
                               Instant at) {
    auto const where = std::string{
        " set missing_since = :at where tenant_id = :tenant and id = any(:ids::bigint[]) and missing_since is null "
        "and (last_event_at is null or last_event_at <= :at)"};
    return sql_.execute("update department" + where,
                        {bind("tenant", tenant_), bind("ids", departments), bind("at", at)}) +
           sql_.execute("update employee" + where, {bind("tenant", tenant_), bind("ids", employees), bind("at", at)});
}

std::int64_t OrgStore::deactivate(std::vector<std::int64_t> const& employees, std::string_view status,
                                  std::string_view reason, Instant now, Instant unless_event_after) {
    if (employees.empty()) return 0;
    return sql_.execute(
        "update employee set status = :status, left_at = :now, left_reason = :reason, auth_generation = "
        "auth_generation + 1, "
        "version = version + 1, updated_at = :now where tenant_id = :tenant and id = any(:ids::bigint[]) and status <> "
        ":status "
        "and (last_event_at is null or last_event_at <= :newer)",
        {bind("tenant", tenant_), bind("ids", employees), bind("status", status), bind("reason", reason),
         bind("now", now), bind("newer", unless_event_after)});
}

std::int64_t OrgStore::remove_departments(std::vector<std::int64_t> const& departments, Instant now) {
    if (departments.empty()) return 0;
    return sql_.execute(
        "update department set removed_at = :now, version = version + 1, updated_at = :now where tenant_id = :tenant "
        "and "
        "id = any(:ids::bigint[]) and removed_at is null",
        {bind("tenant", tenant_), bind("ids", departments), bind("now", now)});
}

void OrgStore::expect_growth(std::vector<std::string> const& tables, std::size_t coming) {
    auto const counted = sql_.value<double>("select reltuples from pg_class where oid = :name::regclass",
                                            {bind("name", tables.front())});
    if (counted.value_or(0) >= static_cast<double>(coming)) return;
    for (auto const& table : tables) sql_.execute("analyze " + table);
}

}  // namespace wescrm::org
