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

}  // namespace
}  // namespace wescrm::agenda
