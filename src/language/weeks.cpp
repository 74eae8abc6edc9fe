#include "dates.hpp"
#include "numerals.hpp"
#include "words.hpp"

#include <cstdlib>

namespace wescrm::language {
namespace {

struct Week {
    int shift = 0;             ///< calendar weeks from this one
    bool is_relative = false;  ///< said with 上, 下, 这
    std::size_t end = 0;       ///< behind 周
};

constexpr std::u32string_view counted = U"个家次天条点万块元台套件年月周后前内以之人";

// 下下个星期, 这一周, 本周, 周
std::optional<Week> week_at(Characters const& text, std::size_t at) {
    auto week = Week{};
    auto position = at;
    for (; text[position] == U'下' || text[position] == U'上'; ++position)
        week.shift += text[position] == U'下' ? 1 : -1;
    week.is_relative = position > at;
    if (std::abs(week.shift) > 5) return std::nullopt;
    if (!week.is_relative && (text[position] == U'这' || text[position] == U'本')) {
        ++position;
        week.is_relative = true;
    }
    if (week.is_relative && text[position] == U'一') ++position;
    if (week.is_relative && text[position] == U'个') ++position;
    auto const unit = after_any(text, position, {U"周", U"星期", U"礼拜"});
    if (!unit) return std::nullopt;
    week.end = *unit;
    return week;
}

// Saturday and Sunday, whichever day the company's week begins on.
Span weekend(Date monday, std::size_t end) {
    auto span = edge_span(add_days(monday, 5), add_days(monday, 5), add_days(monday, 7), end);
    span.is_edge = false;
    return span;
}

std::optional<Span> day_in_week(Characters const& text, Week const& week, Anchor const& anchor) {
    auto const number = weekday_number(text, week.end);
    if (number == 0) return std::nullopt;
    auto const end = week.end + 1;
    auto const place = anchor.weeks_begin_on_sunday ? number % 7 : number - 1;
    auto const first = [&anchor](Date day) { return week_start(day, anchor.weeks_begin_on_sunday); };
    if (week.is_relative) return day_span(add_days(first(anchor.today), week.shift * 7 + place), end);
    auto date = add_days(first(anchor.base), place);
    if (anchor.lean == Lean::future && date < anchor.base) date = add_days(date, 7);
    if (anchor.lean == Lean::past && date > anchor.base) date = add_days(date, -7);
    auto span = day_span(date, end);
    span.is_today = anchor.lean == Lean::future && date == anchor.base;
    return span;
}

}  // namespace

int weekday_number(Characters const& text, std::size_t at) {
    auto const c = text[at];
    if (c == U'日' && is_one_of(text[at + 1], U"程报历志常记")) return 0;
    if (c == U'日' || c == U'天') return 7;
    auto const number = is_digit(c) ? static_cast<int>(c - U'0') : digit_of(c);
    if (number < 1 || number > 7 || c == U'两') return 0;
    if (is_digit(c) && (is_digit(text[at + 1]) || is_one_of(text[at + 1], counted))) return 0;
    return number;
}

std::optional<Span> parse_week(Characters const& text, std::size_t at, Anchor const& anchor) {
    if (at > 0 && text[at - 1] == U'每') return std::nullopt;
    auto const week = week_at(text, at);
    if (!week) return std::nullopt;
    if (text[week->end] == U'年') return std::nullopt;
    if (auto const end = after_any(text, week->end, {U"末"})) {
        auto const monday = monday_of(week->is_relative ? anchor.today : anchor.base);
        return weekend(add_days(monday, week->shift * 7), *end);
    }
    if (auto found = day_in_week(text, *week, anchor)) return found;
    if (!week->is_relative) return std::nullopt;
    // 下周周六, 下周的周三
    auto const next = skip_soft(text, week->end);
    if (auto const unit = after_any(text, next, {U"周", U"星期", U"礼拜"})) {
        auto inner = *week;
        inner.end = *unit;
        if (auto found = day_in_week(text, inner, anchor)) return found;
    }
    auto const first = add_days(week_start(anchor.today, anchor.weeks_begin_on_sunday), week->shift * 7);
    return period_span(first, add_days(first, 7), week->end);
}

}  // namespace wescrm::language
