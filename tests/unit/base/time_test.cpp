#include <gtest/gtest.h>

#include <wescrm/base/clock.hpp>
#include <wescrm/base/time.hpp>

namespace wescrm {
namespace {

Instant at(char const* text) { return parse_rfc3339(text).value(); }

TEST(Time, WhenParsedAndFormattedThenTheInstantStays) {
    EXPECT_EQ(format_rfc3339(at("2026-11-25T16:30:00+08:00")), "2026-11-25T08:30:00Z");
    EXPECT_EQ(format_rfc3339(at("2026-11-25T08:30:00.000001Z")), "2026-11-25T08:30:00.000001Z");
    EXPECT_EQ(format_rfc3339(at("2026-11-25T08:30:00Z"), Zone{}), "2026-11-25T16:30:00+08:00");
    for (auto const* bad : {"2026-02-30T00:00:00Z", "2026-11-25", "2026-11-25T25:00:00Z", "2026-11-25T10:00:00", "x"})
        EXPECT_FALSE(parse_rfc3339(bad)) << bad;
}

TEST(Time, WhenMonthsAreAddedThenTheEndIsClamped) {
    EXPECT_EQ(format_date(add_months(parse_date("2026-01-31").value(), 1)), "2026-02-28");
    EXPECT_EQ(format_date(add_months(parse_date("2026-01-31").value(), -2)), "2025-11-30");
}

TEST(Time, WhenTheZoneSkipsAnHourThenTheFirstValidInstantCounts) {
    auto const berlin = Zone::named("Europe/Berlin").value();
    auto const gap = berlin.instant({parse_date("2026-03-29").value(), minutes{150}});
    EXPECT_EQ(format_rfc3339(gap), "2026-03-29T01:00:00Z");
    auto const twice = berlin.instant({parse_date("2026-10-25").value(), minutes{150}});
    EXPECT_EQ(format_rfc3339(twice), "2026-10-25T00:30:00Z");
    EXPECT_FALSE(Zone::named("Mars/Olympus"));
}

TEST(Time, WhenShownToPeopleThenTheWeekdayIsNamed) {
    auto const now = at("2026-11-25T08:30:00Z");
    EXPECT_EQ(format_for_people(at("2026-12-02T15:00:00+08:00"), Zone{}, now), "12月2日 周三 15:00");
    EXPECT_EQ(format_for_people(at("2027-01-01T00:00:00+08:00"), Zone{}, now, false), "2027年1月1日 周五");
}

TEST(Time, WhenTheControllableClockIsMovedThenItRunsOnFromThere) {
    auto clock = ControllableClock{};
    auto const before = clock.now();
    clock.advance(hours{24});
    clock.advance(hours{-5});
    EXPECT_GE(clock.now(), before + hours{24});
}

}  // namespace
}  // namespace wescrm
