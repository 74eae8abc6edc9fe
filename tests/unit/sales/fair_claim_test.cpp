#include "rules/claiming.hpp"

#include <gtest/gtest.h>

namespace wescrm::sales {
namespace {

TEST(BidScore, OfTableWeighsRoomSuccessAndPatience) {
    struct Case {
        BidFacts facts;
        int score;
        char const* because;
    };
    for (auto const& [facts, score, because] :
         {Case{{0, 100, 0, 0, 0}, 80, "all room, unknown success, no claim today"},
          Case{{100, 100, 0, 0, 0}, 40, "no room left"}, Case{{150, 100, 0, 0, 0}, 40, "more than he may"},
          Case{{50, 100, 0, 0, 0}, 60, "half of the room"}, Case{{500, {}, 0, 0, 0}, 80, "no cap at all"},
          Case{{0, 0, 0, 0, 0}, 40, "a cap of nothing"}, Case{{0, {}, 10, 10, 0}, 100, "everything closed"},
          Case{{0, {}, 10, 0, 0}, 60, "nothing closed"}, Case{{0, {}, 4, 0, 0}, 80, "too few to judge"},
          Case{{0, {}, 10, 12, 0}, 100, "never more than all"}, Case{{0, {}, 0, 0, 2}, 70, "two today"},
          Case{{0, {}, 0, 0, 99}, 60, "many today"}})
        EXPECT_EQ(bid_score(facts), score) << because;
}

TEST(CheckView, NamesTheLimitAndWhenItIsPossibleAgain) {
    auto const now = parse_rfc3339("2026-11-27T16:30:00+08:00").value();
    EXPECT_TRUE(check_view({}, 1'000, now, Zone{}));
    EXPECT_TRUE(check_view(3, 2, now, Zone{}));
    auto const refused = check_view(3, 3, now, Zone{});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().reason, "view_limit");
    EXPECT_NE(refused.error().message.find("每日查看上限 3 已用完，11月28日 周六 00:00 后可再查看"), std::string::npos)
        << refused.error().message;
}

TEST(CheckClaim, NamesWhoseCapItIs) {
    auto limits = ClaimLimits{};
    limits.holding_cap = 3;
    limits.cap_whose = "部门「销售一部」的规定";
    auto facts = ClaimFacts{};
    facts.title = "客户";
    facts.held = 3;
    auto const refused = check_claim(limits, facts, Instant{}, Zone{});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message,
              "您持有的客户已达上限 3（部门「销售一部」的规定，现有 3），退回或成交一部分后可再领取");
}

}  // namespace
}  // namespace wescrm::sales
