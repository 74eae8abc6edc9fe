#include "entries.hpp"

#include <algorithm>

namespace wescrm::org::rules {
namespace {

constexpr std::size_t longest_user_id = 64;
constexpr std::size_t longest_email = 100;
constexpr std::size_t mainland_digits = 11;
constexpr std::size_t fewest_digits = 7;
constexpr std::size_t most_digits = 15;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter_or_digit(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

}  // namespace

std::optional<std::string> problem_of_user_id(std::string_view user_id) {
    if (user_id.empty()) return "必填";
    if (user_id.size() > longest_user_id) return "最多 64 个字符";
    if (!is_letter_or_digit(user_id.front())) return "应以字母或数字开头";
    auto const is_known = [](char c) { return is_letter_or_digit(c) || c == '_' || c == '-' || c == '@' || c == '.'; };
    if (!std::ranges::all_of(user_id, is_known)) return "只能包含字母、数字和 _ - @ .";
    return std::nullopt;
}

std::optional<std::string> normal_mobile(std::string_view typed) {
    auto number = std::string{};
    for (auto const c : typed)
        if (c != ' ' && c != '-') number += c;
    if (number.starts_with("+86")) number.erase(0, 3);
    auto const is_foreign = number.starts_with('+');
    auto const digits = std::string_view{number}.substr(is_foreign ? 1 : 0);
    if (!std::ranges::all_of(digits, is_digit)) return std::nullopt;
    if (is_foreign)
        return digits.size() >= fewest_digits && digits.size() <= most_digits ? std::optional{number} : std::nullopt;
    if (digits.size() != mainland_digits || digits[0] != '1' || digits[1] < '3') return std::nullopt;
    return number;
}

bool is_email(std::string_view typed) {
    auto const at = typed.find('@');
    if (at == std::string_view::npos || at == 0 || typed.size() > longest_email) return false;
    auto const host = typed.substr(at + 1);
    auto const is_plain = [](char c) { return c > ' ' && c != '@' && c != ',' && c != '<' && c != '>'; };
    return host.find('.') != std::string_view::npos && !host.starts_with('.') && !host.ends_with('.') &&
           std::ranges::all_of(typed.substr(0, at), is_plain) && std::ranges::all_of(host, is_plain);
}

}  // namespace wescrm::org::rules
