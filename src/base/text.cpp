#include <unicode/utf8.h>

#include <array>
#include <cstdint>

#include <wescrm/base/text.hpp>

namespace wescrm::text {
namespace {

constexpr std::string_view ellipsis = "…";

bool is_continuation(char c) noexcept { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

std::string_view prefix_of_characters(std::string_view utf8, std::size_t count) noexcept {
    auto at = std::size_t{0};
    for (; at < utf8.size(); ++at)
        if (!is_continuation(utf8[at]) && count-- == 0) break;
    return utf8.substr(0, at);
}

std::string_view prefix_of_bytes(std::string_view utf8, std::size_t bytes) noexcept {
    if (utf8.size() <= bytes) return utf8;
    while (bytes > 0 && is_continuation(utf8[bytes])) --bytes;
    return utf8.substr(0, bytes);
}

// White space that people type or paste without seeing it.
constexpr std::array<std::string_view, 14> blanks{" ",        "\t",       "\n",       "\r",      "\v",      "\f",      "\u3000",
                                                  "\u00A0", "\u200B", "\u200C", "\u200D", "\uFEFF", "\u2005", "\u2060"};

}  // namespace

bool is_valid_utf8(std::string_view text) noexcept {
    auto const* bytes = reinterpret_cast<std::uint8_t const*>(text.data());
    auto const size = static_cast<std::int64_t>(text.size());
    for (std::int64_t at = 0; at < size;) {
        if (bytes[at] < 0x80) {
            ++at;
            continue;
        }
        UChar32 point = 0;
        U8_NEXT(bytes, at, size, point);
        if (point < 0) return false;
    }
    return true;
}

std::size_t length(std::string_view utf8) noexcept {
    auto count = std::size_t{0};
    for (auto c : utf8) count += is_continuation(c) ? 0U : 1U;
    return count;
}

std::string truncate_bytes(std::string_view utf8, std::size_t bytes) {
    if (utf8.size() <= bytes) return std::string{utf8};
    if (bytes < ellipsis.size()) return std::string{prefix_of_bytes(utf8, bytes)};
    return std::string{prefix_of_bytes(utf8, bytes - ellipsis.size())} + std::string{ellipsis};
}

std::string truncate(std::string_view utf8, std::size_t count) {
    if (length(utf8) <= count) return std::string{utf8};
    if (count == 0) return {};
    return std::string{prefix_of_characters(utf8, count - 1)} + std::string{ellipsis};
}

std::string_view trim(std::string_view text) noexcept {
    for (auto again = true; again;) {
        again = false;
        for (auto blank : blanks) {
            if (text.starts_with(blank)) {
                text.remove_prefix(blank.size());
                again = true;
            }
            if (text.ends_with(blank)) {
                text.remove_suffix(blank.size());
                again = true;
            }
        }
    }
    return text;
}

std::vector<std::string> split(std::string_view text, char separator) {
    auto parts = std::vector<std::string>{};
    while (true) {
        auto const at = text.find(separator);
        parts.emplace_back(text.substr(0, at));
        if (at == std::string_view::npos) return parts;
        text.remove_prefix(at + 1);
    }
}

std::string join(std::vector<std::string> const& parts, std::string_view separator) {
    auto joined = std::string{};
    for (auto const& part : parts) {
        if (&part != &parts.front()) joined += separator;
        joined += part;
    }
    return joined;
}

std::string replace_all(std::string text, std::string_view from, std::string_view to) {
    if (from.empty()) return text;
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) text.replace(at, from.size(), to);
    return text;
}

std::string to_lower(std::string_view text) {
    auto lower = std::string{text};
    for (auto& c : lower)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return lower;
}

std::string one_line(std::string_view text) {
    auto line = std::string{text};
    for (auto& c : line)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
    return line;
}

}  // namespace wescrm::text
