#include <gtest/gtest.h>

#include <wescrm/base/money.hpp>
#include <wescrm/base/text.hpp>

namespace wescrm {
namespace {

TEST(Text, WhenCutThenNoCharacterIsBroken) {
    EXPECT_EQ(text::truncate_bytes("宏达科技", 12), "宏达科技");
    EXPECT_EQ(text::truncate_bytes("宏达科技", 11), "宏达…");
    EXPECT_EQ(text::truncate_bytes("宏达", 2), "");
    EXPECT_EQ(text::truncate("宏达科技", 3), "宏达…");
}

TEST(Text, WhenTrimmedThenInvisibleCharactersGo) { EXPECT_EQ(text::trim("\u3000\u200B a b \u00A0\n"), "a b"); }

TEST(Text, WhenUtf8IsBrokenThenItIsSeen) {
    EXPECT_TRUE(text::is_valid_utf8("宏😀"));
    EXPECT_FALSE(text::is_valid_utf8("\xC0\xAF"));      // overlong
    EXPECT_FALSE(text::is_valid_utf8("\xED\xA0\x80"));  // a surrogate
    EXPECT_FALSE(text::is_valid_utf8("\xE5\xAE"));      // cut
}

TEST(Money, WhenShownThenLargeAmountsAreInTenThousands) {
    EXPECT_EQ(format_for_people(Money::from_fen(123'450)), "1,234.50 元");
    EXPECT_EQ(format_for_people(Money::from_fen(86'000'000)), "86.00 万元");
    EXPECT_EQ(format_for_people(Money::from_fen(9'999'990'000)), "9,999.99 万元");
    EXPECT_EQ(format_for_people(Money::from_fen(12'800'000'000)), "1.28 亿元");
    EXPECT_EQ(format_for_people(Money::from_fen(-5)), "-0.05 元");
}

TEST(Money, WhenItOverflowsThenItThrows) {
    EXPECT_THROW(static_cast<void>(Money::from_fen(INT64_MAX) + Money::from_fen(1)), std::overflow_error);
    EXPECT_EQ(Money::from_fen(1'005).scaled(1, 10), Money::from_fen(101));
}

}  // namespace
}  // namespace wescrm
