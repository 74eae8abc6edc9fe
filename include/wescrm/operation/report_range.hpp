#pragma once
#include <wescrm/operation/context.hpp>

#include <vector>

namespace wescrm::operation {

/// Whose figures somebody may choose to look at; which rows are counted is still decided by AccessScope.
struct ReportRange {
    bool is_company = false;                ///< administrators, and whoever's reports reach everybody
    std::vector<EmployeeId> subordinates;   ///< direct ones or all, as the company says
    std::vector<EmployeeId> sharing;        ///< who share any kind of records with him
    std::vector<DepartmentId> headed;       ///< of which he is the head
    std::vector<DepartmentId> departments;  ///< these and all below, and the departments that share with him
};
[[nodiscard]] ReportRange report_range(Context& ctx);

/// The departments with all below them, those that were dissolved included.
[[nodiscard]] std::vector<DepartmentId> with_all_below(Context& ctx, std::vector<DepartmentId> const& departments);

}  // namespace wescrm::operation
