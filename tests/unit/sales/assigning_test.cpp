#include "rules/assigning.hpp"

#include <gtest/gtest.h>

namespace wescrm::sales {
namespace {

TEST(AssignTimes, CountOnTheirDaysBetweenTheirHoursAndOverMidnight) {
    struct Case {
        char const* what;
        AssignTimes times;
        AssignMoment now;
        bool fits;
    };
    constexpr auto nine = 9 * 60;
    constexpr auto six_pm = 18 * 60;
    for (auto const& one : {
             Case{"always", {}, {true, 0}, true},
             Case{"a working day", {AssignDays::working, {}, {}}, {true, 600}, true},
             Case{"none", {AssignDays::working, {}, {}}, {false, 600}, false},
             Case{"a free day", {AssignDays::free, {}, {}}, {false, 600}, true},
             Case{"its first minute", {AssignDays::any, nine, six_pm}, {true, nine}, true},
             Case{"the first after it", {AssignDays::any, nine, six_pm}, {true, six_pm}, false},
             Case{"before it", {AssignDays::any, nine, six_pm}, {true, nine - 1}, false},
             Case{"from an hour on", {AssignDays::any, six_pm, {}}, {true, 1439}, true},
             Case{"up to an hour", {AssignDays::any, {}, nine}, {true, 0}, true},
             Case{"the evening before midnight", {AssignDays::any, six_pm, nine}, {true, 1439}, true},
             Case{"the morning after it", {AssignDays::any, six_pm, nine}, {true, nine - 1}, true},
             Case{"the day between", {AssignDays::any, six_pm, nine}, {true, nine}, false},
         })
        EXPECT_EQ(fits(one.times, one.now), one.fits) << one.what;
}

TEST(MinuteOfDay, IsReadAsPeopleWriteIt) {
    EXPECT_EQ(minute_of_day("9:30"), 570);
    EXPECT_EQ(minute_of_day("09:30"), 570);
    EXPECT_EQ(minute_of_day("00:00"), 0);
    EXPECT_EQ(minute_of_day("24:00"), 1440);
    for (auto const* wrong : {"", "9", "24:01", "25:00", "9:60", "9:3", "a:30", "-1:30", "9:-1", "09:300"})
        EXPECT_FALSE(minute_of_day(wrong)) << wrong;
}

}  // namespace
}  // namespace wescrm::sales
