#include <wescrm/base/capital_amount.hpp>

#include <gtest/gtest.h>

namespace wescrm {
namespace {

TEST(ACapitalAmount, IsWrittenAsOnCheques) {
    struct Case {
        std::int64_t fen;
        std::string_view text;
    };
    for (auto const& one : {Case{140'950, "壹仟肆佰零玖元伍角整"},  // 1,409.50
                            Case{600'714, "陆仟零柒元壹角肆分"}, Case{168'032, "壹仟陆佰捌拾元叁角贰分"},
                            Case{10'700'053, "壹拾万柒仟元伍角叁分"}, Case{1'640'902, "壹万陆仟肆佰零玖元零贰分"},
                            Case{32'504, "叁佰贰拾伍元零肆分"}, Case{0, "零元整"}, Case{5, "伍分"}, Case{50, "伍角整"},
                            Case{100, "壹元整"}, Case{-12'345, "负壹佰贰拾叁元肆角伍分"},
                            Case{10'005'000, "壹拾万零伍拾元整"}, Case{10'500'000'000, "壹亿零伍佰万元整"},
                            Case{10'000'000'100, "壹亿零壹元整"}, Case{100'000'000'000'000, "壹万亿元整"},
                            Case{120'000'000'000'000, "壹万贰仟亿元整"}, Case{1'050'000, "壹万零伍佰元整"}})
        EXPECT_EQ(capital_amount(Money::from_fen(one.fen)), one.text) << one.fen;
}

}  // namespace
}  // namespace wescrm
