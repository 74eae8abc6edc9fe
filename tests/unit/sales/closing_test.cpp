#include "rules/closing.hpp"

#include <gtest/gtest.h>

namespace wescrm::sales {
namespace {

Date on(int day) { return add_days(parse_date("2026-11-01").value(), day - 1); }

/// Three days of warning, today the 20th.
struct TheClosing : ::testing::Test {
    std::string decide(int due, std::optional<CloseWarning> const& warning, int today = 20) {
        auto const decided = decide_closing(on(due), 3, warning, on(today));
        auto const day = std::chrono::sys_days{decided.close_on} - std::chrono::sys_days{on(1)};
        auto const named = " " + std::to_string(day.count() + 1);
        switch (decided.action) {
            case CloseAction::warn:
                return "warn" + named;
            case CloseAction::warn_again:
                return "again" + named;
            case CloseAction::close:
                return "close";
            default:
                return "wait";
        }
    }
};

TEST_F(TheClosing, IsWarnedOfAtItsTimeAndKeptThroughTheDayThatTheWarningNames) {
    EXPECT_EQ(decide(24, {}), "wait");
    EXPECT_EQ(decide(23, {}), "warn 23");
    EXPECT_EQ(decide(23, CloseWarning{on(23), true}), "wait");
    EXPECT_EQ(decide(23, CloseWarning{on(23), true}, 23), "wait");
    EXPECT_EQ(decide(23, CloseWarning{on(23), true}, 24), "close");
}

TEST_F(TheClosing, GivesTheWholeTimeOfTheWarningToWhatIsOverdueAlready) {
    EXPECT_EQ(decide(5, {}), "warn 23");
    EXPECT_EQ(decide(5, CloseWarning{on(23), true}, 23), "wait");
    EXPECT_EQ(decide(5, CloseWarning{on(23), true}, 24), "close");
}

TEST_F(TheClosing, NeverComesWithoutAWarningThatWasDelivered) {
    EXPECT_EQ(decide(23, CloseWarning{on(23), false}, 23), "wait");
    EXPECT_EQ(decide(23, CloseWarning{on(23), false}, 24), "again 27");
    for (auto today = 1; today < 400; ++today) EXPECT_NE(decide(1, CloseWarning{on(2), false}, today), "close");
}

}  // namespace
}  // namespace wescrm::sales
