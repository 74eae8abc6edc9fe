#pragma once
#include "../pages.hpp"

// The stages of a sales process as rows of a form, and back.
namespace wescrm::pages {

/// Rows for these stages and some empty ones.
[[nodiscard]] json::Value stage_rows(web::PageCall& call, json::Value const& stages, json::Allocator& allocator);
/// Where the opportunities of a stage go if it is removed; "" if nothing was chosen.
[[nodiscard]] std::string chosen_target(web::PageCall const& call, std::string_view stage);
/// What was typed, as the stages of the operation; a row without a name is none, so clearing a name removes the stage.
[[nodiscard]] json::Value stages_from(web::PageCall& call, json::Allocator& allocator);

}  // namespace wescrm::pages
