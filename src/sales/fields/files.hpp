#pragma once
#include "rules/fields.hpp"

namespace wescrm::sales {

/// Pictures and files of a field belong to its record from now on: those that the actor has uploaded for it, or that
/// belong to it already. invalid_input naming the field.
Result<void> place_files(operation::Context& ctx, CustomRecord const& record, CustomChange const& change);
/// Whether records of this kind can have files.
[[nodiscard]] bool may_have_files(std::string_view object) noexcept;

}  // namespace wescrm::sales
