#include <wescrm/operation/access_scope.hpp>

#include <algorithm>

namespace wescrm::operation {
namespace {

using database::bind;

// Whose rows a set of grants covers, in one round trip. Subordinates: the first level only, unless the company says
// otherwise (setting subordinate_range). Departments: by the owner's main department at this moment, so that a new
// manager sees the rows of somebody who moved.
constexpr std::string_view owners_covered =
    "with recursive below (id, depth) as ("
    "  select e.id, 1 from employee e where e.tenant_id = :tenant and e.superior_id = :me and :subordinates::boolean "
    "  union select e.id, b.depth + 1 from below b join employee e on e.tenant_id = :tenant and e.superior_id = b.id "
    "where b.depth < 64 "
    "    and (select t.settings ->> 'subordinate_range' from tenant t where t.id = :tenant) = 'all'), "
    "trees (id) as ("
    "  select unnest(:trees::bigint[]) union select m.department_id from employee_department m "
    "  where :headed::boolean and m.tenant_id = :tenant and m.employee_id = :me and m.is_leader) "
    "select :me::bigint union select id from below union "
    "select e.id from employee e where e.tenant_id = :tenant and e.main_department_id = any(:departments::bigint[]) "
    "union "
    "select e.id from trees join department d on d.tenant_id = :tenant and trees.id = any(d.path) "
    "join employee e on e.tenant_id = d.tenant_id and e.main_department_id = d.id";

std::string permission_for(std::string_view kind, Power power) {
    return std::string{kind} + (power == Power::read ? ".view" : ".edit");
}

}  // namespace

AccessScope::Owners AccessScope::owners_within_reach(std::string_view kind, Power power) const {
    if (actor_.is_system() || actor_.is_administrator) return {true, {}};
    auto owners = Owners{};
    auto const found = actor_.permissions.find(permission_for(kind, power));
    if (found == actor_.permissions.end()) return owners;
    auto with_subordinates = false;
    // Whoever heads a department reads what lies below it, without being granted that; changing it needs a grant.
    auto with_headed = power == Power::read;
    auto departments = std::vector<DepartmentId>{};
    auto trees = std::vector<DepartmentId>{};
    for (auto const& grant : found->second) {
        switch (grant.reach) {
            case Reach::self:
                break;
            case Reach::self_sub:
                with_subordinates = true;
                break;
            case Reach::dept:
                departments.push_back(actor_.department);
                break;
            case Reach::dept_tree:
                trees.push_back(actor_.department);
                break;
            case Reach::headed:
                with_headed = true;
                break;
            case Reach::custom:
                trees.insert(trees.end(), grant.departments.begin(), grant.departments.end());
                break;
            case Reach::all:
                return {true, {}};
        }
    }
    owners.ids =
        sql_.values<EmployeeId>(owners_covered, {bind("tenant", actor_.tenant), bind("me", actor_.employee),
                                                 bind("subordinates", with_subordinates), bind("headed", with_headed),
                                                 bind("departments", departments), bind("trees", trees)});
    std::sort(owners.ids.begin(), owners.ids.end());
    return owners;
}

Predicate AccessScope::rows(std::string_view kind, Power power, std::string_view alias) const {
    auto const owners = owners_within_reach(kind, power);
    if (owners.is_everybody) return {"true", {}};
    auto const row = std::string{alias};
    auto predicate = Predicate{};
    predicate.sql =
        "(" + row +
        ".owner_id = any(:scope_owners::bigint[]) or exists (select 1 from team_member scope_team where "
        "scope_team.tenant_id = " +
        row + ".tenant_id and scope_team.object = :scope_kind and scope_team.object_id = " + row +
        ".id and scope_team.employee_id = :scope_me and (scope_team.expires_at is null or scope_team.expires_at > "
        ":scope_now::timestamptz)" +
        (power == Power::write ? " and scope_team.power = 'write'" : "") + "))";
    predicate.params = {bind("scope_owners", owners.ids), bind("scope_kind", kind), bind("scope_me", actor_.employee),
                        bind("scope_now", now_)};
    return predicate;
}

bool AccessScope::allows(std::string_view kind, Power power, std::int64_t id, EmployeeId owner) const {
    auto const owners = owners_within_reach(kind, power);
    if (owners.is_everybody || (!owner.is_empty() && std::binary_search(owners.ids.begin(), owners.ids.end(), owner)))
        return true;
    auto const member = sql_.value<int>(std::string{"select 1 from team_member where tenant_id = :tenant and object = "
                                                    ":kind and object_id = :id and employee_id = :me and "
                                                    "(expires_at is null or expires_at > :now)"} +
                                            (power == Power::write ? " and power = 'write'" : ""),
                                        {bind("tenant", actor_.tenant), bind("kind", kind), bind("id", id),
                                         bind("me", actor_.employee), bind("now", now_)});
    return member.has_value();
}

}  // namespace wescrm::operation
