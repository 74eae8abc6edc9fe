#include <wescrm/database/value.hpp>

#include <array>
#include <cstdio>

namespace wescrm::database {

Text ValueOf<double>::to_text(double value) {
    auto buffer = std::array<char, 40>{};
    auto const size = std::snprintf(buffer.data(), buffer.size(), "%.17g", value);
    return std::string{buffer.data(), static_cast<std::size_t>(size)};
}

// "2026-11-25 08:30:00.000001+00" in a session whose zone is UTC.
Instant ValueOf<Instant>::from_text(std::string_view text) {
    auto normal = std::string{text};
    if (normal.size() > 3 && (normal[normal.size() - 3] == '+' || normal[normal.size() - 3] == '-')) normal += ":00";
    auto const at = parse_rfc3339(normal);
    if (!at) throw std::invalid_argument{"not an instant"};
    return *at;
}

Date ValueOf<Date>::from_text(std::string_view text) {
    auto const day = parse_date(text);
    if (!day) throw std::invalid_argument{"not a date"};
    return *day;
}

Blob ValueOf<Blob>::from_text(std::string_view text) {
    if (!text.starts_with("\\x")) throw std::invalid_argument{"not bytea"};
    auto bytes = from_hex(text.substr(2));
    if (!bytes) throw std::invalid_argument{"not bytea"};
    return {std::move(*bytes)};
}

std::string array_to_text(std::vector<Text> const& elements) {
    auto size = std::size_t{2};
    for (auto const& element : elements) size += (element ? element->size() : 2) + 4;
    auto text = std::string{"{"};
    text.reserve(size);
    for (auto const& element : elements) {
        if (text.size() > 1) text += ',';
        if (!element) {
            text += "NULL";
            continue;
        }
        text += '"';
        auto rest = std::string_view{*element};
        for (auto at = rest.find_first_of("\"\\"); at != std::string_view::npos; at = rest.find_first_of("\"\\")) {
            text.append(rest.substr(0, at)) += '\\';
            text += rest[at];
            rest.remove_prefix(at + 1);
        }
        text.append(rest) += '"';
    }
    return text + '}';
}

std::vector<Text> array_from_text(std::string_view text) {
    if (text.size() < 2 || text.front() != '{' || text.back() != '}') throw std::invalid_argument{"not an array"};
    text = text.substr(1, text.size() - 2);
    auto elements = std::vector<Text>{};
    for (std::size_t at = 0; at < text.size(); ++at) {
        auto element = std::string{};
        auto const is_quoted = text[at] == '"';
        if (is_quoted) {
            for (++at; at < text.size() && text[at] != '"'; ++at) {
                if (text[at] == '\\' && at + 1 < text.size()) ++at;
                element += text[at];
            }
            ++at;
        } else {
            for (; at < text.size() && text[at] != ','; ++at) element += text[at];
        }
        if (!is_quoted && element == "NULL")
            elements.emplace_back(std::nullopt);
        else
            elements.emplace_back(std::move(element));
    }
    return elements;
}

}  // namespace wescrm::database
