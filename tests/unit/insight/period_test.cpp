#include "rules/period.hpp"

#include <gtest/gtest.h>

namespace wescrm::insight {
namespace {

Date day(std::string_view text) { return parse_date(text).value(); }

struct PeriodCase {
    std::string_view text;
    std::string_view today;
    std::string_view from;
    std::string_view to;
};
struct Periods : testing::TestWithParam<PeriodCase> {};

TEST_P(Periods, HoldTheirFirstAndTheirLastDay) {
    auto const& one = GetParam();
    auto const period = period_from(one.text, day(one.today), WeekStart::monday);
    ASSERT_TRUE(period) << one.text;
    EXPECT_EQ(format_date(period->from), one.from);
    EXPECT_EQ(format_date(period->to), one.to);
}

INSTANTIATE_TEST_SUITE_P(AtEveryBorder, Periods,
                         testing::Values(PeriodCase{"today", "2026-12-31", "2026-12-31", "2026-12-31"},
                                         PeriodCase{"week", "2026-11-23", "2026-11-23", "2026-11-29"},  // a Monday
                                         PeriodCase{"week", "2026-11-29", "2026-11-23", "2026-11-29"},  // a Sunday
                                         PeriodCase{"week", "2027-01-01", "2026-12-28", "2027-01-03"},
                                         PeriodCase{"month", "2026-11-01", "2026-11-01", "2026-11-30"},
                                         PeriodCase{"month", "2026-12-31", "2026-12-01", "2026-12-31"},
                                         PeriodCase{"month", "2028-02-29", "2028-02-01", "2028-02-29"},
                                         PeriodCase{"month", "2100-02-10", "2100-02-01", "2100-02-28"},
                                         PeriodCase{"quarter", "2026-03-31", "2026-01-01", "2026-03-31"},
                                         PeriodCase{"quarter", "2026-04-01", "2026-04-01", "2026-06-30"},
                                         PeriodCase{"quarter", "2026-12-31", "2026-10-01", "2026-12-31"},
                                         PeriodCase{"year", "2026-01-01", "2026-01-01", "2026-12-31"},
                                         PeriodCase{"year", "2028-12-31", "2028-01-01", "2028-12-31"},
                                         PeriodCase{"2026-11-05..2026-11-05", "2020-01-01", "2026-11-05", "2026-11-05"},
                                         PeriodCase{"2025-11-05..2026-02-28", "2020-01-01", "2025-11-05",
                                                    "2026-02-28"}));

TEST(PeriodTest, AWeekBeginsAsTheCompanySays) {
    for (auto const* today : {"2026-11-22", "2026-11-25", "2026-11-28"})
        EXPECT_EQ(period_from("week", day(today), WeekStart::sunday), (Period{day("2026-11-22"), day("2026-11-28")}));
}

TEST(PeriodTest, WhatIsNoPeriodIsNone) {
    for (auto const* text : {"", "yesterday", "2026-11-05", "2026-11-05..", "..2026-11-05", "2026-11-31..2026-12-01",
                             "2026-11-05..2026-11-04", "2026-11-05...2026-11-06"})
        EXPECT_FALSE(period_from(text, day("2026-11-27"), WeekStart::monday)) << text;
}

}  // namespace
}  // namespace wescrm::insight
