// Dates in digits and marks, years, holidays, the traditional calendar, and parts of a period.
#include "dates.hpp"
#include "holidays.hpp"
#include "lunar.hpp"
#include "numerals.hpp"
#include "words.hpp"

#include <array>

namespace wescrm::language {
namespace {

struct DateDigits {
    int value = 0;
    std::size_t end = 0;
};

// Up to `most` digits.
std::optional<DateDigits> digits_at(Characters const& text, std::size_t at, std::size_t most) {
    auto found = DateDigits{0, at};
    while (found.end < at + most && is_digit(text[found.end]))
        found.value = found.value * 10 + static_cast<int>(text[found.end++] - U'0');
    return found.end > at ? std::optional{found} : std::nullopt;
}

std::size_t run_of_digits(Characters const& text, std::size_t at) {
    auto end = at;
    while (is_digit(text[end])) ++end;
    return end - at;
}

bool is_mark(char32_t c) { return is_one_of(c, U"-/.·"); }

// 20261231
std::optional<Span> compact_date(Characters const& text, std::size_t at) {
    if (run_of_digits(text, at) != 8 || is_latin(text[at + 8])) return std::nullopt;
    auto const whole = digits_at(text, at, 8);
    auto const year = whole->value / 10'000;
    if (year < 1970 || year > 2069) return std::nullopt;
    auto const date = make_date(year, whole->value / 100 % 100, whole->value % 100);
    return date ? std::optional{day_span(*date, at + 8)} : std::nullopt;
}

// 2026-12-03, 2026/12/3, 2026.12.03, 2026·12·3; 2026-12 and, between two of them, 2026.12
std::optional<Span> date_from_year(Characters const& text, std::size_t at) {
    auto const year = digits_at(text, at, 4);
    if (!year || year->end - at != 4 || year->value < 1'900 || year->value > 2'200 || !is_mark(text[year->end]))
        return std::nullopt;
    auto const mark = text[year->end];
    auto const month = digits_at(text, year->end + 1, 2);
    if (!month || is_digit(text[month->end])) return std::nullopt;
    auto const day = text[month->end] == mark ? digits_at(text, month->end + 1, 2) : std::nullopt;
    if (day) {
        auto const is_clock_next = run_of_digits(text, day->end) == 2 && text[day->end + 2] == U':';
        if (is_digit(text[day->end]) && !is_clock_next) return std::nullopt;
        auto const date = make_date(year->value, month->value, day->value);
        if (date) return day_span(*date, day->end);
        auto span = Span{};
        span.end = day->end;
        span.is_impossible = true;
        return span;
    }
    auto const first = make_date(year->value, month->value, 1);
    auto const is_in_range = is_one_of(text[month->end], U"-~至到") && year->end + 3 == month->end;
    if (!first || month->end - year->end != 3 ||
        (mark == U'.' && !is_in_range && !(at > 0 && is_one_of(text[at - 1], U"-~至到"))))
        return std::nullopt;
    return period_span(*first, add_months(*first, 1), month->end);
}

// 12/2, 12-2: month and day, never day and month. 10/31/1974
std::optional<Span> written_month_and_day(Characters const& text, std::size_t at, Anchor const& anchor) {
    auto const month = digits_at(text, at, 2);
    if (!month || !is_one_of(text[month->end], U"/-")) return std::nullopt;
    auto const mark = text[month->end];
    auto const day = digits_at(text, month->end + 1, 2);
    if (!day || is_digit(text[day->end])) return std::nullopt;
    auto const year = text[day->end] == U'/' && mark == U'/' ? digits_at(text, day->end + 1, 4) : std::nullopt;
    if (year && year->end == day->end + 5) {
        auto const date = make_date(year->value, month->value, day->value);
        return date ? std::optional{day_span(*date, year->end)} : std::nullopt;
    }
    static constexpr std::u32string_view counted =
        U"-/.万千百亿元块个家台套件人次天周月年点%日号wk折成小分秒倍吨位层楼栋";
    if (is_one_of(text[day->end], counted) || is_latin(text[day->end])) return std::nullopt;
    auto date = make_date(static_cast<int>(anchor.base.year()), month->value, day->value);
    if (!date) return std::nullopt;
    if (anchor.lean == Lean::future && *date < anchor.base) *date = add_months(*date, 12);
    if (anchor.lean == Lean::past && *date > anchor.base) *date = add_months(*date, -12);
    return day_span(*date, day->end);
}

// 8, 初八, 十五, 廿三 behind a lunar month.
std::optional<DateDigits> lunar_day(Characters const& text, std::size_t at) {
    auto const is_first_ten = text[at] == U'初';
    auto const tens = text[at] == U'廿' ? 20 : text[at] == U'卅' ? 30 : 0;
    auto const number = parse_small(text, is_first_ten || tens > 0 ? at + 1 : at);
    if (tens > 0 && (!number || number->value > 9)) return DateDigits{tens, at + 1};
    if (!number || number->value < 1) return std::nullopt;
    auto const value = tens + static_cast<int>(number->value);
    if (value > 30 || (is_first_ten && value > 10)) return std::nullopt;
    auto const end = is_one_of(text[number->end], U"日号") ? number->end + 1 : number->end;
    return DateDigits{value, end};
}

std::optional<DateDigits> lunar_month(Characters const& text, std::size_t at, bool is_said_lunar) {
    static constexpr auto names = std::to_array<Word>({{U"正月", 1}, {U"冬月", 11}, {U"腊月", 12}, {U"寒月", 12}});
    if (auto const name = word_at(text, at, names)) return DateDigits{name->first, name->second};
    auto const number = parse_small(text, at);
    if (!number || number->value < 1 || number->value > 12 || text[number->end] != U'月') return std::nullopt;
    // 五月初八 can be no other calendar's.
    if (!is_said_lunar && !(text[number->end + 1] == U'初' && lunar_day(text, number->end + 1))) return std::nullopt;
    return DateDigits{static_cast<int>(number->value), number->end + 1};
}

std::optional<Span> lunar_in(int year, DateDigits const& month, std::optional<DateDigits> const& day) {
    auto const first = from_lunar(year, month.value, day ? day->value : 1);
    if (!first) return std::nullopt;
    if (day) return day_span(*first, day->end);
    return period_span(*first, add_days(*first, *lunar_month_length(year, month.value)), month.end);
}

std::optional<int> ordinal(Characters const& text, std::size_t at, std::size_t& end) {
    auto const number = parse_small(text, at);
    if (!number || number->value < 1 || number->value > 366) return std::nullopt;
    end = text[number->end] == U'个' ? number->end + 1 : number->end;
    return static_cast<int>(number->value);
}

// 第一周 is the first that begins in the period; 第二个周二 the second Tuesday in it.
std::optional<Span> nth_of(Characters const& text, std::size_t at, Span const& whole) {
    auto end = at;
    auto const n = ordinal(text, at + 1, end);
    if (!n) return std::nullopt;
    if (auto const unit = after_any(text, end, {U"周", U"星期", U"礼拜"})) {
        auto const weekday = weekday_number(text, *unit);
        auto first = monday_of(whole.first);
        if (weekday > 0) first = add_days(first, weekday - 1);
        if (first < whole.first) first = add_days(first, 7);
        first = add_days(first, (*n - 1) * 7);
        if (first >= whole.after) return std::nullopt;
        return weekday > 0 ? day_span(first, *unit + 1) : period_span(first, add_days(first, 7), *unit);
    }
    if (auto const unit = after_any(text, end, {U"天", U"日"}))
        if (auto const day = add_days(whole.first, *n - 1); day < whole.after) return day_span(day, *unit);
    if (auto const unit = after_any(text, end, {U"月"}))
        if (auto const first = add_months(whole.first, *n - 1); first < whole.after)
            return period_span(first, add_months(first, 1), *unit);
    return std::nullopt;
}

}  // namespace

std::optional<Span> parse_written_date(Characters const& text, std::size_t at, Anchor const& anchor) {
    if (!is_digit(text[at])) return std::nullopt;
    if (auto found = compact_date(text, at)) return found;
    if (auto found = date_from_year(text, at)) return found;
    return written_month_and_day(text, at, anchor);
}

bool is_business_year(Characters const& text, std::size_t end) { return ends_any(text, end, {U"年度", U"财年"}); }

std::optional<std::pair<int, std::size_t>> parse_year(Characters const& text, std::size_t at, Anchor const& anchor) {
    static constexpr auto words = std::to_array<Word>(
        {{U"今年", 0},    {U"本年", 0},     {U"本年度", 0},   {U"这一年", 0},  {U"明年", 1},   {U"下一年", 1},
         {U"下年", 1},    {U"下年度", 1},   {U"次年", 1},     {U"来年", 1},    {U"后年", 2},   {U"大后年", 3},
         {U"去年", -1},   {U"上一年", -1},  {U"上年", -1},    {U"上年度", -1}, {U"前年", -2},  {U"大前年", -3},
         {U"今年度", 0},  {U"本财年", 0},   {U"这个财年", 0}, {U"今财年", 0},  {U"下财年", 1}, {U"下个财年", 1},
         {U"上财年", -1}, {U"上个财年", -1}});
    if (auto const word = word_at(text, at, words)) {
        auto const now = is_business_year(text, word->second) ? fiscal_year_of(anchor.today, anchor.fiscal_year_start)
                                                              : static_cast<int>(anchor.today.year());
        return std::pair{now + word->first, word->second};
    }
    auto const number = parse_small(text, at);
    if (!number) return std::nullopt;
    auto const blanks = skip_blanks(text, number->end);
    auto const unit = text.starts(blanks, U"财年") ? blanks + 1 : blanks;
    if (text[unit] != U'年' || (number->has_unit && number->value < 1'000)) return std::nullopt;
    auto value = static_cast<int>(number->value);
    auto const digits = number->end - at;
    auto const end = text[unit + 1] == U'度' ? unit + 2 : unit + 1;
    if (digits == 2 && value < 100) {
        // 26年 is a year, 10年 a length of time unless a part of the year follows.
        auto const next = skip_blanks(text, end);
        auto const follows =
            parse_small(text, next) || is_one_of(text[next], U"底末初第上下前后正腊元国春") || text[next] == U'q';
        auto const is_plausible =
            (value >= 20 && value <= 39) || value >= 70 || (text[at] == U'0' || text[at] == U'零' || text[at] == U'〇');
        if (!follows && !is_plausible) return std::nullopt;
        value += value < 70 ? 2'000 : 1'900;
    } else if (digits != 4 && !number->has_unit) {
        return std::nullopt;
    }
    if (value < 1'900 || value > 2'200) return std::nullopt;
    return std::pair{value, end};
}

std::optional<Span> parse_lunar(Characters const& text, std::size_t at, Anchor const& anchor) {
    auto const prefix = after_any(text, at, {U"农历", U"阴历", U"旧历"});
    auto position = prefix.value_or(at);
    auto const year = prefix ? parse_year(text, position, anchor) : std::nullopt;
    if (year) position = year->second;
    auto const month = lunar_month(text, position, prefix.has_value());
    if (!month) return std::nullopt;
    auto const day = lunar_day(text, month->end);
    if (year) return lunar_in(year->first, *month, day);
    // 腊月 of this lunar year may lie in the next one of ours.
    auto found = std::optional<Span>{};
    for (auto shift : {-1, 0, 1, 2}) {
        auto const candidate = lunar_in(static_cast<int>(anchor.base.year()) + shift, *month, day);
        if (!candidate) continue;
        if (anchor.lean == Lean::future && candidate->after > anchor.base) return candidate;
        if (anchor.lean == Lean::past && candidate->first <= anchor.base) found = candidate;
        if (anchor.lean == Lean::none && shift == 0) return candidate;
    }
    return found;
}

std::optional<Span> parse_holiday(Characters const& text, std::size_t at, Anchor const& anchor) {
    auto const is_nameless = text.starts(at, U"节后") || text.starts(at, U"节前");
    if (is_nameless && (at == 0 || is_separator(text[at - 1]) || is_one_of(text[at - 1], U"到等我了"))) {
        auto const first = next_days_off(anchor.base);
        if (!first) return std::nullopt;
        return day_span(text[at + 1] == U'后' ? working_day_after_off(*first) : working_day_before_off(*first), at + 2);
    }
    auto const holiday = holiday_at(text, at);
    // 十一 is 1 October only where no number can be meant; 618 likewise.
    if (!holiday || (at > 0 && (digit_of(text[at - 1]) >= 0 || is_digit(text[at - 1])))) return std::nullopt;
    auto const next = text[holiday->end];
    auto const is_number = text.starts(at, U"618") || (text.starts(at, U"十一") && holiday->end == at + 2);
    if (is_number && !after_any(text, holiday->end,
                                {U"前", U"后", U"期间", U"假期", U"长假", U"放假", U"之前", U"之后", U"以后", U"以前"}))
        return std::nullopt;
    if (digit_of(next) >= 0 || is_one_of(next, U"点路村街班广个十百千万")) return std::nullopt;
    if (next == U'大' || next == U'西' || is_latin(next)) return std::nullopt;
    auto const year = static_cast<int>(anchor.base.year());
    auto date = day_of(*holiday, year);
    if (date && anchor.lean == Lean::future && *date < anchor.base) date = day_of(*holiday, year + 1);
    if (date && anchor.lean == Lean::past && *date > anchor.base) date = day_of(*holiday, year - 1);
    if (!date) return std::nullopt;
    auto const end = after_any(text, holiday->end, {U"节", U"假期", U"长假", U"期间"}).value_or(holiday->end);
    if (auto const after = after_any(text, end, {U"后", U"之后", U"以后"}))
        return day_span(working_day_after_off(*date), *after);
    if (auto const before = after_any(text, end, {U"前", U"之前", U"以前"}); before && text[*before] != U'夕')
        return day_span(working_day_before_off(*date), *before);
    return day_span(*date, end);
}

std::optional<Span> parse_part_of(Characters const& text, std::size_t at, Span const& whole) {
    if (text[at] == U'第') return nth_of(text, at, whole);
    if (text[at] != U'前' && text[at] != U'后') return std::nullopt;
    auto end = at;
    auto const count = ordinal(text, at + 1, end);
    if (!count) return std::nullopt;
    auto const is_front = text[at] == U'前';
    if (auto const unit = after_any(text, end, {U"天", U"日"}))
        return is_front ? period_span(whole.first, add_days(whole.first, *count), *unit)
                        : period_span(add_days(whole.after, -*count), whole.after, *unit);
    if (auto const unit = after_any(text, end, {U"周", U"星期", U"礼拜"}))
        return is_front ? period_span(whole.first, add_days(whole.first, *count * 7), *unit)
                        : period_span(add_days(whole.after, -*count * 7), whole.after, *unit);
    if (auto const unit = after_any(text, end, {U"月"}))
        return is_front ? period_span(whole.first, add_months(whole.first, *count), *unit)
                        : period_span(add_months(whole.after, -*count), whole.after, *unit);
    return std::nullopt;
}

}  // namespace wescrm::language
