#include "people.hpp"

namespace wescrm::org {
namespace {

using database::bind;
template <class T>
using Maybe = std::optional<T>;

constexpr std::string_view select_departments =
    "select d.id, d.wecom_id, d.name, d.parent_id, d.sort_order, array(select e.user_id from employee_department m "
    "join employee e on e.tenant_id = m.tenant_id and e.id = m.employee_id where m.tenant_id = d.tenant_id and "
    "m.department_id = d.id and m.is_leader and e.status = 'active' order by m.sort_order desc, e.id), d.version, "
    "d.created_at, d.updated_at, (select k.user_id from employee k where k.tenant_id = d.tenant_id and k.id = "
    "d.created_by), ";

constexpr std::string_view select_employees =
    "select e.id, e.user_id, e.name, e.status, e.source, case when e.activated_at is not null then 'activated' when "
    "e.invited_at is not null then 'invited' else 'not_invited' end, e.main_department_id, array(select "
    "m.department_id from employee_department m where m.tenant_id = e.tenant_id and m.employee_id = e.id order by 1), "
    "(select s.user_id from employee s where s.tenant_id = e.tenant_id and s.id = e.superior_id), array(select r.name "
    "from role_member m join role r on r.tenant_id = m.tenant_id and r.id = m.role_id where m.tenant_id = e.tenant_id "
    "and m.employee_id = e.id order by r.name), e.position, e.version, e.created_at, e.updated_at, (select k.user_id "
    "from employee k where k.tenant_id = e.tenant_id and k.id = e.created_by), ";

}  // namespace

std::vector<DepartmentItem> departments(operation::Context& ctx, std::string const& key, std::string const& rest,
                                        database::Params params) {
    params.add(bind("tenant", ctx.tenant()));
    auto items = std::vector<DepartmentItem>{};
    for (auto& [id, wecom, name, parent, order, leaders, version, created, updated, by, sort_key] :
         ctx.sql()
             .rows<DepartmentId, Maybe<std::int64_t>, std::string, Maybe<DepartmentId>, std::int64_t,
                   std::vector<UserId>, std::int64_t, Instant, Instant, Maybe<UserId>, std::string>(
                 std::string{select_departments} + key +
                     " from department d where d.tenant_id = :tenant and d.removed_at is null" + rest,
                 params))
        items.push_back({id, wecom, std::move(name), parent, order, std::move(leaders), version, created, updated,
                         std::move(by), std::move(sort_key)});
    return items;
}

std::vector<EmployeeItem> employees(operation::Context& ctx, std::string const& key, std::string const& rest,
                                    database::Params params) {
    params.add(bind("tenant", ctx.tenant()));
    using Text = std::string;
    auto items = std::vector<EmployeeItem>{};
    for (auto& [id, user, name, status, source, invitation, main, all, superior, roles, position, version, created,
                updated, by, sort_key] :
         ctx.sql()
             .rows<EmployeeId, UserId, Text, Text, Text, Text, Maybe<DepartmentId>, std::vector<DepartmentId>,
                   Maybe<UserId>, std::vector<Text>, Text, std::int64_t, Instant, Instant, Maybe<UserId>, Text>(
                 std::string{select_employees} + key + " from employee e where e.tenant_id = :tenant" + rest, params))
        items.push_back({id, user, std::move(name), std::move(status), std::move(source), std::move(invitation), main,
                         std::move(all), superior, std::move(roles), std::move(position), version, created, updated,
                         std::move(by), std::move(sort_key)});
    return items;
}

Result<DepartmentItem> find_department(operation::Context& ctx, DepartmentId id) {
    auto found = departments(ctx, "''", " and d.id = :id", {bind("id", id)});
    if (found.empty()) return Error{Errc::not_found, "department", "没有这个部门"};
    return std::move(found.front());
}

Result<EmployeeItem> find_employee(operation::Context& ctx, UserId const& user) {
    auto found = employees(ctx, "''", " and e.user_id = :user", {bind("user", user)});
    if (found.empty()) return Error{Errc::not_found, "employee", "没有这个员工"};
    return std::move(found.front());
}

Result<operation::Paging> paging_of(PeopleListInput const& input) {
    return operation::Paging::from(
        input.sort, input.limit, input.cursor,
        {{"name", "e.name", "text"}, {"user_id", "e.user_id", "text"}, {"created_at", "e.created_at", "timestamptz"}},
        "name", "e.id");
}

operation::Predicate people_matching(PeopleListInput const& input, operation::Paging const& paging) {
    auto wanted = paging.after();
    auto& [where, params] = wanted;
    if (input.q) {
        where += " and (strpos(lower(e.name), lower(:q)) > 0 or strpos(lower(e.user_id), lower(:q)) > 0)";
        params.add(bind("q", *input.q));
    }
    if (input.status)
        where += " and e.status = :status", params.add(bind("status", *input.status));
    else
        where += " and e.left_reason is distinct from 'deleted'";
    if (input.department) {
        where +=
            " and exists (select 1 from employee_department m join department d on d.tenant_id = m.tenant_id and d.id "
            "= m.department_id "
            "where m.tenant_id = e.tenant_id and m.employee_id = e.id and :below = any(d.path))";
        params.add(bind("below", *input.department));
    }
    return wanted;
}

}  // namespace wescrm::org
