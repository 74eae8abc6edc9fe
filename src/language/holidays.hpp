#pragma once
#include "characters.hpp"

#include <wescrm/base/time.hpp>
#include <wescrm/language/working_days.hpp>

#include <cstddef>
#include <optional>

namespace wescrm::language {

/// Days that have a name. Those on which people are off also have a length.
struct Holiday {
    std::size_t index = 0;  ///< in the table of names
    std::size_t end = 0;    ///< behind the name in the text
};

/// 元旦, 国庆节, 双十一, 中秋 …: the longest name that begins at `at`.
[[nodiscard]] std::optional<Holiday> holiday_at(Characters const& text, std::size_t at);
/// Its day in that year; nullopt if the year lies outside the lunar table.
[[nodiscard]] std::optional<Date> day_of(Holiday const& holiday, int year);

[[nodiscard]] Date next_working_day(Date after);
[[nodiscard]] Date previous_working_day(Date before);
/// The first working day after the days off that cover `day`, and the last one before them.
[[nodiscard]] Date working_day_after_off(Date day);
[[nodiscard]] Date working_day_before_off(Date day);
/// The first of the next days off; today if it is one.
[[nodiscard]] std::optional<Date> next_days_off(Date today);

}  // namespace wescrm::language
