#pragma once
#include <wescrm/base/json.hpp>
#include <wescrm/operation/context.hpp>
#include <wescrm/sales/custom_values.hpp>
#include <wescrm/sales/undo.hpp>

#include <string_view>

namespace wescrm::sales {

/// The company's own fields as a change must set them so that they are what they were; automatic ones stay.
[[nodiscard]] CustomValues custom_before(operation::Context& ctx, std::string const& object, std::int64_t id,
                                         json::Value const& before);
/// A text as it was: nothing where it was empty.
[[nodiscard]] operation::Patch<std::string> patch_of(json::Value const& before, std::string_view name);

Result<void> restore_lead_fields(operation::Context& ctx, UndoEntry const& entry, json::Value const& before);
Result<void> restore_opportunity_fields(operation::Context& ctx, UndoEntry const& entry, json::Value const& before);

}  // namespace wescrm::sales
