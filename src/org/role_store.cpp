#include "role_store.hpp"

namespace wescrm::org {
namespace {

using database::bind;

Grants grants_of(std::vector<std::string> const& permissions, std::vector<std::string> const& reaches) {
    auto grants = Grants{};
    for (std::size_t i = 0; i < permissions.size(); ++i)
        grants[permissions[i]] = operation::reach_from(reaches.at(i)).value_or(operation::Reach::self);
    return grants;
}

}  // namespace

std::vector<RoleItem> RoleStore::items(std::string const& rest, database::Params params) {
    params.add(bind("tenant", ctx_.tenant()));
    auto found = std::vector<RoleItem>{};
    using Texts = std::vector<std::string>;
    for (auto& [id, name, description, builtin, fixed, all_rights, is_default, permissions, reaches, fields,
                departments, members, version, created, updated, by] :
         sql_.rows<RoleId, std::string, std::string, bool, bool, bool, bool, Texts, Texts, std::string,
                   std::vector<DepartmentId>, std::vector<UserId>, std::int64_t, Instant, Instant,
                   std::optional<UserId>>(
             "select r.id, r.name, r.description, r.is_builtin, r.is_administrator or coalesce(r.code = "
             "'report_administrator', false), r.is_administrator, r.is_default, "
             "array(select p.permission from role_permission p where p.tenant_id = r.tenant_id and p.role_id = r.id "
             "order by p.permission), "
             "array(select p.reach from role_permission p where p.tenant_id = r.tenant_id and p.role_id = r.id order "
             "by "
             "p.permission), "
             "coalesce((select jsonb_object_agg(o.object, o.fields)::text from (select f.object, "
             "jsonb_object_agg(f.field, jsonb_build_object('level', (array['hidden', 'read', 'edit'])[f.level + 1], "
             "'mask', (array['none', 'lists', 'everywhere'])[f.mask + 1])) as fields from role_field f where "
             "f.tenant_id = r.tenant_id and f.role_id = r.id group by f.object) o), '{}'), "
             "array(select d.department_id from role_department d where d.tenant_id = r.tenant_id and d.role_id = r.id "
             "order by 1), "
             "array(select e.user_id from role_member m join employee e on e.tenant_id = m.tenant_id and e.id = "
             "m.employee_id where m.tenant_id = r.tenant_id and m.role_id = r.id and e.status <> 'left' order by 1 "
             "limit "
             "10000), r.version, r.created_at, r.updated_at, (select k.user_id from employee k where k.tenant_id = "
             "r.tenant_id and k.id = r.created_by) from role r where r.tenant_id = :tenant" +
                 rest,
             params)) {
        auto scopes = scopes_of(grants_of(permissions, reaches));
        found.push_back({id, std::move(name), std::move(description), builtin, fixed, all_rights, is_default,
                         std::move(permissions), std::move(scopes), json::parse(fields).value(), std::move(departments),
                         std::move(members), version, created, updated, std::move(by)});
    }
    return found;
}

std::vector<RoleItem> RoleStore::list() {
    return items(" order by r.is_administrator desc, r.is_builtin desc, r.name limit 500", {});
}

std::optional<RoleItem> RoleStore::find(RoleId id) {
    auto found = items(" and r.id = :id", {bind("id", id)});
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
}

std::optional<LockedRole> RoleStore::lock(RoleId id) {
    auto const row = sql_.row<std::optional<std::string>, std::string, bool, bool, std::int64_t>(
        "select code, name, is_administrator, is_default, version from role where tenant_id = :tenant and id = :id for "
        "update",
        {bind("tenant", ctx_.tenant()), bind("id", id)});
    if (!row) return std::nullopt;
    auto const& [code, name, is_administrator, is_default, version] = *row;
    auto locked = LockedRole{code.value_or(""), name, is_administrator, is_default, version, {}};
    for (auto const& [permission, reach] : sql_.rows<std::string, std::string>(
             "select permission, reach from role_permission where tenant_id = :tenant and role_id = :id",
             {bind("tenant", ctx_.tenant()), bind("id", id)}))
        locked.grants[permission] = operation::reach_from(reach).value_or(operation::Reach::self);
    return locked;
}

bool RoleStore::is_name_taken(std::string_view name, RoleId except) {
    return sql_
        .value<int>("select 1 from role where tenant_id = :tenant and name = :name and id <> :id",
                    {bind("tenant", ctx_.tenant()), bind("name", name), bind("id", except)})
        .has_value();
}

RoleId RoleStore::insert(std::string_view name, std::string_view description) {
    return sql_
        .value<RoleId>(
            "insert into role (tenant_id, name, description, created_by, created_at, updated_at) values (:tenant, "
            ":name, :description, :by, :now, :now) returning id",
            {bind("tenant", ctx_.tenant()),
             bind("by", ctx_.actor().is_system() ? std::nullopt : std::optional{ctx_.actor().employee}),
             bind("name", name), bind("description", description), bind("now", ctx_.now())})
        .value();
}

void RoleStore::update(RoleId id, std::string_view name, std::string_view description) {
    sql_.execute(
        "update role set name = :name, description = :description, version = version + 1, updated_at = :now where "
        "tenant_id = :tenant and id = :id",
        {bind("tenant", ctx_.tenant()), bind("id", id), bind("name", name), bind("description", description),
         bind("now", ctx_.now())});
}

void RoleStore::erase(RoleId id) {
    auto const key = database::Params{bind("tenant", ctx_.tenant()), bind("id", id)};
    for (auto const* table : {"role_permission", "role_department", "role_member"})
        sql_.execute("delete from " + std::string{table} + " where tenant_id = :tenant and role_id = :id", key);
    sql_.execute("delete from role where tenant_id = :tenant and id = :id", key);
}

void RoleStore::write_grants(RoleId id, Grants const& grants) {
    auto permissions = std::vector<std::string>{};
    auto reaches = std::vector<std::string>{};
    for (auto const& [permission, reach] : grants) {
        permissions.push_back(permission);
        reaches.emplace_back(operation::name_of(reach));
    }
    auto const key = database::Params{bind("tenant", ctx_.tenant()), bind("id", id)};
    sql_.execute("delete from role_permission where tenant_id = :tenant and role_id = :id", key);
    auto params = key;
    params.add(bind("permissions", permissions));
    params.add(bind("reaches", reaches));
    sql_.execute(
        "insert into role_permission (tenant_id, role_id, permission, reach) select :tenant, :id, p, r from "
        "unnest(:permissions::text[], :reaches::text[]) n(p, r)",
        params);
}

void RoleStore::write_departments(RoleId id, std::vector<DepartmentId> const& departments) {
    sql_.execute("delete from role_department where tenant_id = :tenant and role_id = :id",
                 {bind("tenant", ctx_.tenant()), bind("id", id)});
    sql_.execute(
        "insert into role_department (tenant_id, role_id, department_id) select :tenant, :id, d from (select distinct "
        "unnest(:departments::bigint[]) as d) n",
        {bind("tenant", ctx_.tenant()), bind("id", id), bind("departments", departments)});
}

std::vector<EmployeeId> RoleStore::members(RoleId id) {
    return sql_.values<EmployeeId>(
        "select employee_id from role_member where tenant_id = :tenant and role_id = :id order by 1",
        {bind("tenant", ctx_.tenant()), bind("id", id)});
}

void RoleStore::add_members(RoleId id, std::vector<EmployeeId> const& people) {
    sql_.execute(
        "insert into role_member (tenant_id, role_id, employee_id) select :tenant, :id, unnest(:people::bigint[]) on "
        "conflict do nothing",
        {bind("tenant", ctx_.tenant()), bind("id", id), bind("people", people)});
}

void RoleStore::remove_members(RoleId id, std::vector<EmployeeId> const& people) {
    auto const params = database::Params{bind("tenant", ctx_.tenant()), bind("id", id), bind("people", people)};
    sql_.execute(
        "delete from role_member where tenant_id = :tenant and role_id = :id and employee_id = any(:people::bigint[])",
        params);
    sql_.execute(
        "insert into role_member (tenant_id, role_id, employee_id) select :tenant, r.id, p.id from "
        "unnest(:people::bigint[]) p(id) join role r on r.tenant_id = :tenant and r.is_default and r.id <> :id where "
        "not "
        "exists (select 1 from role_member m where m.tenant_id = :tenant and m.employee_id = p.id)",
        params);
}

void RoleStore::end_sessions(std::vector<EmployeeId> const& people) {
    sql_.execute(
        "update employee set auth_generation = auth_generation + 1 where tenant_id = :tenant and id = "
        "any(:people::bigint[])",
        {bind("tenant", ctx_.tenant()), bind("people", people)});
}

}  // namespace wescrm::org
