#pragma once
#include <wescrm/base/time.hpp>

#include <optional>

namespace wescrm::language {

inline constexpr int first_lunar_year = 1990;
inline constexpr int last_lunar_year = 2059;

/// The Gregorian day of a day in the traditional calendar (never in a leap month). nullopt outside the table's years
/// and for a 30th of a short month.
[[nodiscard]] std::optional<Date> from_lunar(int year, int month, int day);
/// 29 or 30; nullopt outside the table.
[[nodiscard]] std::optional<int> lunar_month_length(int year, int month);

}  // namespace wescrm::language
