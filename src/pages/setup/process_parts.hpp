#pragma once
#include "../choices.hpp"

#include <string>
#include <string_view>
#include <vector>

// What the parts of the editor of sales processes share.
namespace wescrm::pages {

[[nodiscard]] std::string number_text(json::Value const& object, std::string_view member);
/// What was typed, apart by "、", commas or semicolons.
[[nodiscard]] std::vector<std::string> words_in(std::string typed);
/// All values of the form's field.
[[nodiscard]] std::vector<std::string> all_of(web::PageCall const& call, std::string_view name);
[[nodiscard]] json::Value list_of(std::vector<std::string> const& texts, json::Allocator& allocator);

}  // namespace wescrm::pages
