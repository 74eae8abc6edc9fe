#include "rules/stages.hpp"

#include <gtest/gtest.h>

namespace wescrm::sales {
namespace {

StageInput stage(std::string name, std::optional<std::int64_t> probability,
                 std::optional<StageKind> kind = std::nullopt) {
    auto made = StageInput{};
    made.name = std::move(name);
    made.probability = probability;
    made.kind = kind;
    return made;
}

std::string field_of(Result<std::vector<StageInput>> const& refused) {
    return refused.has_value() ? "none" : refused.error().fields.front().field;
}

TEST(StagesOfAProcess, WhenTheEndsAreMissingThenTheyAreAddedBehindTheOpenOnes) {
    auto const made = complete_stages({stage("输了", 0, StageKind::lost), stage("接洽", 10), stage("谈判", 80)});
    ASSERT_TRUE(made);
    auto names = std::vector<std::string>{};
    auto rates = std::vector<std::int64_t>{};
    for (auto const& one : *made) {
        names.push_back(one.name);
        rates.push_back(one.probability.value());
    }
    EXPECT_EQ(names, (std::vector<std::string>{"接洽", "谈判", "赢单", "输了", "无效"}));
    EXPECT_EQ(rates, (std::vector<std::int64_t>{10, 80, 100, 0, 0}));
}

TEST(StagesOfAProcess, WhenTheyAreWrongThenTheFieldIsNamed) {
    EXPECT_EQ(field_of(complete_stages({})), "stages");
    EXPECT_EQ(field_of(complete_stages({stage("赢单", 100, StageKind::won)})), "stages");
    EXPECT_EQ(field_of(complete_stages({stage("接洽", {})})), "stages[0].probability");
    EXPECT_EQ(field_of(complete_stages({stage("接洽", 10), stage("接洽", 20)})), "stages[1].name");
    EXPECT_EQ(field_of(complete_stages({stage("接洽", 10), stage("赢", 90, StageKind::won)})), "stages[1].probability");
    EXPECT_EQ(field_of(complete_stages({stage("接洽", 10), stage("输", 5, StageKind::lost)})), "stages[1].probability");
    EXPECT_EQ(field_of(complete_stages(
                  {stage("接洽", 10), stage("赢", 100, StageKind::won), stage("也赢", 100, StageKind::won)})),
              "stages[2].kind");
    auto asking = stage("接洽", 10);
    asking.required_fields = {"secret"};
    EXPECT_EQ(field_of(complete_stages({asking})), "stages[0].required_fields");
}

struct TheMoves : ::testing::Test {
    TheMoves() {
        for (auto const* name : {"接洽", "需求", "报价"}) {
            auto made = Stage{};
            made.name = name;
            made.kind = "open";
            stages.push_back(std::move(made));
        }
        stages[0].required_fields = {"contact_id"};
        stages[1].required_fields = {"amount_fen"};
        stages[1].min_followups = 2;
    }
    std::string word(std::size_t from, std::size_t to, MoveFacts const& facts = {}) const {
        auto const may = check_move(rules, stages, from, to, facts);
        return may ? "ok" : may.error().fields.empty() ? may.error().reason : may.error().fields.front().field;
    }
    MoveRules rules{"with_reason", true};
    std::vector<Stage> stages;
};

TEST_F(TheMoves, ForwardNeedTheExitConditionsOfTheStage) {
    EXPECT_EQ(word(0, 1), "exit_conditions");
    EXPECT_EQ(word(0, 1, {.filled = {"contact_id"}}), "ok");
    EXPECT_EQ(word(1, 2, {.filled = {"amount_fen"}, .followups = 1}), "exit_conditions");
    EXPECT_EQ(word(1, 2, {.filled = {"amount_fen"}, .followups = 2}), "ok");
    auto const refused = check_move(rules, stages, 1, 2, {});
    EXPECT_NE(refused.error().message.find("商机金额"), std::string::npos);
    EXPECT_NE(refused.error().message.find("2 条"), std::string::npos);
}

TEST_F(TheMoves, OverSkippedStagesNeedTheirConditionsOnlyIfNothingMayBeSkipped) {
    EXPECT_EQ(word(0, 2, {.filled = {"contact_id"}}), "ok");
    rules.can_skip = false;
    EXPECT_EQ(word(0, 2, {.filled = {"contact_id"}}), "exit_conditions");
    EXPECT_EQ(word(0, 2, {.filled = {"contact_id", "amount_fen"}}), "ok");
}

TEST_F(TheMoves, NeedTheCompanysOwnFieldsByItsWords) {
    stages[0].required_fields = {"amount_fen", "custom.budget", "custom.gone"};
    auto facts = MoveFacts{};
    facts.labels = {{"amount_fen", "项目金额"}, {"custom.budget", "客户预算"}};
    auto const refused = check_move(rules, stages, 0, 1, facts);
    EXPECT_EQ(refused.error().message, "离开「接洽」之前还需要：填写客户预算、填写项目金额");
    facts.filled = {"amount_fen", "custom.budget"};
    EXPECT_EQ(word(0, 1, facts), "ok") << "what the company deleted cannot be asked for";
}

TEST_F(TheMoves, BackFollowThePolicy) {
    EXPECT_EQ(word(2, 0), "reason");
    EXPECT_EQ(word(2, 0, {.filled = {}, .has_reason = true}), "ok");
    rules.roll_back = "allowed";
    EXPECT_EQ(word(2, 0), "ok");
    rules.roll_back = "forbidden";
    EXPECT_EQ(word(2, 0, {.filled = {}, .has_reason = true}), "roll_back");
    EXPECT_EQ(word(1, 1), "same_stage");
}

TEST(TheSubtotalOfALine, IsRoundedHalfUp) {
    EXPECT_EQ(line_subtotal(UnitPrice::of(Money::from_fen(100)), 1'000, 0).fen(), 100);
    EXPECT_EQ(line_subtotal(UnitPrice::of(Money::from_fen(333)), 1'500, 0).fen(), 500);           // 499.5
    EXPECT_EQ(line_subtotal(UnitPrice::of(Money::from_fen(9'999)), 3'000, 1'500).fen(), 25'497);  // 25497.45
    EXPECT_EQ(line_subtotal(UnitPrice::of(Money::from_fen(100)), 1'000, 10'000).fen(), 0);
}

}  // namespace
}  // namespace wescrm::sales
