#include "integration/sales/trade_given.hpp"

#include <gmock/gmock.h>

namespace wescrm::sales {
namespace {

using ::testing::ElementsAre;

struct GivenACustomerOfLi : wescrm::testing::TradeTest {
    PlansOfOrder split(OrderId id, std::int64_t periods, std::string const& first = "2026-12-31") {
        auto input = SplitIntoPlans{};
        input.order_id = id;
        input.periods = periods;
        input.first_due_on = parse_date(first).value();
        return by("li", split_into_plans, input).value();
    }
    std::string deal_status() {
        return in_tenant(
            [&](database::Session& sql) { return sql.value<std::string>("select deal_status from customer").value(); });
    }
    std::vector<std::string> plan_states(OrderId id) {
        auto states = std::vector<std::string>{};
        for (auto const& plan : now(id).plans) states.push_back(plan.status);
        return states;
    }
};

TEST_F(GivenACustomerOfLi, WhenAnOrderIsSubmittedWithoutARuleThenItIsInForceAndTheCustomerHasBought) {
    auto const made = order(50'000);
    EXPECT_EQ(made.no, "DD202611250001");
    EXPECT_EQ(made.status, "draft");
    EXPECT_EQ(made.customer_name, "宏达科技");
    EXPECT_EQ(deal_status(), "open");
    EXPECT_EQ(by("li", submit_order, {made.id, {}})->status, "in_force");
    EXPECT_EQ(deal_status(), "closed");
    ASSERT_TRUE(by("li", void_order, {made.id, "客户取消"}));
    EXPECT_EQ(deal_status(), "open");
    EXPECT_EQ(count("audit_log where object = 'order'"), 3);
    EXPECT_EQ(count("audit_log where action = 'customer.deal_status'"), 2);
}

TEST_F(GivenACustomerOfLi, WhenOthersLookThenOnlyOwnerSuperiorAndCustomerOwnerSeeIt) {
    auto const made = order(50'000);
    EXPECT_TRUE(by("li", show_order, {made.id, {}}));
    EXPECT_TRUE(by("boss", show_order, {made.id, {}}));
    EXPECT_EQ(by("wang", show_order, {made.id, {}}).error().code, Errc::not_found);
    EXPECT_EQ(by("wang", submit_order, {made.id, {}}).error().code, Errc::not_found);
    EXPECT_EQ(by("wang", list_orders, {})->items.size(), 0U);
    EXPECT_EQ(by("boss", list_orders, {})->items.size(), 1U);
}

TEST_F(GivenACustomerOfLi, WhenListsAreFilteredThenTheyShowWhatIsMeant) {
    auto const made = order_in_force(50'000);
    ASSERT_TRUE(pay(made.id, 20'000));
    auto const department = in_tenant([&](database::Session& sql) {
        auto const id = sql.value<DepartmentId>(
            "insert into department (tenant_id, name, path) values (:t, '销售部', '{}') returning id",
            {database::bind("t", tenant)});
        sql.execute("update department set path = array[id] where tenant_id = :t", {database::bind("t", tenant)});
        sql.execute("insert into employee_department (tenant_id, employee_id, department_id) values (:t, :e, :d)",
                    {database::bind("t", tenant), database::bind("e", employees["li"]), database::bind("d", *id)});
        return *id;
    });
    auto orders = ListOrders{};
    orders.department = department;
    orders.q = "宏达";
    orders.outstanding = true;
    orders.status = {OrderStatus::in_force};
    orders.from = orders.to = parse_date("2026-11-25");
    orders.date_field = "ordered_on";
    EXPECT_EQ(by("li", list_orders, orders)->items.size(), 1U);
    orders.status = {OrderStatus::void_};
    EXPECT_EQ(by("li", list_orders, orders)->items.size(), 0U);
    auto payments = ListPayments{};
    payments.department = department;
    payments.q = made.no;
    EXPECT_EQ(by("li", list_payments, payments)->items.size(), 1U);
    split(made.id, 2);
    auto plans = ListPaymentPlans{};
    plans.q = made.no;
    plans.status = {PlanStatus::partial, PlanStatus::waiting};
    EXPECT_EQ(by("li", list_payment_plans, plans)->items.size(), 2U);
}

TEST_F(GivenACustomerOfLi, WhenAStateDoesNotAllowItThenTheAnswerNamesTheState) {
    auto const made = order_in_force(50'000);
    auto const again = by("li", submit_order, {made.id, {}});
    EXPECT_EQ(again.error().reason, "order_state");
    EXPECT_NE(again.error().message.find("已生效"), std::string::npos) << again.error().message;
    EXPECT_EQ(by("li", delete_order, {made.id, {}}).error().reason, "order_state");
    EXPECT_EQ(by("li", execute_order, {made.id, {}})->status, "executing");
    EXPECT_EQ(by("li", complete_order, {made.id, {}})->status, "completed");
    auto change = ChangeOrder{};
    change.id = made.id;
    change.version = now(made.id).version;
    change.name = "改名";
    EXPECT_EQ(by("li", change_order, change).error().reason, "order_state");
}

TEST_F(GivenACustomerOfLi, WhenSplitIntoPeriodsThenTheyAddUpToTheFen) {
    auto const made = order_in_force(10'000);
    auto const plans = split(made.id, 3);
    ASSERT_EQ(plans.items.size(), 3U);
    EXPECT_EQ(plans.items[0].amount_fen, Money::from_fen(3'333));
    EXPECT_EQ(plans.items[2].amount_fen, Money::from_fen(3'334));
    EXPECT_EQ(format_date(plans.items[1].due_on), "2027-01-31");
    EXPECT_EQ(format_date(plans.items[2].due_on), "2027-02-28");
    EXPECT_EQ(plans.unplanned_fen, Money{});
    auto more = CreatePaymentPlan{};
    more.order_id = made.id;
    more.due_on = parse_date("2027-05-01").value();
    more.amount_fen = Money::from_fen(1);
    EXPECT_EQ(by("li", create_payment_plan, more).error().fields.front().field, "amount_fen");
}

TEST_F(GivenACustomerOfLi, WhenMoneyComesThenItGoesToTheOldestOpenPlans) {
    auto const made = order_in_force(10'000);
    split(made.id, 4);
    auto const paid = pay(made.id, 4'000).value();
    EXPECT_EQ(paid.status, "approved");
    EXPECT_EQ(paid.period, 1);
    EXPECT_EQ(now(made.id).received_fen, Money::from_fen(4'000));
    EXPECT_THAT(plan_states(made.id), ElementsAre("done", "partial", "waiting", "waiting"));
    auto const refund = pay(made.id, -2'000, paid.id);
    ASSERT_TRUE(refund) << refund.error().message;
    EXPECT_EQ(now(made.id).received_fen, Money::from_fen(2'000));
    EXPECT_THAT(plan_states(made.id), ElementsAre("partial", "waiting", "waiting", "waiting"));
    EXPECT_EQ(pay(made.id, -2'001, paid.id).error().fields.front().field, "amount_fen");
    EXPECT_EQ(by("li", void_payment, {paid.id, "记错"}).error().reason, "refunded");
    ASSERT_TRUE(by("li", void_payment, {refund->id, "没有退"}));
    ASSERT_TRUE(by("li", void_payment, {paid.id, "记错"}));
    EXPECT_EQ(now(made.id).received_fen, Money{});
}

TEST_F(GivenACustomerOfLi, WhenMoreComesThanIsOutstandingThenItIsRefused) {
    auto const made = order_in_force(10'000);
    ASSERT_TRUE(pay(made.id, 9'999));
    auto const refused = pay(made.id, 2);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().fields.front().field, "amount_fen");
    auto const draft = order(100);
    EXPECT_EQ(pay(draft.id, 1).error().reason, "order_state");
    EXPECT_EQ(by("li", void_order, {made.id, "取消"}).error().reason, "received");
    auto change = ChangeOrder{};
    change.id = made.id;
    change.version = now(made.id).version;
    change.amount_fen = Money::from_fen(9'000);
    EXPECT_EQ(by("li", change_order, change).error().fields.front().field, "amount_fen");
}

TEST_F(GivenACustomerOfLi, WhenAPlanHasMoneyThenItStaysAboveItAndIsNotVoided) {
    auto const made = order_in_force(10'000);
    auto const plans = split(made.id, 2);
    ASSERT_TRUE(pay(made.id, 3'000));
    auto const first = now(made.id).plans[0];
    auto change = ChangePaymentPlan{};
    change.id = first.id;
    change.version = first.version;
    change.amount_fen = Money::from_fen(2'999);
    EXPECT_EQ(by("li", change_payment_plan, change).error().fields.front().field, "amount_fen");
    EXPECT_EQ(by("li", void_payment_plan, {first.id, {}}).error().reason, "received");
    EXPECT_EQ(by("li", void_payment_plan, {plans.items[1].id, {}})->status, "void");
    EXPECT_EQ(now(made.id).planned_fen, Money::from_fen(5'000));
}

TEST_F(GivenACustomerOfLi, WhenAPlanIsDueThenLiIsRemindedAndTheDayAfterItIsOverdueUntilPaid) {
    auto const made = order_in_force(10'000);
    split(made.id, 1, "2026-11-30");
    clock.set(parse_rfc3339("2026-11-27T09:00:00+08:00").value());
    fire_trade_timers();
    EXPECT_EQ(count("outbox where recipient = 'li' and kind = 'payment_plan_due'"), 1);
    clock.set(parse_rfc3339("2026-11-30T23:59:00+08:00").value());
    fire_trade_timers();
    EXPECT_THAT(plan_states(made.id), ElementsAre("waiting"));
    clock.set(parse_rfc3339("2026-12-01T00:00:00+08:00").value());
    fire_trade_timers();
    EXPECT_THAT(plan_states(made.id), ElementsAre("overdue"));
    EXPECT_EQ(count("outbox where recipient = 'li' and kind = 'payment_plan_overdue'"), 1);
    ASSERT_TRUE(pay(made.id, 10'000));
    EXPECT_THAT(plan_states(made.id), ElementsAre("done"));
    EXPECT_EQ(count("timer where state = 0 and ref_kind = 'payment_plan'"), 0);
}

TEST_F(GivenACustomerOfLi, WhenPlansAreListedThenThoseThatWaitForMoneyComeFirst) {
    auto const old = order_in_force(10'000);
    split(old.id, 2, "2026-01-31");
    ASSERT_TRUE(pay(old.id, 10'000));
    auto const open = order_in_force(20'000);
    split(open.id, 2);
    auto const days_of = [this](ListPaymentPlans input) {
        auto days = std::vector<std::string>{};
        for (;;) {
            auto const page = by("li", list_payment_plans, input).value();
            for (auto const& plan : page.items) days.push_back(format_date(plan.due_on) + " " + plan.status);
            if (!page.next_cursor) return days;
            input.cursor = page.next_cursor;
        }
    };
    auto one_by_one = ListPaymentPlans{};
    one_by_one.limit = 1;
    EXPECT_THAT(days_of(one_by_one),
                ElementsAre("2026-12-31 waiting", "2027-01-31 waiting", "2026-02-28 done", "2026-01-31 done"));
    auto of_one = ListPaymentPlans{};
    of_one.order_id = old.id;
    EXPECT_THAT(days_of(of_one), ElementsAre("2026-01-31 done", "2026-02-28 done"));
}

TEST_F(GivenACustomerOfLi, WhenAContractIsInForceThenItRemindsBeforeItsEndAndExpires) {
    auto input = CreateContract{};
    input.customer_id = customer;
    input.ends_on = parse_date("2026-12-10");
    auto const made = by("li", create_contract, input).value();
    ASSERT_EQ(by("li", submit_contract, {made.id, {}})->status, "in_force");
    EXPECT_EQ(deal_status(), "closed");
    clock.set(parse_rfc3339("2026-12-03T09:00:00+08:00").value());
    fire_trade_timers();
    EXPECT_EQ(count("outbox where recipient = 'li' and kind = 'contract_ending'"), 1);
    clock.set(parse_rfc3339("2026-12-11T00:00:00+08:00").value());
    fire_trade_timers();
    EXPECT_EQ(by("li", show_contract, {made.id, {}})->status, "expired");
    EXPECT_EQ(deal_status(), "closed");
}

TEST_F(GivenACustomerOfLi, WhenAContractHasOrdersThenItIsNotVoidedBeforeThem) {
    auto contract = CreateContract{};
    contract.customer_id = customer;
    auto const made = by("li", create_contract, contract).value();
    auto input = CreateOrder{};
    input.customer_id = customer;
    input.amount_fen = Money::from_fen(100);
    input.contract_id = made.id;
    auto const below = by("li", create_order, input).value();
    EXPECT_EQ(below.contract_no, made.no);
    EXPECT_EQ(by("li", void_contract, {made.id, "取消"}).error().reason, "orders");
    ASSERT_TRUE(by("li", void_order, {below.id, "取消"}));
    EXPECT_EQ(by("li", void_contract, {made.id, "取消"})->status, "void");
}

TEST_F(GivenACustomerOfLi, WhenLiLeavesThenTheReceiverHasHisOrdersAndPlans) {
    auto const made = order_in_force(10'000);
    split(made.id, 2);
    auto kinds = operation::HandoverKinds{};
    add_trade_handovers(kinds);
    EXPECT_EQ(by("admin",
                 [&](operation::Context& ctx) -> Result<std::int64_t> { return kinds.left_with(ctx, employees["li"]); })
                  .value(),
              1);
    auto const handover = operation::Handover{employees["li"], employees["wang"], UserId{"li"}, UserId{"wang"}, "离职"};
    for (auto const& kind : kinds.all())
        ASSERT_TRUE(by("admin", [&](operation::Context& ctx) { return kind.move(ctx, handover); }));
    EXPECT_EQ(now(made.id).owner_user_id, UserId{"wang"});
    EXPECT_EQ(now(made.id).plans[0].owner_user_id, UserId{"wang"});
    EXPECT_EQ(count("ownership_event where object = 'order' and kind = 'handover'"), 1);
}

// ---- what a customer's page sums up

struct MoneyOfACustomer : GivenACustomerOfLi {
    operation::Catalogue catalogue;
    MoneyOfACustomer() { add_trade_operations(catalogue); }
    Result<json::Document> money(std::string const& user) {
        auto const input = R"({"id":")" + std::to_string(customer.value()) + R"("})";
        return by(user, [&](operation::Context& ctx) {
            return catalogue.find("customer.money")->invoke(ctx, json::parse(input).value());
        });
    }
    std::int64_t figure(std::string const& user, char const* member) {
        auto const sums = money(user);
        return sums ? json::find_integer(*sums, member).value_or(-1) : -2;
    }
};

TEST_F(MoneyOfACustomer, WhenOrdersArePaidInPartThenTheirSumsAreThoseOfTheOrders) {
    auto const made = order_in_force(10'000);
    order(70'000);  // a draft
    ASSERT_TRUE(pay(made.id, 4'000));
    EXPECT_EQ(figure("li", "orders"), 1);
    EXPECT_EQ(figure("li", "ordered_fen"), 10'000);
    EXPECT_EQ(figure("li", "received_fen"), 4'000);
    EXPECT_EQ(figure("boss", "outstanding_fen"), 6'000);
    EXPECT_EQ(figure("li", "overdue_fen"), 0);
    split(made.id, 1);
    clock.advance(hours{24 * 400});
    fire_trade_timers();
    EXPECT_EQ(figure("li", "overdue_fen"), 6'000);
}

TEST_F(MoneyOfACustomer, WhenSomebodySeesTheCustomerButNoOrderThenHisSumsAreEmpty) {
    order_in_force(10'000);
    EXPECT_EQ(money("wang").error().code, Errc::not_found);
    in_tenant([&](database::Session& sql) {
        sql.execute(
            "insert into team_member (tenant_id, object, object_id, employee_id, power) values (:t, 'customer', "
            ":c, :e, 'read')",
            {database::bind("t", tenant), database::bind("c", customer), database::bind("e", employees["wang"])});
    });
    EXPECT_EQ(figure("wang", "orders"), 0);
    EXPECT_EQ(figure("wang", "ordered_fen"), 0);
}

}  // namespace
}  // namespace wescrm::sales
