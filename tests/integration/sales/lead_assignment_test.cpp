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

TEST_F(GivenAssignmentRules, WhenARuleAsksForTagsThenOnlyLeadsWithOneOfThemFit) {
    auto const important = get("wang", "tag.create", R"({"name":"重点"})");
    get("wang", "tag.create", R"({"name":"老客户介绍"})");
    rule(R"("name":"重点线索","position":1,"tags":["重点","老客户介绍"],"members":[{"user_id":"boss"}])");
    rule(R"("name":"其余","position":2,"members":[{"user_id":"wang"}])");
    auto const tagged = [](std::string const& tag) { return R"(,"assign_by_rules":true,"tags":[")" + tag + R"("])"; };
    EXPECT_EQ(lead("一", "owner_user_id", tagged("重点")), "boss");
    EXPECT_EQ(lead("二", "owner_user_id", tagged("老客户介绍")), "boss");
    EXPECT_EQ(lead("三"), "wang");
    EXPECT_EQ(preview(R"({"tags":["重点"]})"), "boss");
    EXPECT_EQ(preview("{}"), "wang");

    get("wang", "tag.change", R"({"id":")" + important + R"(","version":1,"name":"战略"})");
    EXPECT_EQ(lead("四", "owner_user_id", tagged("战略")), "boss") << "it is the same tag under another name";
    auto const rules = call("wang", "lead_assignment_rule.list", "{}");
    ASSERT_TRUE(rules);
    EXPECT_EQ(json::write((*rules)["items"][0]["tags"]), R"(["战略","老客户介绍"])");
    EXPECT_THAT(message("wang", "lead_assignment_rule.create", R"({"name":"错","tags":["没有的"],"members":[]})"),
                HasSubstr("没有能用于线索的企业标签「没有的」"));
}

TEST_F(GivenAssignmentRules, WhenATagOfARuleIsReplacedThenTheRuleAsksForTheOtherAndAloneItCannotGo) {
    auto const old = get("wang", "tag.create", R"({"name":"重点"})");
    auto const other = get("wang", "tag.create", R"({"name":"战略"})");
    rule(R"("name":"重点线索","position":1,"tags":["重点"],"members":[{"user_id":"boss"}])");
    rule(R"("name":"其余","position":2,"members":[{"user_id":"wang"}])");
    EXPECT_THAT(message("wang", "tag.delete", R"({"id":")" + old + R"(","version":1})"), HasSubstr("线索分配规则"));
    ASSERT_TRUE(
        call("wang", "tag.replace", R"({"id":")" + old + R"(","version":1,"replacement_id":")" + other + R"("})"));
    EXPECT_EQ(lead("一", "owner_user_id", R"(,"assign_by_rules":true,"tags":["战略"])"), "boss");
}

struct GivenPastDeals : GivenAssignmentRules {
    void won(std::string const& user, std::string const& name, std::string const& source, std::string const& province,
             std::string const& city) {
        get(user, "customer.create",
            R"({"name":")" + name + R"(","source":")" + source + R"(","province":")" + province + R"(","city":")" +
                city + R"("})");
        in_tenant([&](database::Session& sql) {
            sql.execute(
                "update customer set deal_status = 'closed', last_deal_at = :now where tenant_id = :t and name "
                "= :name",
                {database::bind("t", tenant), database::bind("now", clock.now()), database::bind("name", name)});
        });
    }
    std::string why(std::string const& name) {
        return text("select assign_reason from lead where name = '" + name + "'");
    }

    GivenPastDeals() {
        for (auto const* name : {"宏达", "恒信", "远东"}) won("li", std::string{name} + "机电", "展会", "江苏", "苏州");
        won("boss", "南方电子", "官网", "广东", "深圳");
        rule(R"("name":"推荐","mode":"match","members":[{"user_id":"boss"},{"user_id":"li"}])");
    }
};

TEST_F(GivenPastDeals, WhenTheRuleRecommendsThenWhoHasSoldTheLikeGetsItAndTheLeadSaysWhy) {
    auto const by_rules = std::string{R"(,"assign_by_rules":true)"};
    EXPECT_EQ(lead("甲", "owner_user_id", R"(,"province":"江苏","city":"苏州","source":"展会")" + by_rules), "li");
    EXPECT_EQ(why("甲"), "规则「推荐」：推荐 33 分：同城市成交 3 家、同来源成交 3 家、在手 0 条");
    EXPECT_EQ(lead("乙", "owner_user_id", R"(,"province":"广东","city":"广州","source":"官网")" + by_rules), "boss");
    EXPECT_EQ(why("乙"), "规则「推荐」：推荐 22 分：同省份成交 1 家、同来源成交 1 家、在手 0 条");
    EXPECT_EQ(lead("丙"), "boss") << "nothing speaks for anybody: whose turn it is longest, as both have one";
}

TEST_F(GivenPastDeals, WhenSomebodyTriesItThenEachIsScoredTheBestFirst) {
    auto const found = call("wang", "lead_assignment_rule.preview", R"({"city":"苏州","source":"展会"})");
    ASSERT_TRUE(found);
    auto const& scores = (*found)["scores"];
    ASSERT_EQ(scores.Size(), 2U);
    EXPECT_EQ(json::find_string(scores[0], "user_id"), "li");
    EXPECT_EQ(json::find_integer(scores[0], "score"), 33);
    EXPECT_EQ(json::find_string(scores[0], "reason"), "同城市成交 3 家、同来源成交 3 家、在手 0 条");
    EXPECT_EQ(json::find_integer(scores[1], "score"), 15);
    EXPECT_EQ(json::find_string(*found, "owner_user_id"), "li");
}

TEST_F(GivenPastDeals, WhenSomebodyHasMuchAtHandThenWhoHasLessIsPreferredOfTwoLikeHim) {
    won("boss", "太仓机电", "展会", "江苏", "苏州");
    won("boss", "昆山机电", "展会", "江苏", "苏州");
    for (auto i = 0; i < 12; ++i) (void)lead("旧" + std::to_string(i), "id", "");
    EXPECT_EQ(lead("新", "owner_user_id", R"(,"city":"苏州","source":"展会","assign_by_rules":true)"), "boss");
    EXPECT_EQ(why("新"), "规则「推荐」：推荐 30 分：同城市成交 2 家、同来源成交 2 家、在手 0 条");
}

TEST_F(GivenPastDeals, WhenTheLeadWantsAProductThatHisCustomersBoughtThenThatCounts) {
    in_tenant([&](database::Session& sql) {
        auto const params = database::Params{database::bind("t", tenant), database::bind("now", clock.now()),
                                             database::bind("day", today())};
        sql.execute(
            "with o as (insert into sales_order (tenant_id, no, name, customer_id, owner_id, ordered_on, amount_fen, "
            "status, created_at, updated_at) select :t, 'D1', '订单', c.id, c.owner_id, :day::date, 0, 'in_force', "
            ":now::timestamptz, :now::timestamptz from customer c where c.name = '宏达机电' returning id) insert into "
            "order_line (tenant_id, order_id, position, product_name, list_e4, price_e4, quantity, subtotal_fen) "
            "select :t, o.id, 1, '激光切割机', 0, 0, 1, 0 from o",
            params);
    });
    EXPECT_EQ(lead("甲", "owner_user_id", R"(,"intended":"激光切割机两台","assign_by_rules":true)"), "li");
    EXPECT_EQ(why("甲"), "规则「推荐」：推荐 21 分：同产品成交 1 家、在手 0 条");
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
