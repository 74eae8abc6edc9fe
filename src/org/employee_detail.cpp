#include "employee_detail.hpp"

#include <algorithm>

namespace wescrm::org {

using database::bind;

Result<EmployeeDetail> employee_detail(operation::Context& ctx, UserId const& user) {
    auto item = find_employee(ctx, user);
    if (!item) return item.error();
    auto detail = EmployeeDetail{};
    static_cast<EmployeeItem&>(detail) = std::move(*item);
    auto const key = database::Params{bind("tenant", ctx.tenant()), bind("id", detail.id)};
    using Text = std::optional<std::string>;
    auto const row = ctx.sql().row<Text, Text, std::optional<UserId>, Text, Text, Text, std::optional<Date>>(
        "select e.mobile, e.email, o.user_id, s.name, e.left_reason, e.employee_no, e.joined_on from employee e left "
        "join employee o on "
        "o.tenant_id = e.tenant_id and o.id = e.superior_override_id left join employee s on s.tenant_id = e.tenant_id "
        "and s.id = e.superior_id where e.tenant_id = :tenant and e.id = :id",
        key);
    std::tie(detail.mobile, detail.email, detail.superior_override_user_id, detail.superior_name, detail.left_reason,
             detail.employee_no, detail.joined_on) = row.value();
    detail.role_ids = ctx.sql().values<RoleId>(
        "select role_id from role_member where tenant_id = :tenant and employee_id = :id order by 1", key);
    detail.synced_department_ids = ctx.sql().values<DepartmentId>(
        "select department_id from employee_department where tenant_id = :tenant and employee_id = :id and not "
        "is_local order by 1",
        key);
    for (auto const id : detail.department_ids)
        if (id != detail.main_department_id && !std::ranges::binary_search(detail.synced_department_ids, id))
            detail.further_department_ids.push_back(id);
    if (detail.source == "wecom") detail.synced_fields = {"name", "position", "main_department_id"};
    return detail;
}

}  // namespace wescrm::org
