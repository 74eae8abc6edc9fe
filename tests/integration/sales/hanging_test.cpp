#include "integration/sales/trade_given.hpp"

#include <wescrm/base/encoding.hpp>
#include <wescrm/operation/catalogue.hpp>
#include <wescrm/operation/handover.hpp>
#include <wescrm/sales/attachment.hpp>
#include <wescrm/sales/operations.hpp>
#include <wescrm/sales/recycle_bin.hpp>
#include <wescrm/sales/refund.hpp>
#include <wescrm/sales/sales_rules.hpp>

#include <gmock/gmock.h>

#include <algorithm>
#include <thread>

// What hangs on a customer, when it is deleted or gets another owner.
namespace wescrm::sales {
namespace {

using ::testing::HasSubstr;

struct GivenACustomerWithAnOrder : wescrm::testing::TradeTest {
    GivenACustomerWithAnOrder() {
        add_operations(catalogue);
        made = order(50'000);
    }
    Result<json::Document> perform(std::string const& user, std::string const& operation, std::string const& more) {
        auto const input = R"({"id":")" + std::to_string(customer.value()) + "\"" + more + "}";
        return by(user, [&](operation::Context& ctx) {
            return catalogue.find(operation)->invoke(ctx, json::parse(input).value());
        });
    }
    /// Each of the two in a department of his own; li's first.
    void give_departments() {
        in_tenant([&](database::Session& sql) {
            for (std::string user : {"li", "wang"})
                sql.execute(
                    "with made as (insert into department (tenant_id, name, path) values (:t, :u, '{}') returning id) "
                    "update employee set main_department_id = (select id from made) where tenant_id = :t and user_id = "
                    ":u",
                    {database::bind("t", tenant), database::bind("u", user)});
            sql.execute(
                "update sales_order set owner_department_id = (select main_department_id from employee where tenant_id "
                "= :t and user_id = 'li') where tenant_id = :t",
                {database::bind("t", tenant)});
        });
    }
    std::int64_t orders_in_department_of(std::string const& user) {
        return count(
            "sales_order o join employee e on e.tenant_id = o.tenant_id and e.main_department_id = "
            "o.owner_department_id where e.user_id = '" +
            user + "'");
    }
    operation::Catalogue catalogue;
    OrderDetail made;
};

TEST_F(GivenACustomerWithAnOrder, WhenTheCustomerIsToBeDeletedThenItIsSaidWhatIsInTheWay) {
    auto const refused = perform("admin", "customer.delete", R"(,"version":1)");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().reason, "has_children");
    EXPECT_THAT(refused.error().message, HasSubstr("订单 1 张"));
    ASSERT_TRUE(by("li", delete_order, {made.id, {}}));
    EXPECT_TRUE(perform("admin", "customer.delete", ""));
    auto input = CreateOrder{};
    input.customer_id = customer;
    input.amount_fen = Money::from_fen(100);
    EXPECT_FALSE(by("li", create_order, input)) << "nothing new under a customer in the recycle bin";
}

TEST_F(GivenACustomerWithAnOrder, WhenTheCustomerIsTransferredThenTheDepartmentOfTheOrderIsTheNewOwners) {
    give_departments();
    ASSERT_EQ(orders_in_department_of("li"), 1);
    ASSERT_TRUE(perform("admin", "customer.transfer", R"(,"user_id":"wang")"));
    EXPECT_EQ(orders_in_department_of("wang"), 1);
    EXPECT_EQ(orders_in_department_of("li"), 0);
    EXPECT_EQ(count("outbox where recipient = 'li' and kind = 'record_handed_on'"), 1);
    EXPECT_EQ(count("outbox where recipient = 'wang' and kind = 'customer_transferred'"), 1);
}

TEST_F(GivenACustomerWithAnOrder, WhenItsOwnerLeavesThenTheDepartmentOfTheOrderIsTheReceivers) {
    give_departments();
    auto kinds = operation::HandoverKinds{};
    add_trade_handovers(kinds);
    auto const handover = operation::Handover{employees["li"], employees["wang"], UserId{"li"}, UserId{"wang"}, "离职"};
    for (auto const& kind : kinds.all())
        ASSERT_TRUE(by("admin", [&](operation::Context& ctx) { return kind.move(ctx, handover); }));
    EXPECT_EQ(orders_in_department_of("wang"), 1);
}

TEST_F(GivenACustomerWithAnOrder, WhenAnOrderIsNotInForceThenItsPlansWaitForThat) {
    auto input = SplitIntoPlans{};
    input.order_id = made.id;
    input.periods = 2;
    input.first_due_on = parse_date("2026-12-31").value();
    ASSERT_TRUE(by("li", split_into_plans, input));
    EXPECT_EQ(now(made.id).plans[0].status, "pending");
    auto pending = ListPaymentPlans{};
    pending.status = {PlanStatus::pending};
    EXPECT_EQ(by("li", list_payment_plans, pending)->items.size(), 2U);
    ASSERT_TRUE(by("li", submit_order, {made.id, {}}));
    EXPECT_EQ(now(made.id).plans[0].status, "waiting");
    EXPECT_EQ(by("li", list_payment_plans, pending)->items.size(), 0U);
}

TEST_F(GivenACustomerWithAnOrder, WhenTwoSubmitOneDocumentAtOnceThenItCountsOnce) {
    auto const twice = [](auto submit) {
        auto answers = std::vector<std::string>(2);
        {
            auto first = std::jthread{[&] { answers[0] = submit("li"); }};
            auto second = std::jthread{[&] { answers[1] = submit("boss"); }};
        }
        std::ranges::sort(answers);
        return answers;
    };
    EXPECT_EQ(twice([this](std::string const& user) {
                  auto const done = by(user, submit_order, {made.id, {}});
                  return done ? "ok" : done.error().reason;
              }),
              (std::vector<std::string>{"ok", "order_state"}));
    EXPECT_EQ(count("audit_log where action = 'order.in_force'"), 1);
    auto input = CreatePayment{};
    input.order_id = made.id;
    input.amount_fen = Money::from_fen(30'000);
    auto const payment = by("li", create_payment, input).value();
    EXPECT_EQ(twice([&](std::string const& user) {
                  auto const done = by(user, submit_payment, {payment.id, {}});
                  return done ? "ok" : done.error().reason;
              }),
              (std::vector<std::string>{"ok", "payment_state"}));
    EXPECT_EQ(now(made.id).received_fen, Money::from_fen(30'000));
}

TEST_F(GivenACustomerWithAnOrder, WhenTheCompanyTakesMoneyInAdvanceThenADraftGetsPaymentsAndIsNotDeleted) {
    auto input = CreatePayment{};
    input.order_id = made.id;
    input.amount_fen = Money::from_fen(10'000);
    EXPECT_EQ(by("li", create_payment, input).error().reason, "order_state");
    auto rules = ChangeSalesRules{};
    rules.prepayment = true;
    rules.invoice_limit = InvoiceLimit::received;
    ASSERT_TRUE(by("admin", change_sales_rules, rules));
    ASSERT_TRUE(pay(made.id, 10'000));
    EXPECT_EQ(now(made.id).received_fen, Money::from_fen(10'000));
    EXPECT_EQ(by("li", delete_order, {made.id, {}}).error().reason, "received");
}

TEST_F(GivenACustomerWithAnOrder, WhenAFileIsKeptWithItThenItsReadersSeeItAndItGoesWithTheDraft) {
    auto input = UploadAttachment{};
    input.target_type = FileTarget::order;
    input.target_id = RecordId{made.id.value()};
    input.file_name = "盖章合同.pdf";
    input.content = to_base64("%PDF-1.4 signed");
    auto const upload = [&](operation::Context& ctx) { return upload_attachment(ctx, input, 1); };
    EXPECT_EQ(by("wang", upload).error().fields.front().field, "target_id");
    auto const file = by("li", upload);
    ASSERT_TRUE(file) << file.error().message;
    auto list = ListAttachments{};
    list.target_type = FileTarget::order;
    list.target_id = *input.target_id;
    EXPECT_EQ(by("boss", list_attachments, list)->items.size(), 1U);
    EXPECT_EQ(by("wang", list_attachments, list).error().fields.front().field, "target_id");
    EXPECT_FALSE(by("wang", read_attachment, {file->id}));
    EXPECT_EQ(by("boss", read_attachment, {file->id})->file_name, "盖章合同.pdf");
    ASSERT_TRUE(by("li", delete_order, {made.id, {}}));
    EXPECT_EQ(count("attachment"), 0);
    EXPECT_EQ(count("attachment_content"), 0);
}

TEST_F(GivenACustomerWithAnOrder, WhenInstalmentsAreGivenOneByOneThenTheyAreThose) {
    auto input = SplitIntoPlans{};
    input.order_id = made.id;
    EXPECT_EQ(by("li", split_into_plans, input).error().fields.front().field, "periods");
    input.parts = {{parse_date("2026-12-01").value(), Money::from_fen(15'000), "首付"},
                   {parse_date("2027-03-15").value(), Money::from_fen(30'000), {}}};
    auto const plans = by("li", split_into_plans, input);
    ASSERT_TRUE(plans) << plans.error().message;
    EXPECT_EQ(plans->unplanned_fen, Money::from_fen(5'000));
    EXPECT_EQ(plans->items[0].remark, "首付");
    EXPECT_EQ(plans->items[1].period, 2);
    EXPECT_EQ(plans->items[1].amount_fen, Money::from_fen(30'000));
    input.parts = {{parse_date("2027-06-01").value(), Money::from_fen(5'001), {}}};
    EXPECT_EQ(by("li", split_into_plans, input).error().fields.front().field, "parts");
    input.periods = 2;
    EXPECT_EQ(by("li", split_into_plans, input).error().fields.front().field, "parts");
}

TEST_F(GivenACustomerWithAnOrder, WhenAPaymentIsRefundedThenWhatIsLeftIsProposedAndNoMore) {
    ASSERT_TRUE(by("li", submit_order, {made.id, {}}));
    auto const paid = pay(made.id, 20'000).value();
    auto part = RefundPayment{};
    part.id = paid.id;
    part.amount_fen = Money::from_fen(5'000);
    part.method = "银行转账";
    auto const refund = by("li", refund_payment, part);
    ASSERT_TRUE(refund) << refund.error().message;
    EXPECT_EQ(refund->amount_fen, Money::from_fen(-5'000));
    EXPECT_EQ(refund->refund_of_id, paid.id);
    EXPECT_EQ(refund->status, "approved");
    EXPECT_EQ(now(made.id).received_fen, Money::from_fen(15'000));
    part.amount_fen = Money::from_fen(15'001);
    EXPECT_EQ(by("li", refund_payment, part).error().fields.front().field, "amount_fen");
    part.amount_fen = {};
    EXPECT_EQ(by("li", refund_payment, part)->amount_fen, Money::from_fen(-15'000));
    EXPECT_EQ(by("li", refund_payment, part).error().reason, "refunded");
    part.id = refund->id;
    EXPECT_EQ(by("li", refund_payment, part).error().reason, "payment_state");
    EXPECT_EQ(now(made.id).received_fen, Money{});
}

}  // namespace
}  // namespace wescrm::sales
