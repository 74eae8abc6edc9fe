#pragma once
#include "role_store.hpp"

namespace wescrm::org {

/// forbidden "administrators_only" | "beyond_own": nobody gives away more than he has.
[[nodiscard]] Result<void> insist_may_give(operation::Context& ctx, bool is_administrator_role, Grants const& grants);

/// Sorted, each once. invalid_input names the one that is unknown or has left.
[[nodiscard]] Result<std::vector<EmployeeId>> people_of(operation::Context& ctx, std::vector<UserId> const& users);

/// Exactly these people (sorted) have the role. conflict "last_administrator".
[[nodiscard]] Result<void> set_members(operation::Context& ctx, RoleId id, LockedRole const& role,
                                       std::vector<EmployeeId> const& wanted);

}  // namespace wescrm::org
