#pragma once
#include "characters.hpp"

#include <wescrm/language/entities.hpp>

#include <optional>
#include <utility>

namespace wescrm::language {

/// What an incomplete date is completed from.
struct Anchor {
    Date today;  ///< 明天, 下周, 去年 count from here
    Date base;   ///< 周三, 15号, 5月 are looked for from here; today, but in 1月10日到20日 the left end
    Lean lean = Lean::none;
    bool weeks_begin_on_sunday = false;
    int fiscal_year_start = 1;
};

/// One or several whole days.
struct Span {
    Date first;
    Date after;            ///< exclusive
    std::size_t end = 0;   ///< behind it in the text
    Date date;             ///< what it means where one date is wanted: 5月 is its last day, 月初 the first
    bool is_day = false;   ///< one day that was said as a day
    bool is_edge = false;  ///< 月底, 年初: a date that can be read as a period, too
    bool is_today =
        false;  ///< the weekday of the base without a prefix: a plan for a passed time of day is a week later
    bool is_impossible = false;  ///< 2月30日; 12月3日周五 when it is a Thursday
};

/// 明天, 下周三, 12月3号, 2026-12-03, 月底, 上个季度, 前三季度, 国庆, 正月初八 …
[[nodiscard]] std::optional<Span> parse_span(Characters const& text, std::size_t at, Anchor const& anchor);

// Parts of the grammar; each in its own file.
[[nodiscard]] std::optional<Span> parse_written_date(Characters const& text, std::size_t at,
                                                     Anchor const& anchor);  ///< digits and marks
/// 明年, 2026年12月3日, 去年四季度: what begins with a year.
[[nodiscard]] std::optional<Span> parse_in_year(Characters const& text, std::size_t at, Anchor const& anchor);
/// 下个月, 12月3号, 1-9月: what begins with a month.
[[nodiscard]] std::optional<Span> parse_month(Characters const& text, std::size_t at, Anchor const& anchor);
/// 月底, 上旬, 季度末, 年底, 前三季度, 下半年 without saying of which.
[[nodiscard]] std::optional<Span> parse_unnamed_part(Characters const& text, std::size_t at, Anchor const& anchor);
[[nodiscard]] std::optional<Span> parse_bare_day(Characters const& text, std::size_t at,
                                                 Anchor const& anchor);  ///< 15号
[[nodiscard]] std::optional<Span> parse_week(Characters const& text, std::size_t at, Anchor const& anchor);
[[nodiscard]] std::optional<Span> parse_lunar(Characters const& text, std::size_t at, Anchor const& anchor);
[[nodiscard]] std::optional<Span> parse_holiday(Characters const& text, std::size_t at, Anchor const& anchor);
/// 第一周, 前10天, 第二个周二, 后三个月 within the period `whole` that ends at `at`.
[[nodiscard]] std::optional<Span> parse_part_of(Characters const& text, std::size_t at, Span const& whole);

/// A year and the position behind it: 2026年, 26年, 明年.
[[nodiscard]] std::optional<std::pair<int, std::size_t>> parse_year(Characters const& text, std::size_t at,
                                                                    Anchor const& anchor);
/// Whether the year that ends there was said as 年度 or 财年.
[[nodiscard]] bool is_business_year(Characters const& text, std::size_t end);
/// 1–7 for 一…日, 天, 1…7 at `at`; 0 if none.
[[nodiscard]] int weekday_number(Characters const& text, std::size_t at);
/// Blank space, commas and 的 between the parts of one date.
[[nodiscard]] std::size_t skip_soft(Characters const& text, std::size_t at);
[[nodiscard]] std::size_t skip_blanks(Characters const& text, std::size_t at);

/// The fiscal year `year` begins in its first month of the calendar year of that number.
[[nodiscard]] Date fiscal_start(int year, int first_month);
[[nodiscard]] int fiscal_year_of(Date day, int first_month);
/// The first day of the quarter of `day`, counted from the fiscal year's first month.
[[nodiscard]] Date quarter_start(Date day, int first_month);

[[nodiscard]] Span day_span(Date day, std::size_t end);
[[nodiscard]] Span period_span(Date first, Date after, std::size_t end);
/// 月底: `date` in a date slot, first to after in a period slot.
[[nodiscard]] Span edge_span(Date date, Date first, Date after, std::size_t end);
[[nodiscard]] std::optional<Date> make_date(int year, int month, int day);
[[nodiscard]] Date first_of_month(Date day);
[[nodiscard]] Date monday_of(Date day);
/// The first day of the week of `day`.
[[nodiscard]] Date week_start(Date day, bool weeks_begin_on_sunday);

}  // namespace wescrm::language
