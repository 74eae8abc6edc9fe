#include "months.hpp"
#include "numerals.hpp"
#include "words.hpp"

#include <array>

namespace wescrm::language {
namespace {

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

// 上半年, 一季度, Q3, 前三季度, 四季度末: halves of the year that begins with `first`, quarters of the fiscal one.
std::optional<Span> part_of_year(Characters const& text, std::size_t at, Date first, Date fiscal_first) {
    if (auto const end = after_any(text, at, {U"上半年", U"前半年"}))
        return period_span(first, add_months(first, 6), *end);
    if (auto const end = after_any(text, at, {U"下半年", U"后半年"}))
        return period_span(add_months(first, 6), add_months(first, 12), *end);
    auto end = at;
    if (text[at] == U'前') {
        auto const count = quarter_number(text, at + 1, end);
        if (count) return period_span(fiscal_first, add_months(fiscal_first, *count * 3), end);
        return std::nullopt;
    }
    auto const quarter = quarter_number(text, at, end);
    if (!quarter) return std::nullopt;
    auto const start = add_months(fiscal_first, (*quarter - 1) * 3);
    return edge_of_quarter(text, period_span(start, add_months(start, 3), end));
}

// 年初, 年中, 年底 and 末 of the year that begins with `first`; 年 may have been said with the year already.
std::optional<Span> edge_of_year(Characters const& text, std::size_t at, Date first) {
    auto const after = add_months(first, 12);
    if (auto const end = after_any(text, at, {U"年底", U"年末", U"年尾", U"底", U"末"}))
        return edge_span(add_days(after, -1), add_months(first, 11), after, *end);
    if (auto const end = after_any(text, at, {U"年初", U"初"}); end && weekday_number(text, *end) == 0)
        return edge_span(first, first, add_months(first, 1), *end);
    if (auto const end = after_any(text, at, {U"年中", U"中"}); end && !is_one_of(text[*end], U"国秋午"))
        return edge_span(add_days(add_months(first, 6), -1), add_months(first, 5), add_months(first, 6), *end);
    return std::nullopt;
}

// What follows a year: 本年度, 2026财年 begin in the fiscal year's first month, 今年, 2026年 in January.
std::optional<Span> in_year(Characters const& text, int year, std::size_t at, int fiscal_year_start) {
    auto const fiscal_first = fiscal_start(year, fiscal_year_start);
    auto const is_fiscal = is_business_year(text, at);
    auto const first = is_fiscal ? fiscal_first : january(year);
    auto const whole = period_span(first, add_months(first, 12), at);
    auto const next = skip_soft(text, at);
    if (auto const range = month_range(text, next, year)) return range;
    if (auto const month = month_number(text, next)) {
        auto const named = add_months(january(year), month->first - 1);
        return in_month(text, month->second, named < first ? add_months(named, 12) : named);
    }
    if (auto const part = part_of_year(text, next, first, fiscal_first)) return part;
    if (auto const edge = edge_of_year(text, next, first)) return edge;
    auto const anchor = Anchor{first, first, Lean::future};
    if (auto const lunar = parse_lunar(text, next, anchor)) return lunar;
    if (auto const holiday = parse_holiday(text, next, anchor)) return holiday;
    if (auto const part = parse_part_of(text, next, whole)) return part;
    return whole;
}

}  // namespace

std::optional<Span> parse_in_year(Characters const& text, std::size_t at, Anchor const& anchor) {
    auto const year = parse_year(text, at, anchor);
    return year ? in_year(text, year->first, year->second, anchor.fiscal_year_start) : std::nullopt;
}

std::optional<Span> parse_unnamed_part(Characters const& text, std::size_t at, Anchor const& anchor) {
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
    auto const first = january(year_of(anchor.base));
    auto const months = anchor.fiscal_year_start;
    if (c == U'年' && is_one_of(text[at + 1], U"底末尾初中")) {
        auto const edge = edge_of_year(text, at, first);
        return edge && anchor.lean == Lean::future && edge->date < anchor.base
                   ? edge_of_year(text, at, add_months(first, 12))
                   : edge;
    }
    if (auto const word = word_at(text, at, relative_quarters)) {
        auto const start = add_months(quarter_start(anchor.today, months), word->first * 3);
        return edge_of_quarter(text, period_span(start, add_months(start, 3), word->second));
    }
    if (text.starts(at, U"季度末") || text.starts(at, U"季末") || text.starts(at, U"季度初") ||
        text.starts(at, U"季初")) {
        auto const start = quarter_start(anchor.base, months);
        return edge_of_quarter(text, period_span(start, add_months(start, 3), text[at + 1] == U'度' ? at + 2 : at + 1));
    }
    auto const fiscal_first = fiscal_start(fiscal_year_of(anchor.base, months), months);
    if (auto const part = part_of_year(text, at, first, fiscal_first))
        return anchor.lean == Lean::future ? lean_to_side(*part, anchor, 12) : *part;
    return std::nullopt;
}

}  // namespace wescrm::language
