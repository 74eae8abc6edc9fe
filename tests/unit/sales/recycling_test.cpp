#include "rules/recycling.hpp"

#include "rules/claiming.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wescrm::sales {
namespace {

Date on(std::string_view text) { return parse_date(text).value(); }
bool every_day(Date) { return true; }
// Monday to Friday.
bool weekdays(Date day) { return std::chrono::weekday{std::chrono::sys_days{day}}.iso_encoding() < 6; }

EntryRule no_follow(int days) {
    auto rule = EntryRule{};
    rule.days = days;
    rule.warn_days = {7, 3, 1};
    return rule;
}
EntryFacts taken(std::string_view day) {
    auto facts = EntryFacts{};
    facts.acquired = on(day);
    facts.acquired_kind = "claim";
    return facts;
}

// The worked example of 红圈: protection of 10 days, an activity renews 3, at most 20.
TEST(EntryRules, FollowTheExampleOfHongquan) {
    auto rule = no_follow(10);
    rule.renewal_days = 3;
    rule.max_days = 20;
    struct Case {
        std::string_view followed, due;
    };
    for (auto const& [followed, due] : {Case{"", "2026-04-04"},
                                        {"2026-03-28", "2026-04-04"},
                                        {"2026-04-02", "2026-04-05"},
                                        {"2026-04-05", "2026-04-08"},
                                        {"2026-04-13", "2026-04-14"},
                                        {"2026-04-20", "2026-04-14"}}) {
        auto facts = taken("2026-03-25");
        if (!followed.empty()) facts.last_follow = on(followed);
        EXPECT_EQ(due_by(rule, facts, every_day), on(due)) << followed;
    }
}

TEST(EntryRules, EachKindCountsFromItsOwnStart) {
    struct Case {
        std::string_view name;
        EntryKind kind;
        void (*set)(EntryFacts&);
        std::optional<std::string_view> due;
    };
    auto const cases = std::vector<Case>{
        {"never followed: from taking on", EntryKind::no_follow, [](EntryFacts&) {}, "2026-03-11"},
        {"followed: from there", EntryKind::no_follow, [](EntryFacts& f) { f.last_follow = on("2026-03-05"); },
         "2026-03-15"},
        {"no deal: from taking on", EntryKind::no_deal, [](EntryFacts&) {}, "2026-03-11"},
        {"a deal: from there", EntryKind::no_deal, [](EntryFacts& f) { f.last_deal = on("2026-03-08"); }, "2026-03-18"},
        {"a deal of before: from taking on", EntryKind::no_deal, [](EntryFacts& f) { f.last_deal = on("2026-01-08"); },
         "2026-03-11"},
        {"no opportunity", EntryKind::no_opportunity, [](EntryFacts&) {}, "2026-03-11"},
        {"an opportunity", EntryKind::no_opportunity, [](EntryFacts& f) { f.last_opportunity = on("2026-03-10"); },
         "2026-03-20"},
        {"never contacted", EntryKind::first_follow, [](EntryFacts&) {}, "2026-03-11"},
        {"contacted", EntryKind::first_follow, [](EntryFacts& f) { f.last_follow = on("2026-03-02"); }, {}},
        {"no contract ever", EntryKind::contract_end, [](EntryFacts&) {}, {}},
        {"after the last contract", EntryKind::contract_end, [](EntryFacts& f) { f.contract_end = on("2026-05-01"); },
         "2026-05-11"}};
    for (auto const& one : cases) {
        auto rule = no_follow(10);
        rule.kind = one.kind;
        auto facts = taken("2026-03-01");
        one.set(facts);
        EXPECT_EQ(due_by(rule, facts, every_day), one.due ? std::optional{on(*one.due)} : std::nullopt) << one.name;
    }
}

// A missing value never means "matches": the defect of other systems that recycles what was never followed up.
TEST(EntryRules, MissingValuesStartAtTakingOnAndNeverAtTheBeginningOfTime) {
    auto const due = due_by(no_follow(30), taken("2026-03-01"), every_day);
    EXPECT_EQ(due, on("2026-03-31"));
}

TEST(EntryRules, ExemptionsLevelsAndOriginsDecideWhomARuleConcerns) {
    struct Case {
        std::string_view name;
        void (*set)(EntryRule&, EntryFacts&);
        bool concerns;
    };
    auto const cases = std::vector<Case>{
        {"plain", [](EntryRule&, EntryFacts&) {}, true},
        {"closed, exempt",
         [](EntryRule& r, EntryFacts& f) {
             r.exempt = {"closed"};
             f.is_closed = true;
         },
         false},
        {"closed, not exempt", [](EntryRule&, EntryFacts& f) { f.is_closed = true; }, true},
        {"open opportunity",
         [](EntryRule& r, EntryFacts& f) {
             r.exempt = {"open_opportunity"};
             f.has_open_opportunity = true;
         },
         false},
        {"unpaid plan",
         [](EntryRule& r, EntryFacts& f) {
             r.exempt = {"unpaid_plan"};
             f.has_unpaid_plan = true;
         },
         false},
        {"running contract",
         [](EntryRule& r, EntryFacts& f) {
             r.exempt = {"running_contract"};
             f.has_running_contract = true;
         },
         false},
        {"level exempt",
         [](EntryRule& r, EntryFacts& f) {
             r.exempt = {"level:重点"};
             f.level = "重点";
         },
         false},
        {"protected, whatever the rule says", [](EntryRule&, EntryFacts& f) { f.is_protected = true; }, false},
        {"another level",
         [](EntryRule& r, EntryFacts& f) {
             r.level = "重点";
             f.level = "普通";
         },
         false},
        {"its level",
         [](EntryRule& r, EntryFacts& f) {
             r.level = "重点";
             f.level = "重点";
         },
         true},
        {"another origin", [](EntryRule& r, EntryFacts&) { r.origins = {"assign"}; }, false},
        {"its origin",
         [](EntryRule& r, EntryFacts&) {
             r.origins = {"claim", "assign"};
         },
         true}};
    for (auto const& one : cases) {
        auto rule = no_follow(10);
        auto facts = taken("2026-03-01");
        one.set(rule, facts);
        EXPECT_EQ(due_by(rule, facts, every_day).has_value(), one.concerns) << one.name;
    }
}

TEST(EntryRules, TheEarliestRuleCountsWithWhatWasGrantedAndNotBeforeTheFloor) {
    auto slow = no_follow(30);
    slow.id = 1;
    auto quick = no_follow(10);
    quick.id = 2;
    quick.kind = EntryKind::no_deal;
    auto facts = taken("2026-03-01");
    auto const rules = std::vector{slow, quick};
    auto due = due_of(rules, facts, every_day);
    EXPECT_EQ(due->day, on("2026-03-11"));
    EXPECT_EQ(due->rule->id, 2);
    facts.extra_days = 5;
    EXPECT_EQ(due_of(rules, facts, every_day)->day, on("2026-03-16"));
    facts.floor = on("2026-03-20");
    EXPECT_EQ(due_of(rules, facts, every_day)->day, on("2026-03-20"));
    EXPECT_FALSE(due_of({}, facts, every_day));
}

TEST(EntryRules, WorkingDaysLeaveWeekendsOut) {
    auto rule = no_follow(5);
    rule.counts_working_days = true;
    EXPECT_EQ(due_by(rule, taken("2026-03-05"), weekdays), on("2026-03-12"));  // a Thursday
}

// ---- the night

TEST(Night, WarnsOnceAtEachStepAndTakesTheRecordAfterItsDay) {
    auto warnings = std::vector<Warning>{};
    auto told = std::vector<std::pair<std::string, int>>{};
    auto taken_on = std::string{};
    for (auto run = on("2026-03-01"); taken_on.empty() && run < on("2026-04-01"); run = add_days(run, 1)) {
        auto const what = decide(on("2026-03-12"), {7, 3, 1}, warnings, run, every_day);
        ASSERT_NE(what.action, NightAction::postpone) << format_date(run);
        if (what.action == NightAction::warn) {
            told.emplace_back(format_date(run), what.step);
            warnings.push_back({what.step, run});
        }
        if (what.action == NightAction::recycle) taken_on = format_date(run);
    }
    EXPECT_THAT(
        told, testing::ElementsAre(std::pair{"2026-03-05", 7}, std::pair{"2026-03-09", 3}, std::pair{"2026-03-11", 1}));
    EXPECT_EQ(taken_on, "2026-03-13");
}

TEST(Night, NeverTakesWhatNobodyWasWarnedAbout) {
    struct Case {
        std::string_view name;
        std::vector<Warning> warnings;
        NightAction action;
    };
    auto const cases =
        std::vector<Case>{{"no warning at all", {}, NightAction::postpone},
                          {"written, never delivered", {{3, {}}, {1, {}}}, NightAction::postpone},
                          {"delivered this very day", {{1, on("2026-03-13")}}, NightAction::nothing},
                          {"delivered the day before", {{1, on("2026-03-12")}}, NightAction::recycle},
                          {"one delivered, the last not", {{3, on("2026-03-09")}, {1, {}}}, NightAction::recycle}};
    for (auto const& one : cases) {
        auto const what = decide(on("2026-03-12"), {3, 1}, one.warnings, on("2026-03-13"), every_day);
        EXPECT_EQ(what.action, one.action) << one.name;
        if (what.action == NightAction::postpone) {
            EXPECT_EQ(what.due, on("2026-03-14"));
            EXPECT_EQ(what.step, 1);
        }
    }
}

TEST(Night, TakesNothingOnADayOff) {
    auto const warned = std::vector<Warning>{{1, on("2026-03-12")}};
    EXPECT_EQ(decide(on("2026-03-13"), {1}, warned, on("2026-03-14"), weekdays).action, NightAction::nothing);
    EXPECT_EQ(decide(on("2026-03-13"), {1}, warned, on("2026-03-16"), weekdays).action, NightAction::recycle);
}

TEST(Night, ForeseesWhatItWillDo) {
    EXPECT_EQ(foreseen(on("2026-03-12"), {7, 3, 1}, {}, on("2026-03-02"), on("2026-04-01"), every_day),
              on("2026-03-13"));
    // Long overdue when the rule is switched on: warned first.
    EXPECT_EQ(foreseen(on("2026-01-01"), {3}, {}, on("2026-03-02"), on("2026-04-01"), every_day), on("2026-03-06"));
    EXPECT_EQ(foreseen(on("2026-03-12"), {1}, {}, on("2026-03-02"), on("2026-03-12"), every_day), std::nullopt);
}

// ---- claiming

TEST(Claiming, ChecksInOrderAndSaysWhenItIsPossibleAgain) {
    auto const now = parse_rfc3339("2026-11-25T16:30:00+08:00").value();
    auto const limits = ClaimLimits{3, 2, 7, 24, 2};
    struct Case {
        std::string_view reason;
        std::string_view says;
        void (*set)(ClaimFacts&, Instant);
    };
    auto const cases =
        std::vector<Case>{{"holding_cap", "上限 3（现有 3）",
                           [](ClaimFacts& f, Instant at) {
                               f.held = 3;
                               f.claimed_today = 9;
                               f.lost_at = at;
                           }},
                          {"daily_limit", "上限 2 已用完，11月26日 周四 00:00 后",
                           [](ClaimFacts& f, Instant at) {
                               f.claimed_today = 2;
                               f.lost_at = at;
                           }},
                          {"cooldown", "7 天内不能再领取，12月1日 周二 16:30 后",
                           [](ClaimFacts& f, Instant at) {
                               f.lost_at = at - days{1};
                               f.entered_at = at;
                           }},
                          {"quiet_period", "24 小时内不能领取，11月26日 周四 15:30 后",
                           [](ClaimFacts& f, Instant at) {
                               f.entered_at = at - hours{1};
                               f.claimed_before = 5;
                           }},
                          {"claims_per_record", "最多领取 2 次", [](ClaimFacts& f, Instant) { f.claimed_before = 2; }},
                          {"", "", [](ClaimFacts& f, Instant at) {
                               f.held = 2;
                               f.claimed_today = 1;
                               f.lost_at = at - days{7};
                               f.entered_at = at - days{1};
                               f.claimed_before = 1;
                           }}};
    for (auto const& one : cases) {
        auto facts = ClaimFacts{};
        facts.title = "客户";
        one.set(facts, now);
        auto const may = check_claim(limits, facts, now, Zone{});
        EXPECT_EQ(may ? "" : may.error().reason, one.reason);
        if (!may) EXPECT_THAT(may.error().message, testing::HasSubstr(std::string{one.says}));
    }
}

TEST(Claiming, AdminsOfThePoolHaveNoDailyLimitButTheCap) {
    auto facts = ClaimFacts{};
    facts.is_admin = true;
    facts.claimed_today = 100;
    EXPECT_TRUE(check_claim({200, 1, {}, {}, {}}, facts, Instant{}, Zone{}));
    facts.held = 200;
    EXPECT_EQ(check_claim({200, 1, {}, {}, {}}, facts, Instant{}, Zone{}).error().reason, "holding_cap");
}

}  // namespace
}  // namespace wescrm::sales
