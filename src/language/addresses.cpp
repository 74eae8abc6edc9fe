// Mail addresses and web pages.
#include "recognisers.hpp"

#include <algorithm>
#include <array>

namespace wescrm::language {
namespace {

bool is_mail_character(char32_t c) {
    return is_latin(c) || is_digit(c) || c == U'.' || c == U'_' || c == U'-' || c == U'+' || c == U'%';
}

// abc.com, www.firma.com.cn: a name of labels that ends in a well-known domain.
std::size_t domain_end(Characters const& text, std::size_t at) {
    static constexpr std::array<std::u32string_view, 16> endings{U"com", U"cn", U"net", U"org",     U"io",   U"gov",
                                                                 U"edu", U"ly", U"ms",  U"academy", U"info", U"biz",
                                                                 U"cc",  U"tv", U"top", U"vip"};
    if (!(is_latin(text[at]) || is_digit(text[at])) ||
        (at > 0 && (is_mail_character(text[at - 1]) || text[at - 1] == U'@')))
        return at;
    auto end = at;
    auto label = at;
    auto known = at;
    for (;; ++end) {
        auto const c = text[end];
        if (is_latin(c) || is_digit(c) || c == U'-') continue;
        auto const word = text.view().substr(label, end - label);
        if (label > at && std::find(endings.begin(), endings.end(), word) != endings.end()) known = end;
        if (c == U'@') return at;
        if (c != U'.' || !(is_latin(text[end + 1]) || is_digit(text[end + 1]))) break;
        label = end + 1;
    }
    return known == end ? end : at;
}

}  // namespace

std::optional<Entity> find_email(Characters const& text, std::size_t at) {
    if (!(is_latin(text[at]) || is_digit(text[at])) || (at > 0 && is_mail_character(text[at - 1]))) return std::nullopt;
    auto position = at;
    while (is_mail_character(text[position])) ++position;
    if (text[position] != U'@') return std::nullopt;
    auto end = position + 1;
    while (is_latin(text[end]) || is_digit(text[end]) || text[end] == U'-' ||
           (text[end] == U'.' && (is_latin(text[end + 1]) || is_digit(text[end + 1]))))
        ++end;
    if (text.view().substr(position, end - position).find(U'.') == std::u32string_view::npos) return std::nullopt;
    return Entity{EmailValue{text.original(at, end)}, at, end - at};
}

std::optional<Entity> find_url(Characters const& text, std::size_t at) {
    auto const has_scheme = text.starts(at, U"http://") || text.starts(at, U"https://") || text.starts(at, U"www.");
    auto end = has_scheme ? at : domain_end(text, at);
    if (!has_scheme && (end == at || (text[end] != U'/' && is_latin(text[end])))) return std::nullopt;
    if (has_scheme || text[end] == U'/' || text[end] == U'?')
        while (end < text.size() && text[end] > U' ' && text[end] < 0x7F && text[end] != U'"' && text[end] != U'\'' &&
               text[end] != U'<' && text[end] != U'>')
            ++end;
    while (end > at && std::u32string_view{U".,;!?)"}.find(text[end - 1]) != std::u32string_view::npos) --end;
    return Entity{UrlValue{text.original(at, end)}, at, end - at};
}

}  // namespace wescrm::language
