#pragma once
#include "characters.hpp"

#include <cstdint>
#include <optional>

namespace wescrm::language {

/// A number and where it ends.
struct Numeral {
    double value = 0;
    std::size_t end = 0;
    bool is_chinese = false;
    bool has_unit = false;        ///< 十 百 千 万 亿 k w took part
    bool is_approximate = false;  ///< 多, 几, 来
    std::int64_t scale = 1;       ///< of the last unit: 36万5 continues with a tenth of it
};

/// "1,234.5", "三十六", "36万5", "一万五", "2.5个亿", "30w", "十几万". nullopt if none begins at `at`.
[[nodiscard]] std::optional<Numeral> parse_number(Characters const& text, std::size_t at);
/// A whole number of at most four digits or Chinese numerals below 10,000 without 万: what stands in dates and times.
[[nodiscard]] std::optional<Numeral> parse_small(Characters const& text, std::size_t at);
/// 0–9 for 零〇一二两三…九 and financial forms; −1 otherwise.
[[nodiscard]] int digit_of(char32_t c) noexcept;

}  // namespace wescrm::language
