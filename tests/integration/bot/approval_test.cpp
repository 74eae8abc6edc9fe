#include "given.hpp"

#include <wescrm/approval/operations.hpp>
#include <wescrm/sales/trade.hpp>

namespace wescrm::bot {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// 李雷's order of 200 yuan waits; he has no superior, so that both administrators, 赵刚 and 王芳, hold a card.
struct GivenAnOrderThatWaits : GivenTwoSalespeople {
    GivenAnOrderThatWaits() {
        auto const subjects = std::make_shared<approval::Subjects>();
        sales::add_approval_subjects(*subjects);
        sales::add_trade_operations(catalogue);
        approval::add_operations(catalogue, subjects);
        in_tenant([this](database::Session& sql) {
            sql.execute(
                "insert into role_permission (tenant_id, role_id, permission, reach) select tenant_id, id, p, 'self' "
                "from "
                "role, unnest(array['order.view', 'order.create', 'order.edit', 'order.submit', 'approval.decide']) p "
                "where tenant_id = :t",
                {bind("t", tenant)});
            auto const role = sql.value<std::int64_t>(
                "insert into role (tenant_id, code, name, is_builtin, is_administrator) values (:t, 'administrator', "
                "'管理员', true, true) returning id",
                {bind("t", tenant)});
            for (auto const& [user, name] : {std::pair{"zhaogang", "赵刚"}, std::pair{"wangfang", "王芳"}})
                sql.execute(
                    "with e as (insert into employee (tenant_id, user_id, name) values (:t, :u, :n) returning id) "
                    "insert "
                    "into role_member (tenant_id, role_id, employee_id) select :t, :r, id from e",
                    {bind("t", tenant), bind("u", user), bind("n", name), bind("r", *role)});
            sql.execute(
                "insert into approval_setting (tenant_id, object, mode, updated_at) values (:t, 'order', 'superior', "
                "now())",
                {bind("t", tenant)});
        });
        says("新建客户 宏达科技");
        auto const customer = id_of("customer", "name", "宏达科技");
        auto const made = perform("order.create", R"({"customer_id":")" + customer + R"(","amount_fen":20000})");
        submitted = perform("order.submit", R"({"id":")" + made + R"("})");
        cards = sent();
        in_tenant([this](database::Session& sql) {  // as the sender notes it
            sql.execute(
                "update outbox set response_code = 'sent' || id where tenant_id = :t and kind = 'approval_card'",
                {bind("t", tenant)});
        });
        approval = id_of("approval", "status", "pending");
    }
    std::string perform(std::string const& operation, std::string const& input) {
        auto const operations = operation::Operations{*db, clock, catalogue, services};
        auto const lilei = in_tenant([&](database::Session& sql) {
            return sql
                .value<EmployeeId>("select id from employee where tenant_id = :t and user_id = 'lilei'",
                                   {bind("t", tenant)})
                .value();
        });
        auto const done = operations.perform_blocking(operation, {tenant, lilei, operation::Channel::api, ""},
                                                      json::parse(input).value());
        if (!done) ADD_FAILURE() << operation << ": " << done.error().message;
        return done ? json::find_string(*done, "id").value_or("") : "";
    }
    std::string order_status() {
        return in_tenant([&](database::Session& sql) {
            return sql.value<std::string>("select status from sales_order where tenant_id = :t", {bind("t", tenant)})
                .value();
        });
    }
    std::int64_t updates_of(std::string const& user) {
        return count("outbox where endpoint = 'message/update_template_card' and recipient = '" + user + "'");
    }

    std::string submitted;
    std::string cards;
    std::string approval;
};

TEST_F(GivenAnOrderThatWaits, WhenAskedThenBothHoldACardWithBothButtons) {
    EXPECT_EQ(count("outbox where kind = 'approval_card'"), 2);
    EXPECT_THAT(cards, AllOf(HasSubstr("宏达科技"), HasSubstr("200.00 元"), HasSubstr("approve:approval:" + approval),
                             HasSubstr("reject:approval:" + approval), HasSubstr("李雷 提交")));
}

TEST_F(GivenAnOrderThatWaits, WhenOneAgreesThenTheOrderIsInForceAndBothCardsSayWho) {
    auto const answer = presses("approve:approval:" + approval, "zhaogang");
    EXPECT_THAT(answer, AllOf(HasSubstr("已同意"), HasSubstr("赵刚已同意")));
    EXPECT_EQ(order_status(), "in_force");
    EXPECT_EQ(updates_of("wangfang"), 1);
    EXPECT_GE(updates_of("zhaogang"), 1);
    EXPECT_EQ(count("outbox where kind = 'approval_decided' and recipient = 'lilei'"), 1);
}

TEST_F(GivenAnOrderThatWaits, WhenTheSecondPressesThenHeIsToldWhoWasFirst) {
    presses("approve:approval:" + approval, "zhaogang");
    auto const answer = presses("reject:approval:" + approval, "wangfang");
    EXPECT_THAT(answer, AllOf(HasSubstr("已由 赵刚 于"), HasSubstr("已同意"), Not(HasSubstr("原因是什么"))));
    EXPECT_EQ(order_status(), "in_force");
}

TEST_F(GivenAnOrderThatWaits, WhenOneRefusesThenTheReasonIsAskedAndStandsInTheOrder) {
    EXPECT_THAT(presses("reject:approval:" + approval, "zhaogang"), HasSubstr("原因是什么"));
    EXPECT_EQ(order_status(), "in_review");
    EXPECT_THAT(says("价格低于底价", "zhaogang"), AllOf(HasSubstr("已拒绝"), HasSubstr("价格低于底价")));
    EXPECT_EQ(order_status(), "rejected");
    EXPECT_EQ(count("sales_order where status_reason = '价格低于底价'"), 1);
    EXPECT_EQ(updates_of("wangfang"), 1);
}

TEST_F(GivenAnOrderThatWaits, WhenHeChangesHisMindThenNothingIsDecided) {
    presses("reject:approval:" + approval, "zhaogang");
    says("取消", "zhaogang");
    EXPECT_EQ(order_status(), "in_review");
    presses("approve:approval:" + approval, "zhaogang");
    EXPECT_EQ(order_status(), "in_force");
}

TEST_F(GivenAnOrderThatWaits, WhenTheSamePressIsDeliveredTwiceThenItCountsOnce) {
    presses("approve:approval:" + approval, "zhaogang");
    presses("approve:approval:" + approval, "zhaogang");
    EXPECT_EQ(count("approval_task where status = 'approved'"), 1);
    EXPECT_EQ(count("audit_log where action = 'approval.approve'"), 1);
}

TEST_F(GivenAnOrderThatWaits, WhenSomebodyElsePressesThenNothingHappens) {
    EXPECT_THAT(presses("approve:approval:" + approval, "lilei"), HasSubstr("不能审批自己"));
    EXPECT_THAT(presses("approve:approval:" + approval, "hanmei"), HasSubstr("没有这个审批"));
    EXPECT_EQ(order_status(), "in_review");
}

TEST_F(GivenAnOrderThatWaits, WhenDetailsAreAskedForThenTheyAreSaidAndTheButtonsStay) {
    EXPECT_THAT(presses("show:approval:" + approval, "zhaogang"),
                AllOf(HasSubstr("审批中"), HasSubstr("提交人：李雷"), HasSubstr("审批人："), HasSubstr("、"),
                      HasSubstr("approve:approval:" + approval)));
}

}  // namespace
}  // namespace wescrm::bot
