#pragma once
#include <wescrm/operation/context.hpp>

#include <optional>
#include <string>
#include <vector>

// What changes of departments and of employees by hand share.
namespace wescrm::org {

/// Two who change the organisation wait for each other, so that what was checked still holds when it is written.
void lock_organisation(operation::Context& ctx);

/// Active people by userid, in the order given. Adds a problem for each who is none.
[[nodiscard]] std::vector<EmployeeId> active_people(operation::Context& ctx, std::vector<UserId> const& users,
                                                    std::string const& field, std::vector<FieldError>& problems);
/// Somebody who, going up from superior to superior, comes back to himself.
[[nodiscard]] std::optional<std::string> name_in_circle(operation::Context& ctx);

[[nodiscard]] Error invalid(std::vector<FieldError> problems);

}  // namespace wescrm::org
