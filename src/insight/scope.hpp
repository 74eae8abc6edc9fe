#pragma once
#include <wescrm/operation/report_range.hpp>

#include <string>
#include <vector>

namespace wescrm::insight {

/// Whose figures are asked for: of these persons (by the fact's owner) and of these departments (by the department that
/// the fact's owner was in), or of everybody.
struct Scope {
    bool is_company = false;
    std::vector<EmployeeId> persons;
    std::vector<DepartmentId> departments;  ///< with all below
    std::string text;                       ///< as it is asked for: "department:12"
    std::string name;                       ///< 销售一部
};

/// "self", "subordinates", "company", "department:ID", "employee:USERID", or several of these with commas; absent: the
/// departments that the reader heads, else himself. invalid_input "scope" for anything else, forbidden "report_scope"
/// for what he may not choose.
[[nodiscard]] Result<Scope> scope_from(operation::Context& ctx, std::optional<std::string> const& text);

}  // namespace wescrm::insight
