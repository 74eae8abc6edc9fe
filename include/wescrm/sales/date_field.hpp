#pragma once
#include <wescrm/base/result.hpp>

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace wescrm::sales {

/// The column that `from` and `to` of a list bind: that of `date_field`, or the first. invalid_input names date_field.
[[nodiscard]] inline Result<std::string> date_column(
    std::optional<std::string> const& date_field,
    std::initializer_list<std::pair<std::string_view, std::string_view>> columns) {
    if (!date_field) return std::string{columns.begin()->second};
    auto const found =
        std::find_if(columns.begin(), columns.end(), [&](auto const& column) { return column.first == *date_field; });
    if (found != columns.end()) return std::string{found->second};
    auto names = std::string{};
    for (auto const& [name, column] : columns) names += (names.empty() ? "" : "、") + std::string{name};
    return invalid_field("date_field", "可以是 " + names);
}

}  // namespace wescrm::sales
