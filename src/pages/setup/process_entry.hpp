#pragma once
#include "process_parts.hpp"

// What happens when an opportunity comes into a stage, as rows of the form of its process, and back.
namespace wescrm::pages {

/// "stage.3.name".
[[nodiscard]] std::string stage_field(std::size_t row, std::string_view name);
/// Puts the actions of the stage into its row; `settable` are the fields that can be set.
void add_entry(json::Value const& stage, Titles const& settable, json::Value& view, json::Allocator& allocator);
/// As the operation reads them; lines that are empty are none.
[[nodiscard]] json::Value entry_from(web::PageCall& call, std::size_t row, json::Allocator& allocator);

}  // namespace wescrm::pages
