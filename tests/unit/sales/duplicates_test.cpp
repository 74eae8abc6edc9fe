#include "rules/duplicates.hpp"

#include <gtest/gtest.h>

namespace wescrm::sales {
namespace {

using Action = DuplicateAction;
using Kind = DuplicateKind;
using With = DuplicateWith;

DuplicateRule rule(std::vector<DuplicateGroup> groups, std::vector<With> compare, Action manual) {
    auto one = DuplicateRule{};
    one.name = "规则";
    one.groups = std::move(groups);
    one.compare = std::move(compare);
    one.actions.manual = manual;
    return one;
}

TEST(DuplicateRules, DecideByTheStrictestThatHolds) {
    auto const rules = std::vector<DuplicateRule>{
        rule({{{Kind::name_core, Kind::mobile}}, {{Kind::credit_code}}}, {With::customer}, Action::block),
        rule({{{Kind::name_core}}}, {With::customer, With::pool}, Action::warn)};
    struct Case {
        std::string what;
        DuplicateHit hit;
        Action action;
    };
    auto const cases = std::vector<Case>{
        {"nothing in common", {With::customer, 7, {Kind::phone}}, Action::allow},
        {"one of two conditions", {With::customer, 7, {Kind::mobile}}, Action::allow},
        {"the lax rule", {With::customer, 7, {Kind::name_core}}, Action::warn},
        {"both conditions", {With::customer, 7, {Kind::name_core, Kind::mobile}}, Action::block},
        {"the other group", {With::customer, 7, {Kind::credit_code}}, Action::block},
        {"where only the lax rule looks", {With::pool, 7, {Kind::name_core, Kind::mobile}}, Action::warn},
        {"where none looks", {With::lead, 7, {Kind::name_core, Kind::mobile}}, Action::allow}};
    for (auto const& one : cases)
        EXPECT_EQ(judge(rules, DuplicateEntry::manual, {one.hit}).action, one.action) << one.what;
}

TEST(DuplicateRules, TellOnlyTheRecordsOfTheStrictestAndByWhatTheyAreTheSame) {
    auto const rules =
        std::vector<DuplicateRule>{rule({{{Kind::name_core}}}, {With::customer}, Action::warn),
                                   rule({{{Kind::mobile}}, {{Kind::credit_code}}}, {With::customer}, Action::block)};
    auto const verdict = judge(rules, DuplicateEntry::manual,
                               {{With::customer, 1, {Kind::name_core}},
                                {With::customer, 2, {Kind::name_core, Kind::mobile}},
                                {With::customer, 3, {Kind::mobile, Kind::credit_code}}});
    EXPECT_EQ(verdict.action, Action::block);
    ASSERT_EQ(verdict.hits.size(), 2U);
    EXPECT_EQ(verdict.hits[0].id, 2);
    EXPECT_EQ(verdict.hits[0].kinds, DuplicateKinds{Kind::mobile});
    EXPECT_EQ(verdict.hits[1].kinds, (DuplicateKinds{Kind::mobile, Kind::credit_code}));
}

TEST(DuplicateRules, OfAChangeAskOnlyForWhatChanged) {
    auto const rules = first_duplicate_rules(DuplicateObject::customer);
    auto const hits = std::vector<DuplicateHit>{{With::customer, 7, {Kind::name_core}}};
    EXPECT_EQ(judge(rules, DuplicateEntry::api, hits).action, Action::block);
    EXPECT_EQ(judge(rules, DuplicateEntry::api, hits, DuplicateKinds{Kind::mobile}).action, Action::allow);
    EXPECT_EQ(judge(rules, DuplicateEntry::api, hits, DuplicateKinds{Kind::name_core}).action, Action::block);
    EXPECT_EQ(judge(rules, DuplicateEntry::claim, hits).action, Action::allow);
}

TEST(DuplicateRules, ThatEveryCompanyBeginsWithAreRight) {
    for (auto const object : {DuplicateObject::customer, DuplicateObject::lead, DuplicateObject::contact})
        EXPECT_TRUE(problems_of(object, first_duplicate_rules(object)).empty());
}

TEST(DuplicateRules, ThatAreOffOrEmptyFindNothing) {
    auto rules = first_duplicate_rules(DuplicateObject::customer);
    rules[0].enabled = false;
    EXPECT_EQ(judge(rules, DuplicateEntry::api, {{With::customer, 7, {Kind::name_core}}}).action, Action::allow);
    EXPECT_EQ(judge({}, DuplicateEntry::api, {{With::customer, 7, {Kind::name_core}}}).action, Action::allow);
}

}  // namespace
}  // namespace wescrm::sales
