#include "characters.hpp"

#include <unicode/utf8.h>

#include <array>
#include <utility>

namespace wescrm::language {
namespace {

// The traditional characters that occur in dates, amounts and commands.
constexpr std::array<std::pair<char32_t, char32_t>, 34> simplified{{
    {U'萬', U'万'}, {U'億', U'亿'}, {U'兩', U'两'}, {U'點', U'点'}, {U'週', U'周'}, {U'禮', U'礼'}, {U'後', U'后'},
    {U'號', U'号'}, {U'鐘', U'钟'}, {U'個', U'个'}, {U'過', U'过'}, {U'時', U'时'}, {U'間', U'间'}, {U'電', U'电'},
    {U'話', U'话'}, {U'戶', U'户'}, {U'聯', U'联'}, {U'係', U'系'}, {U'進', U'进'}, {U'記', U'记'}, {U'錄', U'录'},
    {U'訪', U'访'}, {U'談', U'谈'}, {U'單', U'单'}, {U'額', U'额'}, {U'條', U'条'}, {U'廳', U'厅'}, {U'來', U'来'},
    {U'這', U'这'}, {U'醒', U'醒'}, {U'務', U'务'}, {U'貳', U'贰'}, {U'參', U'叁'}, {U'陸', U'陆'},
}};

char32_t normal(char32_t c) {
    if (c >= 0xFF01 && c <= 0xFF5E) c -= 0xFEE0;
    if (c == 0x3000 || c == 0x00A0 || c == 0x2005 || c == U'\t') return U' ';
    if (c >= U'A' && c <= U'Z') return c - U'A' + U'a';
    if (c == U'￥') return U'¥';
    for (auto const& [from, to] : simplified)
        if (c == from) return to;
    return c;
}

}  // namespace

std::u32string to_code_points(std::string_view utf8) {
    auto text = std::u32string{};
    auto const* bytes = reinterpret_cast<std::uint8_t const*>(utf8.data());
    auto const size = static_cast<std::int64_t>(utf8.size());
    for (std::int64_t at = 0; at < size;) {
        UChar32 point = 0;
        U8_NEXT(bytes, at, size, point);
        text += point < 0 ? U'\uFFFD' : static_cast<char32_t>(point);
    }
    return text;
}

std::string to_utf8(std::u32string_view text) {
    auto utf8 = std::string{};
    for (auto c : text) {
        auto buffer = std::array<std::uint8_t, 4>{};
        auto size = 0;
        U8_APPEND_UNSAFE(buffer.data(), size, static_cast<UChar32>(c));
        utf8.append(reinterpret_cast<char const*>(buffer.data()), static_cast<std::size_t>(size));
    }
    return utf8;
}

Characters::Characters(std::string_view utf8) : original_{to_code_points(utf8)} {
    normal_.reserve(original_.size());
    for (auto c : original_) normal_ += normal(c);
}

std::string Characters::original(std::size_t from, std::size_t to) const {
    return to_utf8(std::u32string_view{original_}.substr(from, to - from));
}

bool is_digit(char32_t c) noexcept { return c >= U'0' && c <= U'9'; }
bool is_latin(char32_t c) noexcept { return (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z'); }
bool is_blank(char32_t c) noexcept { return c == U' ' || c == U'\n' || c == U'\r' || c == U'\t'; }
bool is_separator(char32_t c) noexcept {
    return is_blank(c) || std::u32string_view{U",，、;；:：|。!！?？()（）"}.find(c) != std::u32string_view::npos;
}

}  // namespace wescrm::language
