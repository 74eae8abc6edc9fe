#include <wescrm/agenda/reminders.hpp>

#include <gtest/gtest.h>

namespace wescrm::agenda {
namespace {

std::string shifted(std::string const& at, std::optional<QuietHours> const& quiet) {
    auto const zone = Zone{};
    return format_rfc3339(after_quiet_hours(parse_rfc3339(at).value(), quiet, zone), zone).substr(0, 16);
}

TEST(QuietHours, EndInTheMorningWhateverTheyBeganWith) {
    auto const night = QuietHours{hours{21}, hours{8}};
    EXPECT_EQ(shifted("2026-11-25T20:59:59+08:00", night), "2026-11-25T20:59");
    EXPECT_EQ(shifted("2026-11-25T21:00:00+08:00", night), "2026-11-26T08:00");
    EXPECT_EQ(shifted("2026-11-30T23:30:00+08:00", night), "2026-12-01T08:00");
    EXPECT_EQ(shifted("2026-11-26T03:00:00+08:00", night), "2026-11-26T08:00");
    EXPECT_EQ(shifted("2026-11-26T08:00:00+08:00", night), "2026-11-26T08:00");
}

TEST(QuietHours, MayBeWithinADayOrNone) {
    auto const noon = QuietHours{hours{12}, hours{13} + minutes{30}};
    EXPECT_EQ(shifted("2026-11-25T12:10:00+08:00", noon), "2026-11-25T13:30");
    EXPECT_EQ(shifted("2026-11-25T22:00:00+08:00", noon), "2026-11-25T22:00");
    EXPECT_EQ(shifted("2026-11-25T22:00:00+08:00", std::nullopt), "2026-11-25T22:00");
    EXPECT_EQ(shifted("2026-11-25T22:00:00+08:00", QuietHours{hours{8}, hours{8}}), "2026-11-25T22:00");
}

TEST(Rest, IsOverOnTheNextWorkingDay) {
    auto const zone = Zone{};
    auto const is_working = [](Date day) { return std::chrono::weekday{day}.iso_encoding() <= 5; };
    auto const rested = [&](std::string const& at, std::optional<QuietHours> const& quiet) {
        return format_rfc3339(after_rest(parse_rfc3339(at).value(), quiet, zone, is_working), zone).substr(0, 16);
    };
    auto const night = QuietHours{hours{21}, hours{8}};
    EXPECT_EQ(rested("2026-11-27T20:00:00+08:00", night), "2026-11-27T20:00");
    EXPECT_EQ(rested("2026-11-27T21:30:00+08:00", night), "2026-11-30T08:00") << "Friday night";
    EXPECT_EQ(rested("2026-11-28T10:00:00+08:00", night), "2026-11-30T08:00");
    EXPECT_EQ(rested("2026-11-28T10:00:00+08:00", std::nullopt), "2026-11-30T09:00");
    auto const never = [](Date) { return false; };
    EXPECT_GT(after_rest(Instant{}, night, zone, never), Instant{}) << "ends all the same";
}

TEST(TimeOfDay, IsReadStrictly) {
    EXPECT_EQ(time_of_day("08:30"), hours{8} + minutes{30});
    EXPECT_EQ(time_of_day("24:00"), hours{24});
    for (auto const* wrong : {"8:30", "08:60", "25:00", "24:01", "0a:00", "08-30", ""})
        EXPECT_FALSE(time_of_day(wrong)) << wrong;
}

}  // namespace
}  // namespace wescrm::agenda
