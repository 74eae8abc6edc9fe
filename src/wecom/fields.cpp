#include "fields.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace wescrm::wecom::fields {
namespace {

constexpr std::int64_t last_second = 253'402'300'799;  // of the year 9999

template <class Number>
Number number_from(std::string_view text) {
    text = text::trim(text);
    auto value = Number{};
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

std::vector<std::string> parts(XmlElement const& in, std::string_view name) {
    auto found = std::vector<std::string>{};
    for (auto const& part : text::split(in.text(name), ','))
        if (auto const word = text::trim(part); !word.empty()) found.emplace_back(word);
    return found;
}

}  // namespace

std::string content(XmlElement const& element) { return std::string{text::trim(element.content)}; }

std::string string(XmlElement const& in, std::string_view name) { return std::string{text::trim(in.text(name))}; }

std::optional<std::string> optional_string(XmlElement const& in, std::string_view name) {
    return in.child(name) ? std::optional{string(in, name)} : std::nullopt;
}

std::int64_t number(XmlElement const& in, std::string_view name) { return number_from<std::int64_t>(in.text(name)); }

std::optional<std::int64_t> optional_number(XmlElement const& in, std::string_view name) {
    return in.child(name) ? std::optional{number(in, name)} : std::nullopt;
}

int small_number(XmlElement const& element) { return number_from<int>(element.content); }

int small_number(XmlElement const& in, std::string_view name) { return number_from<int>(in.text(name)); }

std::optional<int> optional_small_number(XmlElement const& in, std::string_view name) {
    return in.child(name) ? std::optional{small_number(in, name)} : std::nullopt;
}

double decimal(XmlElement const& in, std::string_view name) {
    auto const value = number_from<double>(in.text(name));
    return std::isfinite(value) ? value : 0;
}

Instant instant(XmlElement const& in, std::string_view name) {
    return Instant{seconds{std::clamp<std::int64_t>(number(in, name), 0, last_second)}};
}

UserId user(XmlElement const& in, std::string_view name) { return UserId{string(in, name)}; }

std::vector<std::int64_t> numbers(XmlElement const& in, std::string_view name) {
    auto found = std::vector<std::int64_t>{};
    for (auto const& part : parts(in, name)) found.push_back(number_from<std::int64_t>(part));
    return found;
}

std::vector<UserId> users(XmlElement const& in, std::string_view name) {
    auto found = std::vector<UserId>{};
    for (auto& part : parts(in, name)) found.emplace_back(std::move(part));
    return found;
}

XmlElement const& inside(XmlElement const& in, std::string_view name) {
    static auto const nothing = XmlElement{};
    auto const* found = in.child(name);
    return found ? *found : nothing;
}

std::vector<XmlElement const*> all(XmlElement const& in, std::string_view name) {
    auto const wanted = text::to_lower(name);
    auto found = std::vector<XmlElement const*>{};
    for (auto const& element : in.children)
        if (text::to_lower(element.name) == wanted) found.push_back(&element);
    return found;
}

}  // namespace wescrm::wecom::fields
