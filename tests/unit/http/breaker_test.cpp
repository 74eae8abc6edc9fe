#include <wescrm/http/breaker.hpp>

#include <gtest/gtest.h>

namespace wescrm::http::tests {
namespace {

using namespace std::chrono_literals;
using State = Breaker::State;

struct GivenABreaker : ::testing::Test {
    void fail(int count) {
        for (auto i = 0; i < count; ++i) breaker.failed(now);
    }
    void succeed(int count) {
        for (auto i = 0; i < count; ++i) breaker.succeeded(now);
    }
    Breaker breaker;
    Breaker::Time now{1'000'000s};
};

TEST_F(GivenABreaker, WhenFewCallsFailThenItStaysClosed) {
    fail(9);
    EXPECT_EQ(breaker.state(now), State::closed);
    EXPECT_TRUE(breaker.allow(now));
}

TEST_F(GivenABreaker, WhenHalfOfTenFailThenItOpensForTenSeconds) {
    succeed(5);
    fail(4);
    EXPECT_EQ(breaker.state(now), State::closed);
    fail(1);
    EXPECT_EQ(breaker.state(now), State::open);
    EXPECT_EQ(breaker.opens_until(now), now + 10s);
    EXPECT_FALSE(breaker.allow(now + 9'999ms));
}

TEST_F(GivenABreaker, WhenFailuresAreOldThenTheyDoNotCount) {
    fail(9);
    now += 33s;
    fail(1);
    EXPECT_EQ(breaker.state(now), State::closed);
    fail(9);
    EXPECT_EQ(breaker.state(now), State::open);
}

TEST_F(GivenABreaker, WhenLessThanHalfFailThenItStaysClosed) {
    succeed(51);
    fail(49);
    EXPECT_EQ(breaker.state(now), State::closed);
}

TEST_F(GivenABreaker, WhenHalfOpenThenOneProbePassesAndItsSuccessCloses) {
    fail(10);
    now += 10s;
    EXPECT_EQ(breaker.state(now), State::half_open);
    EXPECT_TRUE(breaker.allow(now));
    EXPECT_FALSE(breaker.allow(now)) << "one probe, not two";
    succeed(1);
    EXPECT_EQ(breaker.state(now), State::closed);
    fail(9);
    EXPECT_EQ(breaker.state(now), State::closed) << "what was counted before is forgotten";
}

TEST_F(GivenABreaker, WhenProbesFailThenTheTimeDoublesUpToFiveMinutes) {
    fail(10);
    for (auto const expected : {20s, 40s, 80s, 160s, 300s, 300s}) {
        now = breaker.opens_until(now);
        ASSERT_TRUE(breaker.allow(now));
        fail(1);
        EXPECT_EQ(breaker.opens_until(now) - now, expected);
    }
    now = breaker.opens_until(now);
    ASSERT_TRUE(breaker.allow(now));
    succeed(1);
    fail(10);
    EXPECT_EQ(breaker.opens_until(now) - now, 10s) << "a success begins again";
}

TEST_F(GivenABreaker, WhenAProbeNeverReportsThenAnotherMayGo) {
    fail(10);
    now += 10s;
    ASSERT_TRUE(breaker.allow(now));
    EXPECT_FALSE(breaker.allow(now + 9s));
    EXPECT_TRUE(breaker.allow(now + 10s));
}

TEST_F(GivenABreaker, WhenTrippedThenItOpensAtOnceAndLateOutcomesChangeNothing) {
    breaker.trip(now);
    EXPECT_EQ(breaker.state(now), State::open);
    auto const until = breaker.opens_until(now);
    succeed(1);
    fail(1);
    breaker.trip(now + 1s);
    EXPECT_EQ(breaker.opens_until(now), until);
}

}  // namespace
}  // namespace wescrm::http::tests
