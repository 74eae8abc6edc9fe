#include "pool_given.hpp"

#include <gmock/gmock.h>

#include <thread>

// To whom new leads go by the company's rules, and what those who get them may do about it.
namespace wescrm::testing {
namespace {

using ::testing::HasSubstr;

struct GivenAssignmentRules : PoolTest {
    void rule(std::string const& fields) { get("wang", "lead_assignment_rule.create", "{" + fields + "}"); }
    std::string lead(std::string const& name, std::string const& member = "owner_user_id",
                     std::string const& more = R"(,"assign_by_rules":true)") {
        return get("li", "lead.create", R"({"name":")" + name + R"(")" + more + "}", member);
    }
    std::string preview(std::string const& input, std::string const& member = "owner_user_id") {
        return get("wang", "lead_assignment_rule.preview", input, member);
    }
    void company_rules(std::string const& fields) {
        auto const version = get("wang", "sales_rules.show", "{}", "version");
        get("wang", "sales_rules.change", R"({"version":)" + (version.empty() ? "0" : version) + "," + fields + "}",
            "version");
    }
};

TEST_F(GivenAssignmentRules, WhenRulesAssignThenInTurnWithReasonAndCap) {
    get("wang", "lead_assignment_rule.create",
        R"({"name":"官网轮流","sources":["官网"],"daily_cap":2,"members":[{"user_id":"li"},{"user_id":"boss"}]})");
    auto owners = std::string{};
    for (auto i = 0; i < 5; ++i)
        owners += get("wang", "lead.create",
                      R"({"name":"线索)" + std::to_string(i) + R"(","source":"官网","assign_by_rules":true})",
                      "owner_user_id") +
                  " ";
    EXPECT_EQ(owners, "li boss li boss  ");
    EXPECT_EQ(count("lead where assign_reason = '规则「官网轮流」：轮流分配' and assign_rule_id is not null"), 4);
    EXPECT_EQ(count("lead where status = 'unassigned' and assign_reason like '%没有可分配的人%'"), 1);
    EXPECT_EQ(count("ownership_event where kind = 'assign' and rule_id is not null"), 4);
    EXPECT_EQ(
        get("wang", "lead.create", R"({"name":"别处来的","source":"电话","assign_by_rules":true})", "assign_reason"),
        "没有适用的分配规则，放入线索池");
}

TEST_F(GivenAssignmentRules,
       WhenARuleAssignsInWorkingHoursOnlyThenThoseOfTheCompanyCount) {  // it is 16:30 on a Wednesday
    get("wang", "lead_assignment_rule.create",
        R"({"name":"白天","working_hours_only":true,"members":[{"user_id":"li"}]})");
    auto const owner = [&](std::string const& name) {
        return get("wang", "lead.create", R"({"name":")" + name + R"(","assign_by_rules":true})", "owner_user_id");
    };
    EXPECT_EQ(owner("一"), "li");
    in_tenant([&](database::Session& sql) {
        sql.execute("update tenant set settings = settings || '{\"working_to\": \"16:30\"}' where id = :t",
                    {database::bind("t", tenant)});
    });
    EXPECT_EQ(owner("二"), "");
    EXPECT_EQ(count("lead where assign_reason like '%非工作时间%'"), 1);
}

TEST_F(GivenAssignmentRules, WhenARuleCountsAtNightOnlyThenByDayTheNextOneDoes) {
    rule(R"("name":"夜班","position":1,"time_from":"18:00","time_to":"9:00","members":[{"user_id":"boss"}])");
    rule(R"("name":"白班","position":2,"days":"working","members":[{"user_id":"li"}])");
    EXPECT_EQ(lead("下午"), "li");  // it is 16:30 on a Wednesday
    EXPECT_EQ(preview(R"({"at":"2026-11-25T18:00:00+08:00"})"), "boss");
    EXPECT_EQ(preview(R"({"at":"2026-11-26T08:59:00+08:00"})"), "boss");
    EXPECT_EQ(preview(R"({"at":"2026-11-26T09:00:00+08:00"})"), "li");
    EXPECT_EQ(preview(R"({"at":"2026-11-28T12:00:00+08:00"})"), "") << "a Saturday";
    EXPECT_EQ(reason("wang", "lead_assignment_rule.create", R"({"name":"错","time_from":"25:00","members":[]})"),
              "invalid_field");
}

TEST_F(GivenAssignmentRules, WhenSomebodyTriesThemThenItIsSaidWhoAndWhyAndNothingIsGiven) {
    rule(R"("name":"官网","position":1,"sources":["官网"],"members":[{"user_id":"li"},{"user_id":"boss"}])");
    rule(R"("name":"其余","position":2,"members":[{"user_id":"boss"}])");
    for (auto i = 0; i < 3; ++i) EXPECT_EQ(preview(R"({"source":"官网"})"), "li") << "trying changes no turn";
    EXPECT_EQ(preview(R"({"source":"官网"})", "reason"), "规则「官网」：轮流分配");
    auto const found = call("wang", "lead_assignment_rule.preview", R"({"source":"官网"})");
    ASSERT_TRUE(found);
    auto const& rules = (*found)["rules"];
    ASSERT_EQ(rules.Size(), 2U);
    EXPECT_TRUE(json::find_bool(rules[0], "decides").value_or(false));
    EXPECT_TRUE(json::find_bool(rules[1], "fits").value_or(false));
    EXPECT_FALSE(json::find_bool(rules[1], "decides").value_or(true));
    EXPECT_EQ(preview(R"({"source":"电话"})"), "boss");
    EXPECT_EQ(count("lead"), 0);
    EXPECT_EQ(count("lead_assignment_member where given > 0"), 0);
    EXPECT_EQ(reason("li", "lead_assignment_rule.preview", "{}"), "permission");
}

TEST_F(GivenAssignmentRules, WhenTheCompanyAssignsByDefaultThenOnlyWhoSaysSoKeepsHis) {
    rule(R"("name":"全部","members":[{"user_id":"boss"}])");
    EXPECT_EQ(lead("一", "owner_user_id", ""), "li");
    company_rules(R"("assign_leads":true)");
    EXPECT_EQ(lead("二", "owner_user_id", ""), "boss");
    EXPECT_EQ(lead("四", "owner_user_id", R"(,"owner_user_id":"li")"), "li");
    auto const pool = text("select id::text from high_sea where object = 'lead'");
    EXPECT_EQ(lead("五", "high_sea_id", R"(,"high_sea_id":")" + pool + R"(")"), pool);
}

TEST_F(GivenAssignmentRules, WhenALeadGoesOnThenItSaysWhyItsNewOwnerHasIt) {
    rule(R"("name":"全部","members":[{"user_id":"li"}])");
    auto const id = lead("王建国", "id");
    auto const why = [&] { return get("boss", "lead.show", id_of(id), "assign_reason"); };
    EXPECT_EQ(why(), "规则「全部」：轮流分配");
    get("boss", "lead.transfer", R"({"id":")" + id + R"(","user_id":"boss","reason":"大客户"})");
    EXPECT_EQ(why(), "大客户");
    EXPECT_EQ(count("lead where assign_rule_id is not null"), 0);
    get("boss", "lead.release", R"({"id":")" + id + R"(","reason":"太忙"})");
    EXPECT_EQ(text("select assign_reason from lead"), "");
}

TEST_F(GivenAssignmentRules, WhenTwoLeadsComeAtOnceThenTheyGoToTwoPeople) {
    rule(R"("name":"轮流","members":[{"user_id":"li"},{"user_id":"boss"}])");
    auto const enter = [this](std::string const& name) { (void)lead(name); };
    for (auto round = 0; round < 5; ++round) {
        auto one = std::thread{enter, "甲" + std::to_string(round)};
        auto two = std::thread{enter, "乙" + std::to_string(round)};
        one.join();
        two.join();
    }
    EXPECT_EQ(count("lead where owner_id is not null"), 10);
    EXPECT_EQ(count("lead l join employee e on e.id = l.owner_id where e.user_id = 'li'"), 5);
}

}  // namespace
}  // namespace wescrm::testing
