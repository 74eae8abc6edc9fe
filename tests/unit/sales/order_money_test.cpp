#include "rules/order_money.hpp"

#include <gtest/gtest.h>

#include <random>

namespace wescrm::sales {
namespace {

TEST(AWholeSum, AddsUpWhateverTheDiscount) {
    auto random = std::mt19937_64{20261127};
    auto before = Money{};
    for (auto run = 0; run < 10'000; ++run) {
        auto const lines = Money::from_fen(static_cast<std::int64_t>(random() % 1'000'000'000));
        auto const bp = static_cast<std::int64_t>(random() % (whole_bp + 1));
        auto const sum = whole_sum(lines, bp);
        ASSERT_EQ(sum.amount + sum.discount, lines);
        ASSERT_GE(sum.amount, before);
        ASSERT_LE(sum.amount, lines);
        ASSERT_LE(whole_sum(lines, bp / 2).discount, sum.discount);
        // Off by half a fen at most from what the discount says.
        ASSERT_LE(std::abs(sum.amount.fen() * whole_bp - lines.fen() * (whole_bp - bp)), whole_bp / 2);
    }
}

TEST(AWholeSum, IsAllOrNothingAtTheEnds) {
    EXPECT_EQ(whole_sum(Money::from_fen(12'345), 0).amount, Money::from_fen(12'345));
    EXPECT_EQ(whole_sum(Money::from_fen(12'345), whole_bp).amount, Money{});
    EXPECT_EQ(whole_sum(Money{}, 500).discount, Money{});
    EXPECT_EQ(whole_sum(Money::from_fen(1), 5'000).amount, Money::from_fen(1));  // half a fen goes up
}

TEST(AFit, MakesLinesCostWhatTheyShall) {
    auto random = std::mt19937_64{20261129};
    auto fitted = 0;
    for (auto run = 0; run < 10'000; ++run) {
        auto const below = std::uint64_t{1} << (1 + random() % 50);
        auto const lines = Money::from_fen(static_cast<std::int64_t>(random() % below));
        auto const amount = Money::from_fen(static_cast<std::int64_t>(random() % below));
        auto const bp = static_cast<std::int64_t>(random() % (whole_bp + 1));
        auto const fit = fit_lines(lines, bp, amount);
        if (!fit) continue;
        ++fitted;
        ASSERT_GE(fit->extra, Money{});
        ASSERT_GE(fit->discount_bp, bp);
        ASSERT_LE(fit->discount_bp, whole_bp);
        ASSERT_EQ(whole_sum(lines + fit->extra, fit->discount_bp).amount, amount);
    }
    EXPECT_GT(fitted, 9'000);
}

TEST(AFit, KeepsWhatFitsAlready) {
    auto const fit = fit_lines(Money::from_fen(100'000), 1'000, Money::from_fen(90'000)).value();
    EXPECT_EQ(fit.discount_bp, 1'000);
    EXPECT_EQ(fit.extra, Money{});
    EXPECT_EQ(fit_lines(Money::from_fen(100'000), 1'000, Money{})->discount_bp, whole_bp);
    EXPECT_FALSE(fit_lines(Money::from_fen(1'000'000'000), 0, Money::from_fen(1)));
}

// Price, quantity and discount in ten-thousandths: the exact subtotal in units of 10^-10 fen.
__extension__ using Wide = __int128;
constexpr Wide per_fen = Wide{10'000'000'000};

TEST(ASubtotal, IsTheExactOneRoundedOnceHalfUp) {
    auto random = std::mt19937_64{20261128};
    auto const below = [&random](std::int64_t most) {
        return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(most));
    };
    for (auto run = 0; run < 20'000; ++run) {
        auto const price = UnitPrice::from_e4(below(run % 2 == 0 ? 1'000'000'000 : 1'000));
        auto const quantity = 1 + below(10'000'000);
        auto const bp = below(whole_bp + 1);
        auto const subtotal = subtotal_of(price, quantity, bp);
        auto const exact = Wide{price.e4()} * quantity * (whole_bp - bp);
        auto const above = Wide{subtotal.fen()} * per_fen - exact;  // what rounding added
        ASSERT_LE(above, per_fen / 2);
        ASSERT_GT(above, -per_fen / 2);
        // A price in whole fen costs what it did before prices had four decimals.
        auto const fen = price.rounded();
        ASSERT_EQ(subtotal_of(UnitPrice::of(fen), quantity, bp),
                  fen.scaled(quantity * (whole_bp - bp), quantity_one * whole_bp));
    }
}

TEST(ASubtotal, OfManySmallPricesIsNotTheirRoundedOnes) {
    // 10,000 screws of 0.0345 yuan: 345 yuan, though one is 3 fen when it is rounded.
    EXPECT_EQ(subtotal_of(UnitPrice::from_e4(345), 10'000 * quantity_one, 0), Money::from_fen(34'500));
    EXPECT_EQ(UnitPrice::from_e4(345).rounded(), Money::from_fen(3));
    EXPECT_EQ(UnitPrice::from_e4(350).rounded(), Money::from_fen(4));
}

TEST(ASubtotal, ThatNoAmountCanHoldIsKnownBefore) {
    EXPECT_TRUE(is_affordable(UnitPrice::of(Money::from_fen(100'000'000)), 1'000 * quantity_one));
    EXPECT_FALSE(is_affordable(UnitPrice::of(Money::from_fen(100'000'000'000'000)), 2 * quantity_one));
}

}  // namespace
}  // namespace wescrm::sales
