#include "dates.hpp"

#include "numerals.hpp"
#include "words.hpp"

#include <array>

namespace wescrm::language {
namespace {

using std::chrono::sys_days;

constexpr auto relative_days = std::to_array<Word>(
    {{U"大大前天", -4}, {U"大前天", -3},  {U"前天", -2}, {U"前日", -2}, {U"昨天", -1}, {U"昨日", -1},
     {U"昨儿", -1},     {U"今天", 0},     {U"今日", 0},  {U"今儿", 0},  {U"本日", 0},  {U"当天", 0},
     {U"当日", 0},      {U"明天", 1},     {U"明日", 1},  {U"明儿", 1},  {U"后天", 2},  {U"后日", 2},
     {U"大后天", 3},    {U"大大后天", 4}, {U"次日", 1},  {U"翌日", 1},  {U"第二天", 1}});
// 今晚, 明早: a day said together with a part of it.
constexpr auto day_heads =
    std::to_array<Word>({{U"前", -2}, {U"昨", -1}, {U"今", 0}, {U"当", 0}, {U"明", 1}, {U"次", 1}});

std::optional<Span> relative_day(Characters const& text, std::size_t at, Anchor const& anchor) {
    if (auto const word = word_at(text, at, relative_days)) {
        auto const is_next = text[at] == U'次' || text[at] == U'翌' || text[at] == U'第';
        return day_span(add_days(is_next ? anchor.base : anchor.today, word->first), word->second);
    }
    auto const head = word_at(text, at, day_heads);
    if (!head || !is_one_of(text[head->second], U"早晚晨夜") || is_one_of(text[head->second + 1], U"点报餐期会年些")) {
        // 今晚8点, 明早9点: the mark behind the part is a clock's.
        auto const is_clock = head && is_one_of(text[head->second], U"早晚晨夜") && parse_small(text, head->second + 1);
        if (!is_clock) return std::nullopt;
    }
    return day_span(add_days(anchor.today, head->first), head->second);
}

std::optional<Span> any_span(Characters const& text, std::size_t at, Anchor const& anchor) {
    if (auto found = parse_written_date(text, at, anchor)) return found;
    if (auto found = relative_day(text, at, anchor)) return found;
    if (auto found = parse_week(text, at, anchor)) return found;
    if (auto found = parse_in_year(text, at, anchor)) return found;
    if (auto found = parse_holiday(text, at, anchor)) return found;
    if (auto found = parse_lunar(text, at, anchor)) return found;
    if (auto found = parse_month(text, at, anchor)) return found;
    if (auto found = parse_unnamed_part(text, at, anchor)) return found;
    return parse_bare_day(text, at, anchor);
}

// A weekday behind a date must be that date's.
Span with_weekday(Characters const& text, Span span) {
    auto at = skip_blanks(text, span.end);
    auto const is_bracketed = text[at] == U'(';
    if (is_bracketed) ++at;
    auto const unit = after_any(text, at, {U"周", U"星期", U"礼拜"});
    if (!unit) return span;
    auto const number = weekday_number(text, *unit);
    if (number == 0) return span;
    span.end = *unit + 1 + (is_bracketed && text[*unit + 1] == U')' ? 1 : 0);
    span.is_impossible = static_cast<int>(std::chrono::weekday{sys_days{span.first}}.iso_encoding()) != number;
    return span;
}

}  // namespace

std::optional<Span> parse_span(Characters const& text, std::size_t at, Anchor const& anchor) {
    auto found = any_span(text, at, anchor);
    if (found && found->is_day && !found->is_impossible) *found = with_weekday(text, *found);
    return found;
}

std::size_t skip_blanks(Characters const& text, std::size_t at) {
    while (text[at] == U' ') ++at;
    return at;
}

std::size_t skip_soft(Characters const& text, std::size_t at) {
    while (text[at] == U' ' || text[at] == U'的' || text[at] == U',') ++at;
    return at;
}

Span day_span(Date day, std::size_t end) {
    auto span = period_span(day, add_days(day, 1), end);
    span.is_day = true;
    return span;
}

Span period_span(Date first, Date after, std::size_t end) {
    auto span = Span{};
    span.first = first;
    span.after = after;
    span.date = add_days(after, -1);
    span.end = end;
    return span;
}

Span edge_span(Date date, Date first, Date after, std::size_t end) {
    auto span = period_span(first, after, end);
    span.date = date;
    span.is_edge = true;
    return span;
}

std::optional<Date> make_date(int year, int month, int day) {
    if (year < 1 || year > 9'999 || month < 1 || day < 1) return std::nullopt;
    auto const date = Date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                           std::chrono::day{static_cast<unsigned>(day)}};
    return date.ok() ? std::optional{date} : std::nullopt;
}

Date first_of_month(Date day) { return day.year() / day.month() / std::chrono::day{1}; }
Date fiscal_start(int year, int first_month) {
    return std::chrono::year{year} / std::chrono::month{static_cast<unsigned>(first_month)} / std::chrono::day{1};
}

int fiscal_year_of(Date day, int first_month) {
    auto const is_before = static_cast<int>(static_cast<unsigned>(day.month())) < first_month;
    return static_cast<int>(day.year()) - (is_before ? 1 : 0);
}

Date quarter_start(Date day, int first_month) {
    auto const passed = (static_cast<int>(static_cast<unsigned>(day.month())) - first_month + 12) % 12;
    return add_months(first_of_month(day), -(passed % 3));
}

Date week_start(Date day, bool weeks_begin_on_sunday) {
    if (!weeks_begin_on_sunday) return monday_of(day);
    return add_days(day, -static_cast<int>(std::chrono::weekday{sys_days{day}}.c_encoding()));
}

Date monday_of(Date day) {
    return add_days(day, -static_cast<int>(std::chrono::weekday{sys_days{day}}.iso_encoding() - 1));
}

}  // namespace wescrm::language
