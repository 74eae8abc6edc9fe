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

}  // namespace
}  // namespace wescrm::sales
