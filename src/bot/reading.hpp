#pragma once
#include <wescrm/base/json.hpp>
#include <wescrm/base/time.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Members of what operations answer.
namespace wescrm::bot {

[[nodiscard]] inline std::string text_at(json::Value const& from, std::string_view name) {
    return json::find_string(from, name).value_or("");
}
[[nodiscard]] inline std::optional<Instant> instant_at(json::Value const& from, std::string_view name) {
    auto const text = json::find_string(from, name);
    return text ? parse_rfc3339(*text) : std::nullopt;
}
[[nodiscard]] inline std::int64_t integer_at(json::Value const& from, std::string_view name) {
    return json::find_integer(from, name).value_or(0);
}

template <class T, class Read>
[[nodiscard]] std::vector<T> list_at(json::Value const& from, std::string_view name, Read read) {
    auto items = std::vector<T>{};
    auto const* found = json::find(from, name);
    if (!found || !found->IsArray()) return items;
    for (auto const& item : found->GetArray()) items.push_back(read(item));
    return items;
}

[[nodiscard]] inline std::vector<std::string> texts_at(json::Value const& from, std::string_view name) {
    return list_at<std::string>(from, name, [](json::Value const& item) {
        return item.IsString() ? std::string{json::view(item)} : std::string{};
    });
}

}  // namespace wescrm::bot
