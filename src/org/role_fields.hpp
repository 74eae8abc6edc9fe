#pragma once
#include "role_store.hpp"

#include <wescrm/operation/context.hpp>

namespace wescrm::org {

/// Replaces what the role says about single fields: {"customer": {"mobile": {"level": "hidden" | "read" | "edit",
/// "mask": "none" | "lists" | "everywhere"}}}; null leaves it. invalid_input names what is unknown; forbidden
/// "beyond_own" for somebody whose own fields are restricted.
Result<void> change_fields(operation::Context& ctx, RoleId role, json::Document const& fields);

}  // namespace wescrm::org
