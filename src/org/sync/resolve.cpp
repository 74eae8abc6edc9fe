#include "resolve.hpp"

#include "rules/superiors.hpp"
#include "store.hpp"

#include <wescrm/base/text.hpp>

namespace wescrm::org {
namespace {

using database::bind;

using People = std::vector<rules::Superiors::Person>;

People find(database::Session& sql, std::string const& condition, database::Params const& params) {
    auto people = People{};
    for (auto& [id, named, fixed, main] :
         sql.rows<std::int64_t, std::string, std::optional<std::int64_t>, std::optional<std::int64_t>>(
             "select e.id, coalesce(e.wecom_superior, ''), e.superior_override_id, e.main_department_id from employee "
             "e left join department d on d.tenant_id = e.tenant_id and d.id = e.main_department_id where e.tenant_id "
             "= :tenant and (" +
                 condition + ") order by e.id",
             params))
        people.push_back({id, std::move(named), fixed, main});
    return people;
}

void resolve(database::Session& sql, TenantId tenant, People const& people) {
    auto superiors = rules::Superiors{};
    auto const params = database::Params{bind("tenant", tenant)};
    for (auto const& [id, parent] : sql.rows<std::int64_t, std::optional<std::int64_t>>(
             "select id, parent_id from department where tenant_id = :tenant", params))
        superiors.add_department(id, parent);
    for (auto const& [department, head] : sql.rows<std::int64_t, std::int64_t>(
             "select m.department_id, m.employee_id from employee_department m join employee e on e.tenant_id = "
             "m.tenant_id and "
             "e.id = m.employee_id where m.tenant_id = :tenant and m.is_leader and e.status = 'active' order by "
             "m.sort_order desc, e.id",
             params))
        superiors.add_head(department, head);
    auto names = std::vector<std::string>{};
    auto fixed = std::vector<std::int64_t>{};
    for (auto const& person : people) {
        if (!person.wecom_superior.empty()) names.push_back(person.wecom_superior);
        if (person.override_id) fixed.push_back(*person.override_id);
    }
    for (auto const& [id, user] : sql.rows<std::int64_t, std::string>(
             "select id, user_id from employee where tenant_id = :tenant and status = 'active' and "
             "(user_id = any(:names::text[]) or id = any(:fixed::bigint[]))",
             {bind("tenant", tenant), bind("names", names), bind("fixed", fixed)}))
        superiors.add_active(id, text::to_lower(user));
    auto changed = std::vector<std::pair<std::int64_t, std::optional<std::int64_t>>>{};
    for (auto const& person : people) changed.emplace_back(person.id, superiors.of(person));
    OrgStore{sql, tenant}.write_superiors(changed);
}

}  // namespace

void resolve_around(database::Session& sql, TenantId tenant, std::int64_t employee) {
    resolve(sql, tenant,
            find(sql,
                 "e.id = :id or e.superior_id = :id or e.superior_override_id = :id or e.wecom_superior = (select "
                 "x.user_id from employee x where x.tenant_id = :tenant and x.id = :id) or d.path && array(select "
                 "m.department_id from employee_department m where m.tenant_id = :tenant and m.employee_id = :id and "
                 "m.is_leader)",
                 {bind("tenant", tenant), bind("id", employee)}));
}

void resolve_below(database::Session& sql, TenantId tenant, std::int64_t department) {
    resolve(sql, tenant, find(sql, ":id::bigint = any(d.path)", {bind("tenant", tenant), bind("id", department)}));
}

void resolve_after_departure(database::Session& sql, TenantId tenant, std::vector<std::int64_t> const& gone) {
    auto const leading = sql.values<std::int64_t>(
        "select g from unnest(:gone::bigint[]) g where exists (select 1 from employee e where e.tenant_id = :tenant "
        "and "
        "e.superior_id = g)",
        {bind("tenant", tenant), bind("gone", gone)});
    for (auto const id : leading) resolve_around(sql, tenant, id);
}

}  // namespace wescrm::org
