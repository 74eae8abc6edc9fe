#pragma once
#include <wescrm/operation/context.hpp>

#include <string>
#include <vector>

namespace wescrm::org {

using RoleId = StrongId<struct RoleIdTag, std::int64_t>;

/// Gives the employee exactly these roles; the people concerned sign in again. invalid_input "role_ids": none, or an
/// unknown one; forbidden "administrators_only", "beyond_own"; conflict "last_administrator".
Result<void> set_roles(operation::Context& ctx, EmployeeId employee, std::vector<RoleId> const& roles);

/// Whether an active administrator is left when these people are none any more, or no longer active; the answer holds
/// until the transaction ends. conflict "last_administrator".
Result<void> insist_on_administrators_without(operation::Context& ctx, std::vector<EmployeeId> const& people);

}  // namespace wescrm::org
