#pragma once
#include <optional>
#include <string_view>

namespace wescrm::sales {

/// How far what somebody typed is from a name or a part of it: a wrong, missing, surplus or swapped character is 1, one
/// that only sounds the same a quarter. nullopt: too far to have been meant. Both by what name_core() leaves of them.
[[nodiscard]] std::optional<double> distance_to_name(std::string_view typed, std::string_view name);

}  // namespace wescrm::sales
