#include <wescrm/base/currency.hpp>

#include <gtest/gtest.h>

namespace wescrm {
namespace {

TEST(AnAmountOfACurrency, IsWrittenWithItsCodeUnlessItIsTheHomeCurrency) {
    struct Case {
        std::int64_t fen;
        std::string_view currency;
        std::string_view text;
    };
    for (auto const& one : {Case{123'450, "USD", "USD 1,234.50"}, Case{-5, "EUR", "EUR -0.05"},
                            Case{100'000'000'000, "HKD", "HKD 1,000,000,000.00"}, Case{123'450, "CNY", "1,234.50 元"},
                            Case{100'000'000, "", "100.00 万元"}})
        EXPECT_EQ(format_for_people(Money::from_fen(one.fen), one.currency), one.text);
}

TEST(Currencies, BeginWithTheHomeCurrency) {
    EXPECT_EQ(currencies().front().code, home_currency);
    EXPECT_TRUE(is_currency("USD"));
    EXPECT_FALSE(is_currency("usd"));
    EXPECT_FALSE(is_foreign(home_currency));
    EXPECT_TRUE(is_foreign("USD"));
}

}  // namespace
}  // namespace wescrm
