#include <wescrm/tables/cells.hpp>

#include <gmock/gmock.h>

namespace wescrm::tables {
namespace {

TEST(ANumber, IsWrittenAsAPersonWould) {
    EXPECT_EQ(plain_number("1.3800138E+10"), "13800138000");
    EXPECT_EQ(plain_number("13800138000"), "13800138000");
    EXPECT_EQ(plain_number("0.1"), "0.1");
    EXPECT_EQ(plain_number("-2.50"), "-2.5");
    EXPECT_EQ(plain_number("1E+2"), "100");
    EXPECT_EQ(plain_number("宏达"), std::nullopt);
    EXPECT_EQ(plain_number("1e999"), std::nullopt);
}

TEST(ASerialNumber, IsADay) {
    EXPECT_EQ(date_of_serial(46'353), "2026-11-27");
    EXPECT_EQ(date_of_serial(46'353.354166666664), "2026-11-27 08:30");
    EXPECT_EQ(date_of_serial(0.5), "12:00");
    EXPECT_EQ(date_of_serial(1), "1900-01-01");
    EXPECT_EQ(date_of_serial(61), "1900-03-01");
    EXPECT_EQ(date_of_serial(46'353 - 1'462, true), "2026-11-27");
    EXPECT_EQ(date_of_serial(-1), std::nullopt);
    EXPECT_EQ(date_of_serial(3e6), std::nullopt);
}

TEST(AFormat, IsOneOfDaysOrNot) {
    for (auto const* format : {"yyyy-mm-dd", "h:mm", "[h]:mm", "m/d/yy", "yyyy\"年\"m\"月\"d\"日\"", "[$-804]yyyy/m/d"})
        EXPECT_TRUE(is_date_format(format)) << format;
    for (auto const* format : {"0.00", "[Red]0.00", "#,##0 \"days\"", "General", "@", "0.00E+00", "\\d0"})
        EXPECT_FALSE(is_date_format(format)) << format;
}

TEST(ADay, IsReadAsPeopleWriteIt) {
    for (auto const* text : {"2026-11-05", "2026/11/5", "2026.11.5", "2026年11月5日", "20261105", " 2026-11-05 ",
                             "2026-11-05 08:30", "46331"})
        EXPECT_EQ(format_date(read_date(text).value_or(Date{})), "2026-11-05") << text;
    for (auto const* text : {"2026-02-30", "明天", "2026-13-01", "11/5", "", "99999999"})
        EXPECT_FALSE(read_date(text)) << text;
}

TEST(AnInstant, HasTheTimeOfTheCompany) {
    auto const zone = Zone{};
    auto const read = [&](std::string_view text) {
        auto const at = read_instant(text, zone);
        return at ? format_rfc3339(*at) : std::string{};
    };
    EXPECT_EQ(read("2026/11/5 8:30"), "2026-11-05T00:30:00Z");
    EXPECT_EQ(read("2026-11-05"), "2026-11-04T16:00:00Z");
    EXPECT_EQ(read("2026-11-05T08:30:00+08:00"), "2026-11-05T00:30:00Z");
    EXPECT_EQ(read("46331.5"), "2026-11-05T04:00:00Z");
    EXPECT_EQ(read("2026-11-05 25:00"), "");
    EXPECT_EQ(read("下周三"), "");
}

TEST(APhone, IsRecoveredFromANumberUnlessDigitsWereLost) {
    EXPECT_EQ(phone_of("1.3800138E+10"), "13800138000");
    EXPECT_EQ(phone_of("13800138000.0"), "13800138000");
    EXPECT_EQ(phone_of(" 138 0013 8000 "), "138 0013 8000");
    EXPECT_EQ(phone_of("0512-66001234"), "0512-66001234");
    EXPECT_EQ(phone_of("1.38E+10"), std::nullopt);
    EXPECT_EQ(phone_of("1.38001E+10"), std::nullopt);
}

TEST(AText, NeverBecomesAFormulaAndComesBack_I04) {
    for (auto const* text : {"=1+1", "+cmd|' /C calc'!A0", "-x", "@SUM(A1)", "\tx", "\rx", "＝1", "＋1", "－1", "＠x",
                             "=HYPERLINK(\"x\")", "'=1", "''=1"}) {
        EXPECT_TRUE(safe_text(text).starts_with('\'')) << text;
        EXPECT_EQ(original_text(safe_text(text)), text);
    }
    for (auto const* text : {"宏达", "-5", "+3.2", "'quoted'", "'", "", "a=b", "O'Neil"}) {
        EXPECT_EQ(safe_text(text), text);
        EXPECT_EQ(original_text(text), text);
    }
}

}  // namespace
}  // namespace wescrm::tables
