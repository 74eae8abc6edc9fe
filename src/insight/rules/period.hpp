#pragma once
#include <wescrm/base/time.hpp>

#include <optional>
#include <string_view>

namespace wescrm::insight {

/// Days of the company's calendar, both inclusive.
struct Period {
    Date from;
    Date to;
    friend bool operator==(Period const&, Period const&) = default;
};

enum class WeekStart { monday, sunday };

/// "today", "week", "month", "quarter", "year": the one that `today` lies in; or
/// "2026-11-01..2026-11-30". nullopt for anything else, also for a first day after the last.
[[nodiscard]] std::optional<Period> period_from(std::string_view text, Date today, WeekStart week);

}  // namespace wescrm::insight
