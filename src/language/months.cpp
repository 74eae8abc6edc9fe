#include "months.hpp"

#include "numerals.hpp"
#include "words.hpp"

#include <array>

namespace wescrm::language {
namespace {

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

}  // namespace

Date january(int year) { return std::chrono::year{year} / std::chrono::January / std::chrono::day{1}; }
int year_of(Date day) { return static_cast<int>(day.year()); }

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

std::optional<std::pair<int, std::size_t>> month_number(Characters const& text, std::size_t at) {
    auto const number = parse_small(text, at);
    if (!number || number->value < 1 || number->value > 12) return std::nullopt;
    auto const end = skip_blanks(text, number->end);
    if (text[end] != U'月') return std::nullopt;
    return std::pair{static_cast<int>(number->value), text[end + 1] == U'份' ? end + 2 : end + 1};
}

Span in_month(Characters const& text, std::size_t at, Date first) {
    auto const month = period_span(first, add_months(first, 1), at);
    auto const next = skip_soft(text, at);
    if (auto const range = day_range(text, next, first)) return *range;
    if (auto const number = day_number(text, next, next == at || text[at] == U' ')) return day_of_month(first, *number);
    if (auto const edge = edge_of_month(text, next, first)) return *edge;
    if (auto const part = parse_part_of(text, next, month)) return *part;
    return month;
}

std::optional<Span> month_range(Characters const& text, std::size_t at, int year) {
    auto const from = parse_small(text, at);
    if (!from || from->value < 1 || from->value > 12 || !is_range_mark(text[from->end])) return std::nullopt;
    auto const to = month_number(text, from->end + 1);
    if (!to || to->first < from->value || day_number(text, to->second, false)) return std::nullopt;
    auto const first = january(year);
    return period_span(add_months(first, static_cast<int>(from->value) - 1), add_months(first, to->first), to->second);
}

std::optional<Span> parse_month(Characters const& text, std::size_t at, Anchor const& anchor) {
    if (auto found = relative_month(text, at, anchor)) return found;
    return named_month(text, at, anchor);
}

std::optional<Span> parse_bare_day(Characters const& text, std::size_t at, Anchor const& anchor) {
    return bare_day(text, at, anchor);
}

}  // namespace wescrm::language
