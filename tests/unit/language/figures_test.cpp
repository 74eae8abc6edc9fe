#include "unit/language/reading.hpp"

#include <gtest/gtest.h>

namespace wescrm::language {
namespace {

TEST(Amounts, WhenWrittenInAnyWayThenTheFenAreTheSame) {
    struct Case {
        char const* text;
        std::int64_t fen;
    };
    for (auto const& [text, fen] :
         {Case{"36万5", 36'500'000}, Case{"一万五", 1'500'000}, Case{"8万8", 8'800'000}, Case{"四万三千五", 4'350'000},
          Case{"两百五十元", 25'000}, Case{"五块八", 580}, Case{"十二块五", 1'250}, Case{"2.5个亿", 25'000'000'000},
          Case{"一百六十万", 160'000'000}, Case{"两千零五十元", 205'000}, Case{"30w", 30'000'000},
          Case{"￥200,000", 20'000'000}, Case{"２０万元", 20'000'000}, Case{"贰拾万元整", 20'000'000},
          Case{"RMB 1,234.56", 123'456}, Case{"12元5角", 1'250}, Case{"20k", 2'000'000}}) {
        auto const money = first_in<MoneyValue>(text);
        ASSERT_TRUE(money) << text;
        EXPECT_EQ(money->fen, fen) << text;
        EXPECT_EQ(money->currency, "CNY") << text;
    }
}

TEST(Amounts, WhenSaidRoughlyThenItIsMarked) {
    for (auto const* text : {"30万左右", "约30万", "30来万", "三十多万"}) {
        auto const money = first_in<MoneyValue>(text);
        ASSERT_TRUE(money) << text;
        EXPECT_TRUE(money->is_approximate) << text;
        EXPECT_EQ(money->fen, 30'000'000) << text;
    }
    EXPECT_EQ(first_in<MoneyValue>("十几万").value_or(MoneyValue{}).fen, 10'000'000);
}

TEST(Amounts, WhenARangeIsSaidThenBothEndsHaveTheUnit) {
    struct Case {
        char const* text;
        std::optional<std::int64_t> min_fen;
        std::optional<std::int64_t> max_fen;
    };
    for (auto const& [text, min_fen, max_fen] :
         {Case{"10到30万", 10'000'000, 30'000'000}, Case{"10-30w", 10'000'000, 30'000'000},
          Case{"三五万", 3'000'000, 5'000'000}, Case{"八九千元", 800'000, 900'000}, Case{"30万以上", 30'000'000, {}},
          Case{"不到5万", {}, 5'000'000}}) {
        auto const range = first_in<MoneyRangeValue>(text);
        ASSERT_TRUE(range) << text;
        EXPECT_EQ(range->min_fen, min_fen) << text;
        EXPECT_EQ(range->max_fen, max_fen) << text;
    }
}

TEST(Amounts, WhenThingsAreCountedThenNoMoneyIsMeant) {
    for (auto const* text : {"20套", "3台", "5个", "一块儿去", "元旦"})
        EXPECT_FALSE(first_in<MoneyValue>(text)) << text;
}

TEST(Percentages, WhenSaidInAnyWayThenTheValueIsTheSame) {
    struct Case {
        char const* text;
        double value;
    };
    for (auto const& [text, value] : {Case{"30%", 30}, Case{"３０％", 30}, Case{"百分之三十", 30}, Case{"三成", 30},
                                      Case{"30个点", 30}, Case{"八折", 80}, Case{"75折", 75}, Case{"七成五", 75}})
        EXPECT_EQ(first_in<PercentValue>(text).value_or(PercentValue{}).value, value) << text;
}

TEST(Phones, WhenTypedInAnyWayThenTheDigitsAreTheSame) {
    for (auto const* text : {"13800138000", "138 0013 8000", "138-0013-8000", "+86 13800138000", "0086-138 0013 8000",
                             "１３８００１３８０００", "幺三八零零幺三八零零零", "一三八零零一三八零零零"})
        EXPECT_EQ(first_in<PhoneValue>(text).value_or(PhoneValue{}).digits, "13800138000") << text;
}

TEST(Phones, WhenALandlineIsTypedThenAreaAndExtensionAreSetApart) {
    struct Case {
        char const* text;
        char const* digits;
    };
    for (auto const& [text, digits] :
         {Case{"0512-66001234", "0512-66001234"}, Case{"（0512）66001234", "0512-66001234"},
          Case{"051266001234", "0512-66001234"}, Case{"010-62288559转8012", "010-62288559-8012"},
          Case{"400-810-8888", "4008108888"}})
        EXPECT_EQ(first_in<PhoneValue>(text).value_or(PhoneValue{}).digits, digits) << text;
}

TEST(Phones, WhenOtherNumbersAreTypedThenTheyAreNoPhones) {
    for (auto const* text : {"140302197706220124", "6222021234567890123", "SO20261101001", "138001380000", "1380013800",
                             "20261231", "15900元"})
        EXPECT_FALSE(first_in<PhoneValue>(text)) << text;
}

TEST(Addresses, WhenTextRunsOnThenMailAndPageEndBeforeIt) {
    EXPECT_EQ(first_in<EmailValue>("邮箱xu.zm@luyuan.com.cn。").value_or(EmailValue{}).address, "xu.zm@luyuan.com.cn");
    EXPECT_EQ(first_in<UrlValue>("见https://luyuan.com/a?b=1，谢谢").value_or(UrlValue{}).url,
              "https://luyuan.com/a?b=1");
}

TEST(Answers, WhenAShortAnswerIsTypedThenItIsYesOrNo) {
    for (auto const* text : {"是", "好的", "可以啊", "OK", "没问题"})
        EXPECT_TRUE(first_in<YesNoValue>(text).value_or(YesNoValue{false}).is_yes) << text;
    for (auto const* text : {"不", "不行", "不是", "no", "不要"})
        EXPECT_FALSE(first_in<YesNoValue>(text).value_or(YesNoValue{true}).is_yes) << text;
    EXPECT_FALSE(first_in<YesNoValue>("客户说可以再谈谈"));
}

}  // namespace
}  // namespace wescrm::language
