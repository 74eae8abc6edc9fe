#include <wescrm/base/unit_price.hpp>

#include <gtest/gtest.h>

namespace wescrm {
namespace {

TEST(AUnitPrice, IsTypedAndShownWithUpToFourDecimals) {
    struct Case {
        std::string_view typed;
        std::int64_t e4;
        std::string_view shown;
    };
    for (auto const& one :
         {Case{"12.3456", 123'456, "12.3456"}, Case{"80", 800'000, "80.00"}, Case{"1,234.5", 12'345'000, "1,234.50"},
          Case{"0.0001", 1, "0.0001"}, Case{".5", 5'000, "0.50"}, Case{"1，000.1000", 10'001'000, "1,000.10"}}) {
        auto const price = parse_unit_price(one.typed);
        ASSERT_TRUE(price) << one.typed;
        EXPECT_EQ(price->e4(), one.e4);
        EXPECT_EQ(format_unit_price(*price), one.shown);
    }
}

TEST(AUnitPrice, IsNothingElse) {
    for (auto const* typed : {"", ".", "1.23456", "-1", "abc", "1.2.3", "１", "1e3", "99999999999999999"})
        EXPECT_FALSE(parse_unit_price(typed)) << typed;
}

}  // namespace
}  // namespace wescrm
