#include "rules/scoring.hpp"

#include <gtest/gtest.h>

namespace wescrm::sales {
namespace {

ScoringRule rule(std::string fact, ScoreTest test, std::vector<std::string> words, int points) {
    return {"规则", std::move(fact), test, std::move(words), {}, points};
}

TEST(ScoreRule, OfTableMatchesWhatIsKnownOfALead) {
    auto lead = ScoredLead{};
    lead.texts = {
        {"source", "老客户转介绍"}, {"city", "苏州"}, {"mobile", "13800138000"}, {"wechat", "  "}, {"email", ""}};
    lead.numbers = {{"followups", 3}};
    struct Case {
        ScoringRule rule;
        bool matches;
    };
    auto at_least = [](std::int64_t least) {
        auto made = rule("followups", ScoreTest::at_least, {}, 5);
        made.least = least;
        return made;
    };
    for (auto const& [asked, expected] :
         {Case{rule("source", ScoreTest::contains, {"展会", "转介绍"}, 5), true},
          Case{rule("source", ScoreTest::is, {"转介绍"}, 5), false},
          Case{rule("city", ScoreTest::is, {"苏州"}, 5), true}, Case{rule("city", ScoreTest::contains, {""}, 5), false},
          Case{rule("mobile", ScoreTest::known, {}, 5), true}, Case{rule("wechat", ScoreTest::known, {}, 5), false},
          Case{rule("phone", ScoreTest::known, {}, 5), false}, Case{rule("phone", ScoreTest::is, {""}, 5), false},
          Case{rule("wechat_or_email", ScoreTest::known, {}, 5), false}, Case{at_least(3), true},
          Case{at_least(4), false}, Case{rule("followups", ScoreTest::at_least, {}, 5), false},
          Case{rule("followups", ScoreTest::known, {}, 5), true}})
        EXPECT_EQ(matches(asked, lead), expected) << asked.fact;
}

TEST(Score, IsTheSumWithinItsBoundsAndNamesWhatCounted) {
    auto lead = ScoredLead{};
    lead.texts = {{"mobile", "13800138000"}, {"source", "广告"}};
    auto const known = rule("mobile", ScoreTest::known, {}, 70);
    auto const bad = rule("source", ScoreTest::is, {"广告"}, -30);
    EXPECT_EQ(score_of({known, bad}, lead).value, 40);
    EXPECT_EQ(score_of({known, bad}, lead).reasons.size(), 2U);
    EXPECT_EQ(score_of({known, known}, lead).value, 100);
    EXPECT_EQ(score_of({bad}, lead).value, 0);
    EXPECT_EQ(score_of({bad}, lead).reasons.at(0).points, -30);
    EXPECT_EQ(score_of({}, lead).value, 0);
}

TEST(ScoreFact, IsKnownByName) {
    EXPECT_TRUE(find_score_fact("followups")->is_number);
    EXPECT_EQ(find_score_fact("salary"), nullptr);
}

}  // namespace
}  // namespace wescrm::sales
