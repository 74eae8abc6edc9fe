#include "rules/period.hpp"

namespace wescrm::insight {
namespace {

using std::chrono::month;
using std::chrono::months;
using std::chrono::sys_days;
using std::chrono::year_month;

Date first_of(year_month which) { return which / std::chrono::day{1}; }

Period months_from(year_month first, int count) {
    return {first_of(first), add_days(first_of(first + months{count}), -1)};
}

Period week_of(Date day, WeekStart start) {
    auto const weekday = std::chrono::weekday{sys_days{day}};
    auto const passed = start == WeekStart::sunday ? weekday.c_encoding() : weekday.iso_encoding() - 1;
    auto const first = add_days(day, -static_cast<int>(passed));
    return {first, add_days(first, 6)};
}

}  // namespace

std::optional<Period> period_from(std::string_view text, Date today, WeekStart week) {
    if (text == "today") return Period{today, today};
    if (text == "week") return week_of(today, week);
    if (text == "month") return months_from(today.year() / today.month(), 1);
    if (text == "quarter") {
        auto const first = (static_cast<unsigned>(today.month()) - 1) / 3 * 3 + 1;
        return months_from(today.year() / month{first}, 3);
    }
    if (text == "year") return months_from(today.year() / month{1}, 12);
    auto const dots = text.find("..");
    if (dots == std::string_view::npos) return std::nullopt;
    auto const from = parse_date(text.substr(0, dots));
    auto const to = parse_date(text.substr(dots + 2));
    if (!from || !to || *from > *to) return std::nullopt;
    return Period{*from, *to};
}

}  // namespace wescrm::insight
