#pragma once
#include "characters.hpp"

#include <wescrm/language/entities.hpp>

#include <optional>

namespace wescrm::language {

struct FoundTime {
    EntityValue value;
    std::size_t end = 0;
    Bound bound = Bound::exact;        ///< 之前, 以内; 以后
    std::optional<RangeValue> period;  ///< 月底 as a period
    bool is_impossible = false;        ///< 2月30日: to be skipped as a whole
};

/// A date, moment, period or duration that begins at `at`.
[[nodiscard]] std::optional<FoundTime> parse_time(Characters const& text, std::size_t at, Reference const& reference);

}  // namespace wescrm::language
