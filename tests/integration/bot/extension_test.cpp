#include "given.hpp"

#include <wescrm/sales/high_sea_jobs.hpp>

namespace wescrm::bot {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// 李雷 asks for five more days for 宏达科技; he has no superior, so that both administrators, 赵刚 and 王芳, hold a
/// card.
struct GivenARequestForMoreTime : GivenTwoSalespeople {
    GivenARequestForMoreTime() {
        sales::add_high_sea_operations(catalogue, {});
        in_tenant([this](database::Session& sql) {
            auto const role = sql.value<std::int64_t>(
                "insert into role (tenant_id, code, name, is_builtin, is_administrator) values (:t, 'administrator', "
                "'管理员', true, true) returning id",
                {bind("t", tenant)});
            for (auto const& [user, name] : {std::pair{"zhaogang", "赵刚"}, std::pair{"wangfang", "王芳"}})
                sql.execute(
                    "with e as (insert into employee (tenant_id, user_id, name) values (:t, :u, :n) returning id) "
                    "insert into role_member (tenant_id, role_id, employee_id) select :t, :r, id from e",
                    {bind("t", tenant), bind("u", user), bind("n", name), bind("r", *role)});
            sql.execute("update high_sea_rule set enabled = true where tenant_id = :t and kind = 'no_follow'",
                        {bind("t", tenant)});
        });
        says("新建客户 宏达科技");
        auto const customer = id_of("customer", "name", "宏达科技");
        sent();
        auto const operations = operation::Operations{*db, clock, catalogue, services};
        auto const asked = operations.perform_blocking(
            "customer.extend", {tenant, person("lilei"), operation::Channel::api, ""},
            json::parse(R"({"id":")" + customer + R"(","days":5,"reason":"客户下周才有空"})").value());
        if (!asked) ADD_FAILURE() << asked.error().message;
        cards = sent();
        in_tenant([this](database::Session& sql) {  // as the sender notes it
            sql.execute(
                "update outbox set response_code = 'sent' || id where tenant_id = :t and kind = 'extension_asked'",
                {bind("t", tenant)});
        });
        request = id_of("recycle_extension", "status", "pending");
    }
    EmployeeId person(std::string const& user) {
        return in_tenant([&](database::Session& sql) {
            return sql
                .value<EmployeeId>("select id from employee where tenant_id = :t and user_id = :u",
                                   {bind("t", tenant), bind("u", user)})
                .value();
        });
    }
    std::int64_t updates_of(std::string const& user) {
        return count("outbox where endpoint = 'message/update_template_card' and recipient = '" + user + "'");
    }

    std::string cards;
    std::string request;
};

TEST_F(GivenARequestForMoreTime, WhenAskedThenEverybodyWhoMayDecideHoldsACardWithButtons) {
    EXPECT_EQ(count("outbox where kind = 'extension_asked'"), 2);
    EXPECT_THAT(cards, AllOf(HasSubstr("宏达科技"), HasSubstr("5 天"), HasSubstr("客户下周才有空"),
                             HasSubstr("approve:recycle_extension:" + request),
                             HasSubstr("reject:recycle_extension:" + request)));
}

TEST_F(GivenARequestForMoreTime, WhenOneAgreesThenAllCardsSayWhoAndTheApplicantHears) {
    EXPECT_THAT(presses("approve:recycle_extension:" + request, "zhaogang"),
                AllOf(HasSubstr("赵刚已同意"), HasSubstr("宏达科技")));
    EXPECT_EQ(count("customer where recycle_extra_days = 5"), 1);
    EXPECT_EQ(updates_of("wangfang"), 1);
    EXPECT_GE(updates_of("zhaogang"), 1);
    EXPECT_EQ(count("outbox where kind = 'extension_approved' and recipient = 'lilei'"), 1);
}

TEST_F(GivenARequestForMoreTime, WhenTheSecondPressesThenHeIsToldWhoWasFirst) {
    presses("approve:recycle_extension:" + request, "zhaogang");
    EXPECT_THAT(presses("reject:recycle_extension:" + request, "wangfang"),
                AllOf(HasSubstr("已由 赵刚 于"), Not(HasSubstr("原因是什么"))));
    EXPECT_EQ(count("recycle_extension where status = 'approved'"), 1);
    EXPECT_EQ(count("customer where recycle_extra_days = 5"), 1);
}

TEST_F(GivenARequestForMoreTime, WhenOneRefusesThenTheReasonIsAskedAndTold) {
    EXPECT_THAT(presses("reject:recycle_extension:" + request, "zhaogang"), HasSubstr("原因是什么"));
    EXPECT_EQ(count("recycle_extension where status = 'pending'"), 1);
    EXPECT_THAT(says("已经延过一次", "zhaogang"), AllOf(HasSubstr("已拒绝"), HasSubstr("已经延过一次")));
    EXPECT_EQ(count("recycle_extension where status = 'rejected' and comment = '已经延过一次'"), 1);
    EXPECT_EQ(updates_of("wangfang"), 1);
    EXPECT_EQ(count("customer where recycle_extra_days = 0"), 1);
}

TEST_F(GivenARequestForMoreTime, WhenSomebodyElsePressesThenNothingHappens) {
    EXPECT_THAT(presses("approve:recycle_extension:" + request, "hanmei"), HasSubstr("没有这个延期申请"));
    EXPECT_THAT(presses("approve:recycle_extension:" + request, "lilei"), HasSubstr("只有申请人的上级"));
    EXPECT_EQ(count("recycle_extension where status = 'pending'"), 1);
}

}  // namespace
}  // namespace wescrm::bot
