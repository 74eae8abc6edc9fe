#include "holidays.hpp"
#include "lunar.hpp"

#include <gtest/gtest.h>

namespace wescrm::language {
namespace {

TEST(LunarCalendar, WhenTheYearBeginsThenItIsThePublishedDay) {
    struct Case {
        int year;
        char const* day;
    };
    for (auto const& [year, day] :
         {Case{1990, "1990-01-27"}, Case{2000, "2000-02-05"}, Case{2012, "2012-01-23"}, Case{2021, "2021-02-12"},
          Case{2023, "2023-01-22"}, Case{2024, "2024-02-10"}, Case{2025, "2025-01-29"}, Case{2026, "2026-02-17"},
          Case{2027, "2027-02-06"}, Case{2028, "2028-01-26"}, Case{2030, "2030-02-03"}})
        EXPECT_EQ(format_date(from_lunar(year, 1, 1).value()), day);
}

TEST(LunarCalendar, WhenOneYearEndsThenTheNextBegins) {
    for (auto year = first_lunar_year; year < last_lunar_year; ++year) {
        auto const last = from_lunar(year, 12, lunar_month_length(year, 12).value()).value();
        EXPECT_EQ(add_days(last, 1), from_lunar(year + 1, 1, 1).value()) << year;
    }
}

TEST(LunarCalendar, WhenALeapMonthLiesBetweenThenLaterMonthsAreLater) {
    EXPECT_EQ(format_date(from_lunar(2025, 6, 1).value()), "2025-06-25");
    EXPECT_EQ(format_date(from_lunar(2025, 7, 1).value()), "2025-08-23");
    EXPECT_EQ(format_date(from_lunar(2026, 8, 15).value()), "2026-09-25");
}

TEST(LunarCalendar, WhenADayDoesNotExistThenThereIsNone) {
    EXPECT_FALSE(from_lunar(2026, 2, 30));
    EXPECT_FALSE(from_lunar(2026, 13, 1));
    EXPECT_FALSE(from_lunar(first_lunar_year - 1, 1, 1));
    EXPECT_FALSE(from_lunar(last_lunar_year + 1, 1, 1));
}

TEST(WorkingDays, WhenTheTableSaysSoThenAWeekendIsWorked) {
    EXPECT_TRUE(is_working_day(parse_date("2026-02-28").value()));
    EXPECT_FALSE(is_working_day(parse_date("2026-02-20").value()));
    EXPECT_FALSE(is_working_day(parse_date("2026-11-28").value()));
    EXPECT_TRUE(is_working_day(parse_date("2026-11-30").value()));
    EXPECT_EQ(format_date(next_working_day(parse_date("2026-09-30").value())), "2026-10-08");
    EXPECT_EQ(format_date(previous_working_day(parse_date("2026-10-01").value())), "2026-09-30");
}

}  // namespace
}  // namespace wescrm::language
