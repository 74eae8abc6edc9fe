#include "access_circle.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/operation/permissions.hpp>

#include <algorithm>

namespace wescrm::operation {
namespace {

using database::bind;

// Subordinates: the first level only, unless the company says otherwise (setting subordinate_range). Departments: by
// the owner's main department at this moment, so that a new manager sees the rows of somebody who moved.
constexpr std::string_view select_circle =
    "with recursive below (id, depth) as ("
    "  select e.id, 1 from employee e where e.tenant_id = :tenant and e.superior_id = :me and :subordinates::boolean "
    "  union select e.id, b.depth + 1 from below b join employee e on e.tenant_id = :tenant and e.superior_id = b.id "
    "  where b.depth < 64 "
    "    and (select t.settings ->> 'subordinate_range' from tenant t where t.id = :tenant) = 'all'), "
    "headed (id) as (select m.department_id from employee_department m where m.tenant_id = :tenant and m.employee_id = "
    ":me and m.is_leader), "
    "seat (id) as (select m.department_id from employee_department m where m.tenant_id = :tenant and m.employee_id = "
    ":me "
    "  union select e.main_department_id from employee e where e.tenant_id = :tenant and e.id = :me), "
    "rule as (select s.* from share_rule s where s.tenant_id = :tenant and s.enabled and :kind = any(s.objects) "
    "  and (s.power = 'write' or not :writes::boolean) "
    "  and (s.valid_from is null or s.valid_from <= :now) and (s.valid_to is null or s.valid_to > :now) and ("
    "    s.target_employee_id = :me or s.target_department_id in (select id from seat) "
    "    or s.target_role_id in (select m.role_id from role_member m where m.tenant_id = :tenant and m.employee_id = "
    ":me) "
    "    or (s.include_sub_departments and s.target_department_id in (select unnest(d.path) from seat join department "
    "d "
    "      on d.tenant_id = :tenant and d.id = seat.id)))) "
    "select array(select id from below union "
    "    select e.id from employee e where e.tenant_id = :tenant and e.main_department_id = "
    "any(:departments::bigint[]) "
    "    union select e.id from department d join employee e on e.tenant_id = d.tenant_id and e.main_department_id = "
    "d.id "
    "      where d.tenant_id = :tenant and d.path && :trees::bigint[] "
    "    union select e.id from headed join department d on d.tenant_id = :tenant and headed.id = any(d.path) "
    "      join employee e on e.tenant_id = d.tenant_id and e.main_department_id = d.id where "
    ":grants_headed::boolean), "
    "  array(select e.id from headed join department d on d.tenant_id = :tenant and headed.id = any(d.path) "
    "    join employee e on e.tenant_id = d.tenant_id and e.main_department_id = d.id where not :writes::boolean), "
    "  array(select s.source_employee_id from rule s where s.source_employee_id is not null union "
    "    select e.id from rule s join department d on d.tenant_id = :tenant and (d.id = s.source_department_id or "
    "    (s.include_sub_departments and s.source_department_id = any(d.path))) join employee e on e.tenant_id = "
    "    d.tenant_id and e.main_department_id = d.id)";

struct Asked {
    bool is_everybody = false;
    bool subordinates = false;
    bool headed = false;
    std::vector<DepartmentId> departments;
    std::vector<DepartmentId> trees;
    std::vector<std::string> labels;
};

Asked asked_of(Actor const& actor, std::vector<Grant> const& grants) {
    auto asked = Asked{};
    for (auto const& grant : grants) {
        if (auto const label = label_of(grant.reach); std::count(asked.labels.begin(), asked.labels.end(), label) == 0)
            asked.labels.emplace_back(label);
        switch (grant.reach) {
            case Reach::self:
                break;
            case Reach::self_sub:
                asked.subordinates = true;
                break;
            case Reach::dept:
                asked.departments.push_back(actor.department);
                break;
            case Reach::dept_tree:
                asked.trees.push_back(actor.department);
                break;
            case Reach::headed:
                asked.headed = true;
                break;
            case Reach::custom:
                asked.trees.insert(asked.trees.end(), grant.departments.begin(), grant.departments.end());
                break;
            case Reach::all:
                asked.is_everybody = true;
                break;
        }
    }
    return asked;
}

}  // namespace

std::string permission_for(std::string_view kind, Power power) {
    return std::string{kind} + (power == Power::read ? ".view" : ".edit");
}

Circle load_circle(database::Session& sql, Actor const& actor, std::string_view kind, Power power, Instant now) {
    auto circle = Circle{};
    auto const found = actor.permissions.find(permission_for(kind, power));
    if (found == actor.permissions.end()) return circle;
    auto const asked = asked_of(actor, found->second);
    circle.reaches = text::join(asked.labels, "、");
    circle.is_everybody = asked.is_everybody;
    if (asked.is_everybody) return circle;
    using Owners = std::vector<EmployeeId>;
    auto const row = sql.row<Owners, Owners, Owners>(
        select_circle,
        {bind("tenant", actor.tenant), bind("me", actor.employee), bind("kind", kind),
         bind("writes", power == Power::write), bind("now", now), bind("subordinates", asked.subordinates),
         bind("grants_headed", asked.headed), bind("departments", asked.departments), bind("trees", asked.trees)});
    std::tie(circle.by_reach, circle.by_heading, circle.by_rule) = row.value();
    return circle;
}

}  // namespace wescrm::operation
