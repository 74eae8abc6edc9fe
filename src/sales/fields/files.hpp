#pragma once
#include "rules/fields.hpp"

#include <set>

namespace wescrm::sales {

/// Pictures and files of a field belong to its record from now on: those that the actor has uploaded for it, or that
/// belong to it already. invalid_input naming the field.
Result<void> place_files(operation::Context& ctx, CustomRecord const& record, CustomChange const& change);
/// Those of the record that a field holds which the actor does not see, or not yet.
[[nodiscard]] std::set<std::int64_t> files_out_of_sight(operation::Context& ctx, std::string const& object,
                                                        RecordId id);
/// Whether records of this kind can have files.
[[nodiscard]] bool may_have_files(std::string_view object) noexcept;

}  // namespace wescrm::sales
