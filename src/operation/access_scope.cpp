#include <algorithm>

#include <wescrm/operation/access_scope.hpp>

namespace wescrm::operation {
namespace {

using database::bind;

// Everybody below one person; only the first level when the company says so (setting subordinate_range = direct).
constexpr std::string_view subordinates =
    "with recursive below (id, depth) as ("
    "  select e.id, 1 from employee e where e.tenant_id = :tenant and e.superior_id = :me "
    "  union select e.id, b.depth + 1 from below b join employee e on e.tenant_id = :tenant and e.superior_id = b.id "
    "  where b.depth < 64 and (select coalesce(t.settings ->> 'subordinate_range', 'all') from tenant t where t.id = :tenant) = 'all') "
    "select distinct id from below where id <> :me";

constexpr std::string_view in_departments =
    "select distinct m.employee_id from employee_department m where m.tenant_id = :tenant and m.department_id = any(:departments::bigint[])";

constexpr std::string_view below_departments =
    "select distinct m.employee_id from employee_department m join department d on d.tenant_id = m.tenant_id and d.id = m.department_id "
    "where m.tenant_id = :tenant and d.path && :departments::bigint[]";

constexpr std::string_view headed_departments =
    "select m.department_id from employee_department m where m.tenant_id = :tenant and m.employee_id = :me and m.is_leader";

std::string permission_for(std::string_view kind, Power power) {
    return std::string{kind} + (power == Power::read ? ".view" : ".edit");
}

}  // namespace

AccessScope::Owners AccessScope::owners_within_reach(std::string_view kind, Power power) const {
    if (actor_.is_system() || actor_.is_administrator) return {true, {}};
    auto owners = Owners{};
    auto const found = actor_.permissions.find(permission_for(kind, power));
    if (found == actor_.permissions.end()) return owners;
    auto const add = [&owners](std::vector<EmployeeId> const& more) { owners.ids.insert(owners.ids.end(), more.begin(), more.end()); };
    auto const add_departments = [&](std::string_view query, std::vector<DepartmentId> const& departments) {
        add(sql_.values<EmployeeId>(query, {bind("tenant", actor_.tenant), bind("departments", departments)}));
    };
    auto const me = database::Params{bind("tenant", actor_.tenant), bind("me", actor_.employee)};
    add({actor_.employee});
    for (auto const& grant : found->second) {
        switch (grant.reach) {
            case Reach::self: break;
            case Reach::self_sub: add(sql_.values<EmployeeId>(subordinates, me)); break;
            case Reach::dept: add_departments(in_departments, {actor_.department}); break;
            case Reach::dept_tree: add_departments(below_departments, {actor_.department}); break;
            case Reach::headed: add_departments(below_departments, sql_.values<DepartmentId>(headed_departments, me)); break;
            case Reach::custom: add_departments(below_departments, grant.departments); break;
            case Reach::all: return {true, {}};
        }
    }
    std::sort(owners.ids.begin(), owners.ids.end());
    owners.ids.erase(std::unique(owners.ids.begin(), owners.ids.end()), owners.ids.end());
    return owners;
}

Predicate AccessScope::rows(std::string_view kind, Power power, std::string_view alias) const {
    auto const owners = owners_within_reach(kind, power);
    if (owners.is_everybody) return {"true", {}};
    auto const row = std::string{alias};
    auto predicate = Predicate{};
    predicate.sql = "(" + row + ".owner_id = any(:scope_owners::bigint[]) or exists (select 1 from team_member scope_team where "
                    "scope_team.tenant_id = " + row + ".tenant_id and scope_team.object = :scope_kind and scope_team.object_id = " + row +
                    ".id and scope_team.employee_id = :scope_me and (scope_team.expires_at is null or scope_team.expires_at > "
                    ":scope_now::timestamptz)" + (power == Power::write ? " and scope_team.power = 'write'" : "") + "))";
    predicate.params = {bind("scope_owners", owners.ids), bind("scope_kind", kind), bind("scope_me", actor_.employee),
                        bind("scope_now", now_)};
    return predicate;
}

bool AccessScope::allows(std::string_view kind, Power power, std::int64_t id, EmployeeId owner) const {
    auto const owners = owners_within_reach(kind, power);
    if (owners.is_everybody || (!owner.is_empty() && std::binary_search(owners.ids.begin(), owners.ids.end(), owner))) return true;
    auto const member = sql_.value<int>(
        std::string{"select 1 from team_member where tenant_id = :tenant and object = :kind and object_id = :id and employee_id = :me and "
                    "(expires_at is null or expires_at > :now)"} + (power == Power::write ? " and power = 'write'" : ""),
        {bind("tenant", actor_.tenant), bind("kind", kind), bind("id", id), bind("me", actor_.employee), bind("now", now_)});
    return member.has_value();
}

}  // namespace wescrm::operation
