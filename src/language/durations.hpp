#pragma once
#include "characters.hpp"

#include <wescrm/base/time.hpp>

#include <optional>

namespace wescrm::language {

/// A length of time as it was said: calendar months and days stay what they are until they are added to a date.
struct Length {
    double months = 0;
    double days = 0;
    std::int64_t seconds = 0;
    int working_days = 0;
    std::size_t end = 0;
    bool has_clock_unit = false;  ///< hours, minutes or seconds took part
    bool is_approximate = false;  ///< 十几天, 70多分钟

    [[nodiscard]] std::int64_t total_seconds() const;  ///< a month is 30 days, a year 365
};

/// 3天, 半小时, 一个半月, 三年半, 8天又20小时, 10分钟30秒, 俩礼拜, 5个工作日
[[nodiscard]] std::optional<Length> parse_length(Characters const& text, std::size_t at);

/// The calendar day that lies the months and days of `length` after `day` (before it, if `sign` is -1).
[[nodiscard]] Date shifted(Date day, Length const& length, int sign);

}  // namespace wescrm::language
