#pragma once
#include "people.hpp"

#include <wescrm/org/roles.hpp>

namespace wescrm::org {

/// One employee as whoever manages people sees him.
struct EmployeeDetail : EmployeeItem {
    std::optional<std::string> mobile;
    std::optional<std::string> email;
    std::optional<UserId> superior_override_user_id;  ///< set by hand; absent: the head of his department
    std::optional<std::string> superior_name;
    std::vector<RoleId> role_ids;
    std::vector<std::string> synced_fields;            ///< these are changed in WeCom
    std::vector<DepartmentId> synced_department_ids;   ///< he is there by WeCom
    std::vector<DepartmentId> further_department_ids;  ///< by hand, besides the main one
    std::optional<std::string> left_reason;
    std::optional<std::string> employee_no;
    std::optional<Date> joined_on;
};
BOOST_DESCRIBE_STRUCT(EmployeeDetail, (EmployeeItem),
                      (mobile, email, superior_override_user_id, superior_name, role_ids, synced_fields,
                       synced_department_ids, further_department_ids, left_reason, employee_no, joined_on))

/// not_found "employee".
[[nodiscard]] Result<EmployeeDetail> employee_detail(operation::Context& ctx, UserId const& user);

}  // namespace wescrm::org
