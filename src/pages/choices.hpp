#pragma once
#include "pages.hpp"

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// What forms let somebody choose from: options and boxes.
namespace wescrm::pages {

using ValueAndTitle = std::pair<std::string_view, std::string_view>;
using Titles = std::vector<std::pair<std::string, std::string>>;

/// [{o_value, o_title, o_chosen}].
[[nodiscard]] json::Value options_of_choices(std::span<ValueAndTitle const> words, std::string_view chosen,
                                             json::Allocator& allocator);
[[nodiscard]] json::Value options_of_choices(Titles const& words, std::string_view chosen, json::Allocator& allocator);
/// {id, name} of what an operation lists; none if the visitor may not see it.
[[nodiscard]] Titles items_of(web::PageCall& call, std::string_view operation, json::Document const& input);
[[nodiscard]] Titles roles_of(web::PageCall& call);
[[nodiscard]] Titles departments_of(web::PageCall& call);
/// [{b_value, b_title, b_on}] for all that can be chosen; what was chosen and is not among them stays, called
/// `otherwise`.
[[nodiscard]] json::Value boxes_of(Titles const& known, std::vector<std::string> const& chosen,
                                   std::string_view otherwise, json::Allocator& allocator);
/// The texts of an array; none if there is no such member.
[[nodiscard]] std::vector<std::string> texts_of(json::Value const& object, std::string_view member);

}  // namespace wescrm::pages
