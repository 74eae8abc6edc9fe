#pragma once
#include <wescrm/base/money.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace wescrm {

/// What one of something costs in CNY, in ten-thousandths of a yuan (e4: 12,345 are 1.2345 yuan, 123 fen). Money
/// comes of it by rounding once, half up.
class UnitPrice {
public:
    constexpr UnitPrice() = default;
    [[nodiscard]] static constexpr UnitPrice from_e4(std::int64_t e4) noexcept { return UnitPrice{e4}; }
    /// std::overflow_error beyond 92 trillion fen.
    [[nodiscard]] static UnitPrice of(Money money);
    [[nodiscard]] constexpr std::int64_t e4() const noexcept { return e4_; }
    [[nodiscard]] Money rounded() const;
    /// The price times `numerator / denominator`, as money.
    [[nodiscard]] Money times(std::int64_t numerator, std::int64_t denominator) const;
    /// The price times `numerator / denominator`, as a price.
    [[nodiscard]] UnitPrice scaled(std::int64_t numerator, std::int64_t denominator) const;
    friend auto operator<=>(UnitPrice const&, UnitPrice const&) = default;

private:
    constexpr explicit UnitPrice(std::int64_t e4) noexcept : e4_{e4} {}
    std::int64_t e4_ = 0;
};

/// "1,234.5678", "80.00": at least two decimals, without the rest that is nothing.
[[nodiscard]] std::string format_unit_price(UnitPrice price);
/// "1,234.5678" as somebody types it; nullopt for more than four decimals or what is no number.
[[nodiscard]] std::optional<UnitPrice> parse_unit_price(std::string_view typed);

}  // namespace wescrm
