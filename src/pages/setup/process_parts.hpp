#pragma once
#include "../pages.hpp"

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// What the parts of the editor of sales processes share.
namespace wescrm::pages {

using ValueAndTitle = std::pair<std::string_view, std::string_view>;
using Titles = std::vector<std::pair<std::string, std::string>>;

/// [{o_value, o_title, o_chosen}].
[[nodiscard]] json::Value stage_options(std::span<ValueAndTitle const> words, std::string_view chosen,
                                        json::Allocator& allocator);
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
[[nodiscard]] std::string number_text(json::Value const& object, std::string_view member);
/// What was typed, apart by "、", commas or semicolons.
[[nodiscard]] std::vector<std::string> words_in(std::string typed);
/// All values of the form's field.
[[nodiscard]] std::vector<std::string> all_of(web::PageCall const& call, std::string_view name);
[[nodiscard]] json::Value list_of(std::vector<std::string> const& texts, json::Allocator& allocator);

}  // namespace wescrm::pages
