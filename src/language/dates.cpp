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
constexpr auto relative_months = std::to_array<Word>({{U"下下个月", 2},
                                                      {U"上上个月", -2},
                                                      {U"下下月", 2},
                                                      {U"上上月", -2},
                                                      {U"下个月", 1},
                                                      {U"上个月", -1},
                                                      {U"下一个月", 1},
                                                      {U"上一个月", -1},
                                                      {U"这个月", 0},
                                                      {U"本月", 0},
                                                      {U"下月", 1},
                                                      {U"上月", -1},
                                                      {U"当月", 0},
                                                      {U"这月", 0},
                                                      {U"次月", 1},
                                                      {U"前月", -2}});
constexpr auto relative_quarters = std::to_array<Word>({{U"上个季度", -1},
                                                        {U"下个季度", 1},
                                                        {U"这个季度", 0},
                                                        {U"本季度", 0},
                                                        {U"上季度", -1},
                                                        {U"下季度", 1},
                                                        {U"这季度", 0},
                                                        {U"上一季度", -1},
                                                        {U"下一季度", 1},
                                                        {U"当季", 0},
                                                        {U"上一个季度", -1},
                                                        {U"下一个季度", 1},
                                                        {U"本季", 0},
                                                        {U"上季", -1},
                                                        {U"下季", 1}});

Date january(int year) { return std::chrono::year{year} / std::chrono::January / std::chrono::day{1}; }
int year_of(Date day) { return static_cast<int>(day.year()); }

// Moves a month, quarter or year that the sentence left open to the side to which the slot leans.
Span lean_to_side(Span span, Anchor const& anchor, int months) {
    if (anchor.lean == Lean::future && span.after <= anchor.base) {
        span.first = add_months(span.first, months);
        span.after = add_months(span.after, months);
        span.date = span.is_edge ? add_months(span.date, months) : add_days(span.after, -1);
    } else if (anchor.lean == Lean::past && span.first > anchor.base) {
        span.first = add_months(span.first, -months);
        span.after = add_months(span.after, -months);
        span.date = span.is_edge ? add_months(span.date, -months) : add_days(span.after, -1);
    }
    return span;
}

// 初, 中, 底, 上旬, 上半月 behind a month.
std::optional<Span> edge_of_month(Characters const& text, std::size_t at, Date first) {
    auto const after = add_months(first, 1);
    auto const last = add_days(after, -1);
    auto const from = [first](int day) { return add_days(first, day - 1); };
    if (auto const end = after_any(text, at, {U"月底", U"月末", U"底", U"末"}))
        return edge_span(last, from(21), after, *end);
    if (auto const end = after_any(text, at, {U"月初", U"初"})) return edge_span(first, first, from(11), *end);
    if (auto const end = after_any(text, at, {U"月中", U"中"}); end && !is_one_of(text[*end], U"午秋国旬"))
        return edge_span(from(15), from(11), from(21), *end);
    static constexpr auto thirds = std::to_array<Word>({{U"上旬", 0}, {U"中旬", 1}, {U"下旬", 2}});
    if (auto const third = word_at(text, at, thirds)) {
        auto span = period_span(from(third->first * 10 + 1), third->first == 2 ? after : from(third->first * 10 + 11),
                                third->second);
        return span;
    }
    if (auto const end = after_any(text, at, {U"上半月", U"前半月"})) return period_span(first, from(16), *end);
    if (auto const end = after_any(text, at, {U"下半月", U"后半月"})) return period_span(from(16), after, *end);
    return std::nullopt;
}

// 12 or 十二 before 月.
std::optional<std::pair<int, std::size_t>> month_number(Characters const& text, std::size_t at) {
    auto const number = parse_small(text, at);
    if (!number || number->value < 1 || number->value > 12) return std::nullopt;
    auto const end = skip_blanks(text, number->end);
    if (text[end] != U'月') return std::nullopt;
    return std::pair{static_cast<int>(number->value), text[end + 1] == U'份' ? end + 2 : end + 1};
}

struct DayNumber {
    int day = 0;
    std::size_t end = 0;
};

// 3号, 3日; behind a month also a bare 3 that counts nothing else.
std::optional<DayNumber> day_number(Characters const& text, std::size_t at, bool may_be_bare) {
    auto const number = parse_small(text, at);
    if (!number || number->value < 1 || number->value > 39) return std::nullopt;
    auto const day = static_cast<int>(number->value);
    auto const end = skip_blanks(text, number->end);
    static constexpr std::u32string_view numbered = U"楼线机店门库院馆厂桥路仓车产员位标段地幢栋井炉站台";
    if (text[end] == U'号' && (may_be_bare || !is_one_of(text[end + 1], numbered))) return DayNumber{day, end + 1};
    if (text[end] == U'日' && !is_one_of(text[end + 1], U"元内")) return DayNumber{day, end + 1};
    static constexpr std::u32string_view counted = U"万千百亿元块个家台套件人次天周月年点折成%:.wk多几来、";
    if (may_be_bare && day <= 31 && !is_one_of(text[number->end], counted) && !is_digit(text[number->end]))
        return DayNumber{day, number->end};
    return std::nullopt;
}

Span impossible(std::size_t end) {
    auto span = Span{};
    span.end = end;
    span.is_impossible = true;
    return span;
}

Span day_of_month(Date first, DayNumber const& number) {
    auto const date = make_date(year_of(first), static_cast<int>(static_cast<unsigned>(first.month())), number.day);
    return date ? day_span(*date, number.end) : impossible(number.end);
}

// A month and day without a year, on the side to which the slot leans.
Span month_and_day(int month, DayNumber const& number, Anchor const& anchor) {
    auto const step = anchor.lean == Lean::past ? -1 : 1;
    for (auto year = year_of(anchor.base); year != year_of(anchor.base) + 5 * step; year += step) {
        auto const date = make_date(year, month, number.day);
        if (!date) {
            if (month == 2 && number.day == 29 && anchor.lean != Lean::none) continue;
            return impossible(number.end);
        }
        if (anchor.lean == Lean::none || (anchor.lean == Lean::future ? *date >= anchor.base : *date <= anchor.base))
            return day_span(*date, number.end);
    }
    return impossible(number.end);
}

// 3日 or 3号 alone.
std::optional<Span> nearest_day_of_month(DayNumber const& number, Anchor const& anchor) {
    if (number.day > 31) return std::nullopt;
    auto const first = first_of_month(anchor.base);
    for (auto step = 0; step < 14; ++step) {
        auto const month = add_months(first, anchor.lean == Lean::past ? -step : step);
        auto const date = make_date(year_of(month), static_cast<int>(static_cast<unsigned>(month.month())), number.day);
        if (!date) continue;
        if (anchor.lean == Lean::none || (anchor.lean == Lean::future ? *date >= anchor.base : *date <= anchor.base))
            return day_span(*date, number.end);
    }
    return std::nullopt;
}

bool is_range_mark(char32_t c) { return is_one_of(c, U"到至-~～–—"); }

// 4月12-19日, 10到12号: the first number borrows the unit of the second.
std::optional<Span> day_range(Characters const& text, std::size_t at, Date first) {
    auto const from = parse_small(text, at);
    if (!from || from->value < 1 || from->value > 31 || !is_range_mark(text[from->end])) return std::nullopt;
    auto const to = day_number(text, from->end + 1, false);
    if (!to || to->day < from->value) return std::nullopt;
    auto const year = year_of(first);
    auto const month = static_cast<int>(static_cast<unsigned>(first.month()));
    auto const start = make_date(year, month, static_cast<int>(from->value));
    auto const last = make_date(year, month, to->day);
    if (!start || !last) return std::nullopt;
    return period_span(*start, add_days(*last, 1), to->end);
}

// What may stand behind a month: a day, an edge, a part, or nothing.
Span in_month(Characters const& text, std::size_t at, Date first) {
    auto const month = period_span(first, add_months(first, 1), at);
    auto const next = skip_soft(text, at);
    if (auto const range = day_range(text, next, first)) return *range;
    if (auto const number = day_number(text, next, next == at || text[at] == U' ')) return day_of_month(first, *number);
    if (auto const edge = edge_of_month(text, next, first)) return *edge;
    if (auto const part = parse_part_of(text, next, month)) return *part;
    return month;
}

std::optional<int> quarter_number(Characters const& text, std::size_t at, std::size_t& end) {
    auto const from = text[at] == U'第' ? at + 1 : at;
    if (text[from] == U'q' && text[from + 1] >= U'1' && text[from + 1] <= U'4' && !is_digit(text[from + 2]) &&
        !is_latin(text[from + 2])) {
        end = from + 2;
        return static_cast<int>(text[from + 1] - U'0');
    }
    auto const number = parse_small(text, from);
    if (!number || number->value < 1 || number->value > 4) return std::nullopt;
    auto const unit = after_any(text, number->end, {U"季度", U"季"});
    if (!unit || text.starts(number->end, U"季节")) return std::nullopt;
    end = *unit;
    return static_cast<int>(number->value);
}

Span edge_of_quarter(Characters const& text, Span const& quarter) {
    if (auto const end = after_any(text, quarter.end, {U"末", U"底"}))
        return edge_span(quarter.date, add_months(quarter.first, 2), quarter.after, *end);
    if (auto const end = after_any(text, quarter.end, {U"初"}))
        return edge_span(quarter.first, quarter.first, add_months(quarter.first, 1), *end);
    return quarter;
}

// 上半年, 一季度, Q3, 前三季度, 四季度末 of a year.
std::optional<Span> part_of_year(Characters const& text, std::size_t at, int year) {
    auto const first = january(year);
    if (auto const end = after_any(text, at, {U"上半年", U"前半年"}))
        return period_span(first, add_months(first, 6), *end);
    if (auto const end = after_any(text, at, {U"下半年", U"后半年"}))
        return period_span(add_months(first, 6), add_months(first, 12), *end);
    auto end = at;
    if (text[at] == U'前') {
        auto const count = quarter_number(text, at + 1, end);
        if (count) return period_span(first, add_months(first, *count * 3), end);
        return std::nullopt;
    }
    auto const quarter = quarter_number(text, at, end);
    if (!quarter) return std::nullopt;
    auto const start = add_months(first, (*quarter - 1) * 3);
    return edge_of_quarter(text, period_span(start, add_months(start, 3), end));
}

// 年初, 年中, 年底 and 末 of a year; 年 may have been said with the year already.
std::optional<Span> edge_of_year(Characters const& text, std::size_t at, int year) {
    auto const first = january(year);
    auto const after = add_months(first, 12);
    if (auto const end = after_any(text, at, {U"年底", U"年末", U"年尾", U"底", U"末"}))
        return edge_span(add_days(after, -1), add_months(first, 11), after, *end);
    if (auto const end = after_any(text, at, {U"年初", U"初"}); end && weekday_number(text, *end) == 0)
        return edge_span(first, first, add_months(first, 1), *end);
    if (auto const end = after_any(text, at, {U"年中", U"中"}); end && !is_one_of(text[*end], U"国秋午"))
        return edge_span(add_days(add_months(first, 6), -1), add_months(first, 5), add_months(first, 6), *end);
    return std::nullopt;
}

// 1-9月份: the first number borrows the unit of the second.
std::optional<Span> month_range(Characters const& text, std::size_t at, int year) {
    auto const from = parse_small(text, at);
    if (!from || from->value < 1 || from->value > 12 || !is_range_mark(text[from->end])) return std::nullopt;
    auto const to = month_number(text, from->end + 1);
    if (!to || to->first < from->value || day_number(text, to->second, false)) return std::nullopt;
    auto const first = january(year);
    return period_span(add_months(first, static_cast<int>(from->value) - 1), add_months(first, to->first), to->second);
}

std::optional<Span> in_year(Characters const& text, int year, std::size_t at) {
    auto const whole = period_span(january(year), january(year + 1), at);
    auto const next = skip_soft(text, at);
    if (auto const range = month_range(text, next, year)) return range;
    if (auto const month = month_number(text, next))
        return in_month(text, month->second, add_months(january(year), month->first - 1));
    if (auto const part = part_of_year(text, next, year)) return part;
    if (auto const edge = edge_of_year(text, next, year)) return edge;
    auto const anchor = Anchor{january(year), january(year), Lean::future};
    if (auto const lunar = parse_lunar(text, next, anchor)) return lunar;
    if (auto const holiday = parse_holiday(text, next, anchor)) return holiday;
    if (auto const part = parse_part_of(text, next, whole)) return part;
    return whole;
}

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

std::optional<Span> relative_month(Characters const& text, std::size_t at, Anchor const& anchor) {
    auto const word = word_at(text, at, relative_months);
    if (!word) return std::nullopt;
    return in_month(text, word->second, add_months(first_of_month(anchor.today), word->first));
}

std::optional<Span> named_month(Characters const& text, std::size_t at, Anchor const& anchor) {
    if (auto const range = month_range(text, at, year_of(anchor.base))) return lean_to_side(*range, anchor, 12);
    auto const month = month_number(text, at);
    if (!month) return std::nullopt;
    auto const next = skip_blanks(text, month->second);
    auto const is_apart = next != month->second;
    if (auto const number = day_number(text, next, !is_apart); number && !day_range(text, next, january(2000)))
        return month_and_day(month->first, *number, anchor);
    auto const first = add_months(january(year_of(anchor.base)), month->first - 1);
    auto const leaning = lean_to_side(period_span(first, add_months(first, 1), month->second), anchor, 12);
    return in_month(text, month->second, leaning.first);
}

// 月底, 上旬, 上半月, 季度末, 年底, 前三季度, 下半年 without saying which.
std::optional<Span> unnamed_part(Characters const& text, std::size_t at, Anchor const& anchor) {
    auto const c = text[at];
    if (c == U'月' || c == U'上' || c == U'中' || c == U'下' || c == U'前' || c == U'后') {
        auto const edge = c == U'中' && !text.starts(at, U"中旬")
                              ? std::nullopt
                              : edge_of_month(text, at, first_of_month(anchor.base));
        if (edge)
            return anchor.lean == Lean::future && edge->date < anchor.base
                       ? edge_of_month(text, at, add_months(first_of_month(anchor.base), 1))
                       : edge;
    }
    auto const year = year_of(anchor.base);
    if (c == U'年' && is_one_of(text[at + 1], U"底末尾初中")) {
        auto const edge = edge_of_year(text, at, year);
        return edge && anchor.lean == Lean::future && edge->date < anchor.base ? edge_of_year(text, at, year + 1)
                                                                               : edge;
    }
    if (auto const word = word_at(text, at, relative_quarters)) {
        auto const quarter = static_cast<int>((static_cast<unsigned>(anchor.today.month()) - 1) / 3);
        auto const first = add_months(january(year_of(anchor.today)), (quarter + word->first) * 3);
        return edge_of_quarter(text, period_span(first, add_months(first, 3), word->second));
    }
    if (text.starts(at, U"季度末") || text.starts(at, U"季末") || text.starts(at, U"季度初") ||
        text.starts(at, U"季初")) {
        auto const quarter = static_cast<int>((static_cast<unsigned>(anchor.base.month()) - 1) / 3);
        auto const first = add_months(january(year), quarter * 3);
        return edge_of_quarter(text, period_span(first, add_months(first, 3), text[at + 1] == U'度' ? at + 2 : at + 1));
    }
    if (auto const part = part_of_year(text, at, year))
        return anchor.lean == Lean::future ? lean_to_side(*part, anchor, 12) : *part;
    return std::nullopt;
}

std::optional<Span> bare_day(Characters const& text, std::size_t at, Anchor const& anchor) {
    if (at > 0 && (text[at - 1] == U'第' || text[at - 1] == U'每')) return std::nullopt;
    auto const number = day_number(text, at, false);
    if (number) return nearest_day_of_month(*number, anchor);
    auto const start = parse_small(text, at);
    if (!start || !is_range_mark(text[start->end]) || start->value > 31) return std::nullopt;
    auto const borrowed = DayNumber{static_cast<int>(start->value), start->end};
    auto const first = nearest_day_of_month(borrowed, anchor);
    return first ? day_range(text, at, first_of_month(first->first)) : std::nullopt;
}

std::optional<Span> any_span(Characters const& text, std::size_t at, Anchor const& anchor) {
    if (auto found = parse_written_date(text, at, anchor)) return found;
    if (auto found = relative_day(text, at, anchor)) return found;
    if (auto found = parse_week(text, at, anchor)) return found;
    if (auto const year = parse_year(text, at, anchor)) return in_year(text, year->first, year->second);
    if (auto found = parse_holiday(text, at, anchor)) return found;
    if (auto found = parse_lunar(text, at, anchor)) return found;
    if (auto found = relative_month(text, at, anchor)) return found;
    if (auto found = named_month(text, at, anchor)) return found;
    if (auto found = unnamed_part(text, at, anchor)) return found;
    return bare_day(text, at, anchor);
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
Date monday_of(Date day) {
    return add_days(day, -static_cast<int>(std::chrono::weekday{sys_days{day}}.iso_encoding() - 1));
}

}  // namespace wescrm::language
