#include <wescrm/org/directory.hpp>

namespace wescrm::org {
namespace {

using database::bind;

constexpr std::string_view select_person =
    "select e.id, e.user_id, e.name, e.status, coalesce(e.main_department_id, 0), coalesce(e.superior_id, 0) from "
    "employee e ";

std::vector<Person> people(database::Session& sql, std::string const& rest, database::Params const& params) {
    auto found = std::vector<Person>{};
    for (auto& [id, user, name, status, department, superior] :
         sql.rows<EmployeeId, UserId, std::string, std::string, DepartmentId, EmployeeId>(
             std::string{select_person} + rest, params))
        found.push_back({id, user, std::move(name), std::move(status), department, superior});
    return found;
}

std::optional<Person> first(std::vector<Person> found) {
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
}

}  // namespace

std::optional<Person> Directory::find(EmployeeId employee) {
    return first(
        people(sql_, "where e.tenant_id = :tenant and e.id = :id", {bind("tenant", tenant_), bind("id", employee)}));
}

std::optional<Person> Directory::find(UserId const& user) {
    return first(people(sql_, "where e.tenant_id = :tenant and e.user_id = :user",
                        {bind("tenant", tenant_), bind("user", user)}));
}

std::vector<Person> Directory::named(std::string_view name, int limit) {
    auto const params = database::Params{bind("tenant", tenant_), bind("name", name), bind("limit", limit)};
    auto exact = people(
        sql_, "where e.tenant_id = :tenant and e.status = 'active' and e.name = :name order by e.id limit :limit",
        params);
    if (!exact.empty() || name.empty()) return exact;
    return people(sql_,
                  "where e.tenant_id = :tenant and e.status = 'active' and (strpos(lower(e.name), lower(:name)) > 0 or "
                  "strpos(lower(e.user_id), lower(:name)) > 0) order by length(e.name), e.id limit :limit",
                  params);
}

std::vector<Person> Directory::heads(DepartmentId department) {
    return people(
        sql_,
        "join employee_department m on m.tenant_id = e.tenant_id and m.employee_id = e.id "
        "where e.tenant_id = :tenant and m.department_id = :department and m.is_leader and e.status = 'active' "
        "order by m.sort_order desc, e.id",
        {bind("tenant", tenant_), bind("department", department)});
}

std::vector<Person> Directory::heads_upwards(DepartmentId department) {
    auto const path =
        sql_.value<std::vector<DepartmentId>>("select path from department where tenant_id = :tenant and id = :id",
                                              {bind("tenant", tenant_), bind("id", department)});
    if (!path) return {};
    for (auto at = path->rbegin(); at != path->rend(); ++at)
        if (auto found = heads(*at); !found.empty()) return found;
    return {};
}

std::vector<Person> Directory::superiors(EmployeeId employee) {
    auto chain = std::vector<Person>{};
    auto at = find(employee);
    for (int level = 0; at && !at->superior.is_empty() && level < 32; ++level) {
        at = find(at->superior);
        if (!at || at->id == employee) break;
        chain.push_back(*at);
    }
    return chain;
}

std::vector<EmployeeId> Directory::subordinates(EmployeeId employee, bool is_direct_only) {
    auto const params = database::Params{bind("tenant", tenant_), bind("me", employee)};
    if (is_direct_only)
        return sql_.values<EmployeeId>(
            "select id from employee where tenant_id = :tenant and superior_id = :me order by id", params);
    return sql_.values<EmployeeId>(
        "with recursive below (id) as (select e.id from employee e where e.tenant_id = :tenant and e.superior_id = :me "
        "union select e.id from below b join employee e on e.tenant_id = :tenant and e.superior_id = b.id) "
        "select id from below where id <> :me order by id",
        params);
}

std::vector<EmployeeId> Directory::members(DepartmentId department, bool with_below) {
    return sql_.values<EmployeeId>(std::string{"select distinct m.employee_id from employee_department m join "
                                               "department d on d.tenant_id = m.tenant_id and "
                                               "d.id = m.department_id where m.tenant_id = :tenant and "} +
                                       (with_below ? ":department = any(d.path)" : "d.id = :department") +
                                       " order by 1",
                                   {bind("tenant", tenant_), bind("department", department)});
}

std::vector<EmployeeId> Directory::administrators() {
    return sql_.values<EmployeeId>(
        "select distinct e.id from employee e join role_member m on m.tenant_id = e.tenant_id and m.employee_id = e.id "
        "join role r on r.tenant_id = m.tenant_id and r.id = m.role_id "
        "where e.tenant_id = :tenant and r.is_administrator and e.status = 'active' order by 1",
        {bind("tenant", tenant_)});
}

}  // namespace wescrm::org
