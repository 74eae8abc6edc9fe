#pragma once
#include <algorithm>
#include <string_view>

/// Characters as HTTP sees them: bytes, whatever the locale.
namespace wescrm::http::ascii {

[[nodiscard]] constexpr char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
[[nodiscard]] constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
[[nodiscard]] constexpr bool is_letter(char c) noexcept { return lower(c) >= 'a' && lower(c) <= 'z'; }
[[nodiscard]] constexpr bool is_control(char c) noexcept { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }
/// Visible ASCII: neither white space nor control nor beyond 0x7E.
[[nodiscard]] constexpr bool is_visible(char c) noexcept { return c > 0x20 && c < 0x7F; }

/// The value of a hexadecimal digit, -1 if it is none.
[[nodiscard]] constexpr int hex_value(char c) noexcept {
    if (is_digit(c)) return c - '0';
    auto const l = lower(c);
    return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

[[nodiscard]] constexpr bool equal_without_case(std::string_view a, std::string_view b) noexcept {
    return a.size() == b.size() &&
           std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

/// Without spaces and tabs at both ends.
[[nodiscard]] constexpr std::string_view trim(std::string_view text) noexcept {
    auto const is_blank = [](char c) { return c == ' ' || c == '\t'; };
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

/// Calls `use(item)` for every trimmed, non-empty item of a comma-separated list.
template <class Use>
constexpr void for_each_item(std::string_view list, Use use) {
    while (!list.empty()) {
        auto const comma = list.find(',');
        auto const item = trim(list.substr(0, comma));
        if (!item.empty()) use(item);
        if (comma == std::string_view::npos) return;
        list.remove_prefix(comma + 1);
    }
}

}  // namespace wescrm::http::ascii
