#pragma once
#include <compare>
#include <cstdint>
#include <string>

namespace wescrm {

/// An amount in CNY, kept in fen (100 fen = 1 yuan). Arithmetic that overflows throws std::overflow_error.
class Money {
public:
    constexpr Money() = default;
    [[nodiscard]] static constexpr Money from_fen(std::int64_t fen) noexcept { return Money{fen}; }
    [[nodiscard]] constexpr std::int64_t fen() const noexcept { return fen_; }

    [[nodiscard]] Money operator+(Money other) const;
    [[nodiscard]] Money operator-(Money other) const;
    /// The amount times `numerator / denominator`, rounded half up (away from zero).
    [[nodiscard]] Money scaled(std::int64_t numerator, std::int64_t denominator) const;
    friend auto operator<=>(Money const&, Money const&) = default;

private:
    constexpr explicit Money(std::int64_t fen) noexcept : fen_{fen} {}
    std::int64_t fen_ = 0;
};

/// For people: "1,234.50 元", from 10,000 yuan on "86.00 万元", from 100 million on "1.28 亿元".
[[nodiscard]] std::string format_for_people(Money amount);

}  // namespace wescrm
