#pragma once
#include <optional>
#include <string>
#include <string_view>

// What people enter about a person, checked without looking anywhere.
namespace wescrm::org::rules {

/// Why it is no userid, in Chinese; nullopt: it is one. WeCom's own rule: 1 to 64 of letters, digits, '_', '-', '@',
/// '.', beginning with a letter or digit.
[[nodiscard]] std::optional<std::string> problem_of_user_id(std::string_view user_id);
/// Without blanks and hyphens, mainland numbers without +86; nullopt if it is no mobile number.
[[nodiscard]] std::optional<std::string> normal_mobile(std::string_view typed);
[[nodiscard]] bool is_email(std::string_view typed);

}  // namespace wescrm::org::rules
