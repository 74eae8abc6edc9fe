#pragma once
#include "dates.hpp"

#include <optional>
#include <utility>

// What years and months have in common.
namespace wescrm::language {

[[nodiscard]] Date january(int year);
[[nodiscard]] int year_of(Date day);
/// Moves a month, quarter or year that the sentence left open to the side to which the slot leans.
[[nodiscard]] Span lean_to_side(Span span, Anchor const& anchor, int months);
/// 初, 中, 底, 上旬, 上半月 behind a month that begins with `first`.
[[nodiscard]] std::optional<Span> edge_of_month(Characters const& text, std::size_t at, Date first);
/// 12月, 十二月份: the month and the position behind it.
[[nodiscard]] std::optional<std::pair<int, std::size_t>> month_number(Characters const& text, std::size_t at);
/// What may stand behind a month: a day, an edge, a part, or nothing.
[[nodiscard]] Span in_month(Characters const& text, std::size_t at, Date first);
/// 1-9月份: the first number borrows the unit of the second.
[[nodiscard]] std::optional<Span> month_range(Characters const& text, std::size_t at, int year);

}  // namespace wescrm::language
