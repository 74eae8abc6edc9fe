#pragma once
#include "../pages.hpp"

#include <span>
#include <string>
#include <string_view>
#include <utility>

// The stages of a sales process as rows of a form, and back.
namespace wescrm::pages {

using ValueAndTitle = std::pair<std::string_view, std::string_view>;
/// [{o_value, o_title, o_chosen}].
[[nodiscard]] json::Value stage_options(std::span<ValueAndTitle const> words, std::string_view chosen,
                                        json::Allocator& allocator);
/// Rows for these stages and some empty ones.
[[nodiscard]] json::Value stage_rows(web::PageCall& call, json::Value const& stages, json::Allocator& allocator);
/// What was typed, as the stages of the operation; a row without a name is none, so clearing a name removes the stage.
[[nodiscard]] json::Value stages_from(web::PageCall& call, json::Allocator& allocator);

}  // namespace wescrm::pages
