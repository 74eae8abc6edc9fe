#include <gtest/gtest.h>

#include <wescrm/jobs/rates.hpp>

namespace wescrm::jobs {
namespace {

struct GivenRates : ::testing::Test {
    Instant const start = parse_rfc3339("2026-11-25T08:00:30Z").value();
    Rates rates{RateConfig{3, 5, 4, 6}};  // person 3/min 5/h, company 4/min, node 6/min
    void send(std::int64_t tenant, std::int64_t lane, Instant at, int count = 1) {
        for (auto i = 0; i < count; ++i) rates.count(tenant, lane, "message/send", at);
    }
    Instant free_at(std::int64_t tenant, std::int64_t lane, Instant at) { return rates.free_at(tenant, lane, "message/send", at); }
};

TEST_F(GivenRates, WhenAPersonHasHadHisMinuteThenTheNextWaitsForTheOldestToPass) {
    send(1, 7, start, 2);
    EXPECT_EQ(free_at(1, 7, start), start);
    send(1, 7, start + seconds{10});
    EXPECT_EQ(free_at(1, 7, start + seconds{20}), start + minutes{1});
    EXPECT_EQ(free_at(1, 8, start + seconds{20}), start + seconds{20}) << "somebody else is not held up";
}

TEST_F(GivenRates, WhenAPersonHasHadHisHourThenTheNextWaitsAnHour) {
    for (auto i = 0; i < 5; ++i) send(1, 7, start + minutes{2 * i});
    EXPECT_EQ(free_at(1, 7, start + minutes{20}), start + hours{1});
    EXPECT_EQ(free_at(1, 7, start + hours{1}), start + hours{1});
}

TEST_F(GivenRates, WhenACompanyHasHadItsMinuteThenTheNextMinuteIsWaitedFor) {
    for (auto lane = 0; lane < 4; ++lane) send(1, lane, start);
    EXPECT_EQ(free_at(1, 99, start), start + seconds{30});
    EXPECT_EQ(free_at(2, 99, start), start);
    send(2, 1, start, 2);
    EXPECT_EQ(free_at(3, 99, start), start + seconds{30}) << "the node as a whole is at its limit";
}

TEST_F(GivenRates, WhenRebuiltAfterATakeoverThenWhatWasSentBeforeCounts) {
    for (auto i = 0; i < 3; ++i) rates.remember(7, start - seconds{20});
    EXPECT_EQ(free_at(1, 7, start), start + seconds{40});
}

}  // namespace
}  // namespace wescrm::jobs
