#include "given.hpp"

#include <wescrm/sales/high_sea_jobs.hpp>

// Requests that are decided on cards, and leads that rules assign.
namespace wescrm::bot {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

struct GivenLeads : GivenTwoSalespeople {
    GivenLeads() {
        sales::add_lead_operations(catalogue, {}, sales::make_opportunity, sales::drop_opportunity);
        sales::add_high_sea_operations(catalogue, {});
        in_tenant([this](database::Session& sql) {
            sql.execute(
                "insert into role_permission (tenant_id, role_id, permission, reach) select tenant_id, id, p, 'self' "
                "from role, unnest('{lead.view,lead.create,lead.edit,lead.convert,lead.transfer}'::text[]) p where "
                "tenant_id = :t",
                {bind("t", tenant)});
        });
        lead = perform("lilei", "lead.create", R"({"name":"王建国","company":"宏达科技有限公司"})");
    }
    EmployeeId person(std::string const& user) {
        return in_tenant([&](database::Session& sql) {
            return sql
                .value<EmployeeId>("select id from employee where tenant_id = :t and user_id = :u",
                                   {bind("t", tenant), bind("u", user)})
                .value();
        });
    }
    std::string perform(std::string const& user, std::string const& name, std::string const& input) {
        auto const operations = operation::Operations{*db, clock, catalogue, services};
        auto const done = operations.perform_blocking(name, {tenant, person(user), operation::Channel::api, ""},
                                                      json::parse(input).value());
        if (!done) ADD_FAILURE() << name << ": " << done.error().message;
        return done ? json::find_string(*done, "id").value_or("") : std::string{};
    }
    void note_codes() {  // as the sender does
        in_tenant([this](database::Session& sql) {
            sql.execute("update outbox set response_code = 'sent' || id where tenant_id = :t", {bind("t", tenant)});
        });
    }
    std::string lead;
};

struct GivenARequestToWorkTogether : GivenLeads {
    GivenARequestToWorkTogether() {
        says("新建客户 宏达科技", "hanmei");
        customer = id_of("customer", "name", "宏达科技");
        sent();
        request = perform("lilei", "lead.ask_collaboration",
                          R"({"id":")" + lead + R"(","customer_id":")" + customer + R"(","reason":"采购找到我"})");
        cards = sent();
        note_codes();
    }
    std::string customer;
    std::string request;
    std::string cards;
};

TEST_F(GivenARequestToWorkTogether, WhenAskedThenTheOwnerHoldsACardWithButtons) {
    EXPECT_EQ(count("outbox where kind = 'collaboration_asked' and recipient = 'hanmei'"), 1);
    EXPECT_THAT(cards, AllOf(HasSubstr("宏达科技"), HasSubstr("李雷"), HasSubstr("采购找到我"),
                             HasSubstr("approve:collaboration_request:" + request)));
}

TEST_F(GivenARequestToWorkTogether, WhenTheOwnerAgreesThenHeIsInTheTeamAndTheSecondPressSaysSo) {
    EXPECT_THAT(presses("approve:collaboration_request:" + request, "hanmei"),
                AllOf(HasSubstr("韩梅梅已同意"), HasSubstr("可以把线索「王建国」转化到它")));
    EXPECT_EQ(count("team_member where object = 'customer' and power = 'write'"), 1);
    EXPECT_THAT(presses("reject:collaboration_request:" + request, "hanmei"),
                AllOf(HasSubstr("已由 韩梅梅 于"), Not(HasSubstr("原因是什么"))));
}

TEST_F(GivenARequestToWorkTogether, WhenTheOwnerRefusesThenTheReasonIsAskedAndTold) {
    EXPECT_THAT(presses("reject:collaboration_request:" + request, "hanmei"), HasSubstr("原因是什么"));
    EXPECT_EQ(count("collaboration_request where status = 'pending'"), 1);
    EXPECT_THAT(says("我这周就签合同", "hanmei"), AllOf(HasSubstr("已拒绝"), HasSubstr("我这周就签合同")));
    EXPECT_EQ(count("outbox where kind = 'collaboration_rejected' and recipient = 'lilei'"), 1);
    EXPECT_EQ(count("team_member"), 0);
}

TEST_F(GivenLeads, WhenWhatWasAssignedIsDeclinedOnItsCardThenTheReasonIsAskedAndItGoesBack) {
    in_tenant([this](database::Session& sql) {
        sql.execute(
            "insert into sales_setting (tenant_id, settings, updated_at) values (:t, '{\"version\":0,\"decline_hours\":24}', now())",
            {bind("t", tenant)});
    });
    sent();
    perform("lilei", "lead.transfer", R"({"id":")" + lead + R"(","user_id":"hanmei","reason":"在你的区域"})");
    auto const cards = sent();
    note_codes();
    auto const offer = id_of("assignment_offer", "status", "pending");
    EXPECT_THAT(cards, AllOf(HasSubstr("李雷 分配给您"), HasSubstr("在你的区域"),
                             HasSubstr("reject:assignment_offer:" + offer)));
    EXPECT_THAT(presses("show:assignment_offer:" + offer, "hanmei"), HasSubstr("等待处理"));
    EXPECT_THAT(presses("reject:assignment_offer:" + offer, "hanmei"), HasSubstr("为什么不接受「王建国」"));
    EXPECT_THAT(says("我已经满了", "hanmei"), AllOf(HasSubstr("没有接受"), HasSubstr("我已经满了")));
    EXPECT_EQ(count("lead where owner_id = (select id from employee where user_id = 'lilei')"), 1);
    EXPECT_EQ(count("outbox where kind = 'assignment_declined' and recipient = 'lilei'"), 1);
    EXPECT_THAT(presses("approve:assignment_offer:" + offer, "hanmei"), HasSubstr("您已退还「王建国」"));
}

TEST_F(GivenLeads, WhenASentenceSaysSoThenTheRulesAssignTheLeadAndTheCardSaysToWhom) {
    in_tenant([this](database::Session& sql) {
        auto const rule = sql.value<std::int64_t>(
            "insert into lead_assignment_rule (tenant_id, name, created_at, updated_at) values (:t, '轮流', now(), "
            "now()) returning id",
            {bind("t", tenant)});
        sql.execute(
            "insert into lead_assignment_member (tenant_id, rule_id, employee_id) select :t, :r, id from employee "
            "where tenant_id = :t and user_id = 'hanmei'",
            {bind("t", tenant), bind("r", rule)});
    });
    EXPECT_THAT(says("新建线索 王强 13600000001 来源官网 自动分配"),
                AllOf(HasSubstr("已新建线索"), HasSubstr("由 韩梅梅 跟进：规则「轮流」：轮流分配")));
    EXPECT_EQ(
        count("lead where name = '王强' and source = '官网' and owner_id = (select id from employee where user_id "
              "= 'hanmei')"),
        1);
    says("新建线索 刘倩 13600000002");
    EXPECT_EQ(count("lead where name = '刘倩' and owner_id = (select id from employee where user_id = 'lilei')"), 1);
}

}  // namespace
}  // namespace wescrm::bot
