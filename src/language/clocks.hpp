#pragma once
#include "characters.hpp"

#include <wescrm/base/time.hpp>

#include <optional>

namespace wescrm::language {

/// A part of the day: 上午, 晚上 …
struct DayPart {
    std::u32string_view word;
    int from;       ///< the hour that counts when none is said
    int add;        ///< what an hour below 12 gets
    bool is_night;  ///< its 12 o'clock is midnight
};

/// A time of day.
struct ClockTime {
    seconds time{};
    std::size_t end = 0;
    int add_days = 0;               ///< 晚上12点 is on the next day
    DayPart const* part = nullptr;  ///< as said
    bool is_vague = false;          ///< only a part of the day
};

/// 下午3点, 3:30, 9点半, 差5分3点, 3pm, 晚上. `inherited`: the part of the day of the left end, for 下午2点到4点.
[[nodiscard]] std::optional<ClockTime> parse_clock(Characters const& text, std::size_t at, bool follows_day,
                                                   DayPart const* inherited = nullptr);

}  // namespace wescrm::language
