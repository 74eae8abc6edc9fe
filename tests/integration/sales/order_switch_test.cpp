#include "integration/sales/trade_given.hpp"

#include <wescrm/operation/catalogue.hpp>
#include <wescrm/sales/custom_field.hpp>
#include <wescrm/sales/document_change.hpp>
#include <wescrm/sales/document_transfer.hpp>
#include <wescrm/sales/invoice.hpp>
#include <wescrm/sales/operations.hpp>
#include <wescrm/sales/quote.hpp>
#include <wescrm/sales/refund.hpp>
#include <wescrm/sales/sales_rules.hpp>

// Companies that work with contracts alone switch orders off; their contracts bear the money.
namespace wescrm::sales {
namespace {

struct OrderSwitchTest : wescrm::testing::TradeTest {
    OrderSwitchTest() { add_trade_operations(catalogue); }

    Result<SalesRules> switch_orders(bool are_on, std::optional<bool> contracts = {}) {
        auto wanted = ChangeSalesRules{};
        wanted.version = version;
        wanted.orders = are_on;
        wanted.contracts = contracts;
        auto changed = by("admin", change_sales_rules, wanted);
        if (changed) version = changed->version;
        return changed;
    }
    /// As the salesperson or another one, with what the company switched off.
    operation::Actor without(std::string const& user) {
        auto who = trader(user);
        who.switched_off = {"order"};
        return who;
    }
    template <class Job>
    auto now_by(std::string const& user, Job job) {
        return db->run_blocking(database::Pool::worker, database::Scope::of(tenant), [&](database::Session& sql) {
            auto const services = operation::Services{&renderer, {}, {}, &terms};
            auto ctx = operation::Context{sql, without(user), clock.now(), services};
            return job(ctx);
        });
    }
    template <class Output, class Input>
    Result<Output> now_by(std::string const& user, Result<Output> (*run)(operation::Context&, Input const&),
                          std::type_identity_t<Input> const& input) {
        return now_by(user, [&](operation::Context& ctx) { return run(ctx, input); });
    }
    Result<json::Document> call(std::string const& name, std::string const& input) {
        return db->run_blocking(database::Pool::worker, database::Scope::of(tenant), [&](database::Session& sql) {
            auto const who = operation::load_actor(sql, tenant, UserId{"admin"}, operation::Channel::page).value();
            auto const services = operation::Services{&renderer, {}, {}, &terms};
            auto ctx = operation::Context{sql, who, clock.now(), services};
            return catalogue.find(name)->invoke(ctx, json::parse(input).value());
        });
    }

    Contract contract(std::int64_t fen) {
        auto input = CreateContract{};
        input.customer_id = customer;
        input.amount_fen = Money::from_fen(fen);
        return now_by("li", create_contract, input).value();
    }
    Contract contract_in_force(std::int64_t fen) {
        return now_by("li", submit_contract, {contract(fen).id, {}}).value();
    }
    Contract seen(ContractId id) { return now_by("admin", show_contract, {id, {}}).value(); }
    Result<Payment> pay_by(ContractId id, std::int64_t fen) {
        auto input = CreatePayment{};
        input.contract_id = id;
        input.amount_fen = Money::from_fen(fen);
        auto const made = now_by("li", create_payment, input);
        if (!made) return made;
        return now_by("li", submit_payment, {made->id, {}});
    }
    Result<PaymentPlan> plan_for(ContractId id, std::int64_t fen) {
        auto input = CreatePaymentPlan{};
        input.contract_id = id;
        input.amount_fen = Money::from_fen(fen);
        input.due_on = date(2026, 12, 1);
        return now_by("li", create_payment_plan, input);
    }
    static Date date(int year, unsigned month, unsigned day) {
        return Date{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}};
    }
    Result<Invoice> invoice_for(ContractId id, std::int64_t fen) {
        auto title = CreateInvoiceTitle{};
        title.customer_id = customer;
        title.name = "宏达科技";
        title.tax_no = "91320594MA1MXQ8K73";
        static_cast<void>(by("li", create_invoice_title, title));
        auto input = CreateInvoice{};
        input.contract_id = id;
        input.amount_fen = Money::from_fen(fen);
        auto const made = now_by("li", create_invoice, input);
        if (!made) return made;
        return now_by("li", submit_invoice, {made->id, {}});
    }
    std::int64_t mirrors() { return count("sales_order where mirrors"); }

    operation::Catalogue catalogue;
    std::int64_t version = 0;
};

struct WithoutOrders : OrderSwitchTest {
    WithoutOrders() { EXPECT_TRUE(switch_orders(false)); }
};

TEST_F(WithoutOrders, WhenSomebodyAsksForOrdersThenEveryOperationNamesTheSetting) {
    for (auto const& [name, input] : {std::pair{"order.list", "{}"},
                                      {"order.show", R"({"id":"1"})"},
                                      {"order.create", R"({"customer_id":"1"})"},
                                      {"quote.accept", R"({"id":"1"})"}}) {
        auto const refused = call(name, input);
        ASSERT_FALSE(refused) << name;
        EXPECT_EQ(refused.error().reason, "switched_off") << name;
        EXPECT_NE(refused.error().message.find("交易规则"), std::string::npos) << refused.error().message;
    }
    EXPECT_TRUE(call("contract.list", "{}"));
}

TEST_F(WithoutOrders, WhenContractsAreSwitchedOffTooThenTheSentenceSaysThatOneMustStay) {
    auto const refused = switch_orders(false, false);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().fields.front().field, "orders");
    EXPECT_NE(refused.error().fields.front().message.find("至少启用一种"), std::string::npos);
    EXPECT_TRUE(switch_orders(true, false)) << "the other way round";
}

TEST_F(OrderSwitchTest, WhenADealNeedsAnOrderThenTheyCannotBeSwitchedOff) {
    auto wanted = ChangeSalesRules{};
    wanted.orders = false;
    wanted.won_requires = WonRequires::either;
    EXPECT_EQ(by("admin", change_sales_rules, wanted).error().fields.front().field, "won_requires");
    wanted.won_requires = WonRequires::contract;
    wanted.deal_events = std::vector{DealEvent::order};
    EXPECT_EQ(by("admin", change_sales_rules, wanted).error().fields.front().field, "deal_events");
}

TEST_F(WithoutOrders, WhenAContractIsInForceThenPlansPaymentsAndInvoicesHangOnIt) {
    auto const made = contract_in_force(100'000);
    EXPECT_EQ(made.orders, 0) << "none that anybody sees";
    auto const plan = plan_for(made.id, 60'000);
    ASSERT_TRUE(plan) << plan.error().message;
    EXPECT_EQ(plan->status, "waiting");
    EXPECT_EQ(plan->contract_id, made.id);
    EXPECT_EQ(plan->order_no, made.no) << "what people see as number is the contract's";
    auto const paid = pay_by(made.id, 60'000);
    ASSERT_TRUE(paid) << paid.error().message;
    EXPECT_EQ(paid->contract_no, made.no);
    EXPECT_EQ(paid->period, 1);
    auto const invoice = invoice_for(made.id, 30'000);
    ASSERT_TRUE(invoice) << invoice.error().message;
    EXPECT_EQ(invoice->contract_no, made.no);
    EXPECT_EQ(invoice->order_no, made.no);

    auto const now = seen(made.id);
    EXPECT_EQ(now.received_fen.fen(), 60'000);
    EXPECT_EQ(now.outstanding_fen.fen(), 40'000);
    EXPECT_EQ(now.planned_fen.fen(), 60'000);
    EXPECT_EQ(now.invoiced_fen.fen(), 30'000);

    auto payments = ListPayments{};
    payments.contract_id = made.id;
    EXPECT_EQ(now_by("li", list_payments, payments)->items.size(), 1U);
    auto plans = ListPaymentPlans{};
    plans.contract_id = made.id;
    EXPECT_EQ(now_by("li", list_payment_plans, plans)->items.front().status, "done");
    auto invoices = ListInvoices{};
    invoices.contract_id = made.id;
    EXPECT_EQ(now_by("li", list_invoices, invoices)->items.size(), 1U);
    EXPECT_TRUE(now_by("li", refund_payment, {paid->id, Money::from_fen(10'000), {}, {}, {}}));
    EXPECT_EQ(seen(made.id).received_fen.fen(), 50'000);
}

TEST_F(WithoutOrders, WhenMoneyGoesBeyondTheContractThenTheSentenceSpeaksOfTheContract) {
    auto const made = contract_in_force(100'000);
    auto const beyond = plan_for(made.id, 100'001);
    ASSERT_FALSE(beyond);
    EXPECT_NE(beyond.error().fields.front().message.find("合同金额"), std::string::npos);
    EXPECT_EQ(pay_by(made.id, 100'001).error().fields.front().field, "amount_fen");
    EXPECT_EQ(invoice_for(made.id, 100'001).error().fields.front().field, "amount_fen");
    auto const draft = pay_by(contract(100'000).id, 1);
    ASSERT_FALSE(draft);
    EXPECT_TRUE(draft.error().message.starts_with("合同 ")) << draft.error().message;
}

TEST_F(WithoutOrders, WhenAnOrderIsNamedThenTheFieldSaysToNameAContract) {
    auto input = CreatePayment{};
    input.amount_fen = Money::from_fen(1);
    EXPECT_EQ(now_by("li", create_payment, input).error().fields.front().field, "contract_id");
    input.order_id = OrderId{1};
    EXPECT_EQ(now_by("li", create_payment, input).error().fields.front().field, "order_id");
    input.order_id.reset();
    EXPECT_EQ(by("li", create_payment, input).error().fields.front().field, "order_id") << "where there are orders";
}

TEST_F(WithoutOrders, WhenMoneyHasComeInThenTheContractKeepsAboveItAndStands) {
    auto const made = contract_in_force(100'000);
    ASSERT_TRUE(pay_by(made.id, 60'000));
    auto change = RequestContractChange{};
    change.id = made.id;
    change.version = made.version;
    change.amount_fen = Money::from_fen(59'999);
    change.change_reason = "少了";
    auto const below = now_by("li", request_contract_change, change);
    ASSERT_FALSE(below);
    EXPECT_NE(below.error().fields.front().message.find("已回款"), std::string::npos);
    change.amount_fen = Money::from_fen(80'000);
    auto const waits = now_by("li", request_contract_change, change);
    ASSERT_TRUE(waits) << waits.error().message;
    ASSERT_TRUE(decide("boss", waiting(waits->approval_id), true));
    EXPECT_EQ(seen(made.id).outstanding_fen.fen(), 20'000);
    EXPECT_EQ(now_by("li", void_contract, {made.id, "不要了"}).error().reason, "received");
    EXPECT_TRUE(now_by("li", terminate_contract, {made.id, "到此为止"}));
    EXPECT_TRUE(pay_by(made.id, 20'000)) << "what is owed may still come in";
    EXPECT_EQ(plan_for(made.id, 1).error().reason, "order_state") << "but nothing new is planned";
}

TEST_F(WithoutOrders, WhenAContractIsVoidOrGoneThenItsPlansAreToo) {
    auto const made = contract_in_force(100'000);
    auto const plan = plan_for(made.id, 60'000).value();
    ASSERT_TRUE(now_by("li", void_contract, {made.id, "不要了"}));
    EXPECT_EQ(now_by("li", show_payment_plan, {plan.id, {}})->status, "void");
    auto const draft = contract(100'000);
    ASSERT_TRUE(plan_for(draft.id, 1));
    EXPECT_TRUE(now_by("li", delete_contract, {draft.id, {}}));
    EXPECT_EQ(count("sales_order"), 1);
    EXPECT_EQ(count("payment_plan"), 1);
}

TEST_F(WithoutOrders, WhenConsentIsNeededThenTheContractAloneAsks) {
    ask_superior("order");
    ask_superior("contract");
    auto const waits = contract_in_force(100'000);
    EXPECT_EQ(waits.status, "in_review");
    EXPECT_EQ(count("approval"), 1);
    EXPECT_EQ(pay_by(waits.id, 1).error().reason, "order_state");
    ASSERT_TRUE(decide("boss", waiting(waits.approval_id), true));
    EXPECT_TRUE(pay_by(waits.id, 1));
}

TEST_F(WithoutOrders, WhenAContractIsTransferredThenItsPlansGoWithIt) {
    auto const made = contract_in_force(100'000);
    auto const plan = plan_for(made.id, 60'000).value();
    auto input = TransferDocument{};
    input.id = decltype(input.id){made.id.value()};
    input.user_id = UserId{"wang"};
    ASSERT_TRUE(now_by("admin", transfer_contract, input));
    EXPECT_EQ(now_by("admin", show_payment_plan, {plan.id, {}})->owner_user_id.value(), "wang");
    EXPECT_EQ(count("sales_order s join contract c on c.id = s.contract_id where s.owner_id = c.owner_id"), 1);
}

TEST_F(WithoutOrders, WhenAQuoteIsAcceptedThenAContractWithItsLinesIsMade) {
    auto const goods = product("服务器", 50'000).value();
    auto input = CreateQuote{};
    input.customer_id = customer;
    input.lines = {OrderLineInput{goods.id, {}, {}, 2.0, {}, {}, {}}};
    auto const quote = now_by("li", create_quote, input).value();
    ASSERT_TRUE(now_by("li", submit_quote, {quote.id, {}}));
    auto const accepted = now_by("li", accept_quote_as_contract, {quote.id, {}});
    ASSERT_TRUE(accepted) << accepted.error().message;
    EXPECT_EQ(seen(accepted->contract_id.value()).amount_fen.fen(), 100'000);
    EXPECT_EQ(accepted->order_no, accepted->contract_no);
    EXPECT_EQ(count("order_line"), 1) << "what was sold stays known";
}

TEST_F(WithoutOrders, WhenTheContractOfAQuoteChangesItsAmountThenItsLinesFitItAndComeBack) {
    auto const goods = product("服务器", 50'000).value();
    auto input = CreateQuote{};
    input.customer_id = customer;
    input.lines = {OrderLineInput{goods.id, {}, {}, 2.0, {}, {}, {}}};
    input.discount_percent = 10;
    auto const quote = now_by("li", create_quote, input).value();
    ASSERT_TRUE(now_by("li", submit_quote, {quote.id, {}}));
    auto const accepted = now_by("li", accept_quote_as_contract, {quote.id, {}}).value();
    auto const id = *accepted.contract_id;
    auto const order = *accepted.order_id;
    auto const change_to = [&](std::int64_t fen) {
        auto change = ChangeContract{};
        change.id = id;
        change.version = seen(id).version;
        change.amount_fen = Money::from_fen(fen);
        auto const done = now_by("li", change_contract, change);
        EXPECT_TRUE(done) << (done ? "" : done.error().message);
        return by("li", show_order, {order, {}}).value();
    };
    auto const sum = [](OrderDetail const& shown) {
        auto all = Money{};
        for (auto const& line : shown.lines) all = all + line.subtotal_fen;
        return all.scaled(static_cast<std::int64_t>(10'000 - shown.discount_percent * 100), 10'000);
    };
    EXPECT_EQ(seen(id).amount_fen.fen(), 90'000);
    auto const dearer = change_to(123'457);
    EXPECT_EQ(dearer.lines.size(), 2U);
    EXPECT_EQ(dearer.lines.back().product_name, "合同金额调整");
    EXPECT_EQ(sum(dearer).fen(), 123'457);
    EXPECT_EQ(dearer.discount_percent, 10);
    auto const cheaper = change_to(54'321);
    EXPECT_EQ(sum(cheaper).fen(), 54'321);
    EXPECT_EQ(cheaper.lines.front().price_fen.fen(), 50'000) << "what it cost stays known";
    auto const as_before = change_to(90'000);
    EXPECT_EQ(as_before.lines.size(), 1U);
    EXPECT_EQ(as_before.discount_percent, 10);
    EXPECT_EQ(sum(change_to(0)), Money{});
    ASSERT_TRUE(now_by("li", submit_contract, {id, {}})) << "nothing else about it has changed";
}

TEST_F(WithoutOrders, WhenALeaversContractsAreHandedOverThenAllTheirMoneyGoesWithThem) {
    auto const made = contract_in_force(100'000);
    ASSERT_TRUE(plan_for(made.id, 60'000));
    ASSERT_TRUE(pay_by(made.id, 60'000));
    ASSERT_TRUE(invoice_for(made.id, 30'000));
    auto kinds = operation::HandoverKinds{};
    add_trade_handovers(kinds);
    auto handover = operation::Handover{};
    handover.from = employees["li"];
    handover.to = employees["wang"];
    handover.from_user = UserId{"li"};
    handover.to_user = UserId{"wang"};
    handover.reason = "离职";
    now_by("admin", [&](operation::Context& ctx) -> Result<int> {
        EXPECT_EQ(kinds.find("order")->count(ctx, handover.from), 0) << "none that anybody sees";
        EXPECT_EQ(kinds.find("contract")->move(ctx, handover).value(), 1);
        EXPECT_EQ(kinds.find("payment")->move(ctx, handover).value(), 1);
        EXPECT_EQ(kinds.find("invoice")->move(ctx, handover).value(), 1);
        EXPECT_EQ(kinds.left_with(ctx, handover.from), 0);
        return 0;
    });
    auto const receiver = std::to_string(employees["wang"].value());
    for (auto const* table : {"contract", "sales_order", "payment_plan", "payment", "invoice"})
        EXPECT_EQ(count(std::string{table} + " where owner_id = " + receiver), 1) << table;
    EXPECT_EQ(count("audit_log where object = 'order' and action like '%handover%'"), 0);
    EXPECT_TRUE(now_by("wang", show_contract, {made.id, {}}));
}

TEST_F(WithoutOrders, WhenCustomersAreMergedThenContractsAndTheirMoneyMoveAndComeBack) {
    add_merge_operation(catalogue, {follow_merge});
    auto const made = contract_in_force(100'000);
    ASSERT_TRUE(plan_for(made.id, 60'000));
    ASSERT_TRUE(pay_by(made.id, 60'000));
    ASSERT_TRUE(invoice_for(made.id, 30'000));
    auto const other = create("li", "宏达苏州").value().id;
    auto const gone = std::to_string(customer.value());
    auto const stays = std::to_string(other.value());
    auto const all_of = [&](std::string const& id) {
        for (auto const* table : {"contract", "sales_order", "payment_plan", "payment", "invoice"})
            EXPECT_EQ(count(std::string{table} + " where customer_id = " + id), 1) << table;
    };
    auto const merged = call("customer.merge", R"({"id":")" + gone + R"(","into_id":")" + stays + "\"}");
    ASSERT_TRUE(merged) << merged.error().message;
    all_of(stays);
    EXPECT_EQ(json::find_integer(call("customer.money", R"({"id":")" + stays + "\"}").value(), "received_fen"), 60'000);
    ASSERT_TRUE(pay_by(made.id, 10'000)) << "on the one that stays";
    auto const undone = call("customer.undo_merge", R"({"id":")" + stays + "\"}");
    ASSERT_TRUE(undone) << undone.error().message;
    for (auto const* table : {"contract", "sales_order", "payment_plan", "invoice"})
        EXPECT_EQ(count(std::string{table} + " where customer_id = " + gone), 1) << table;
    EXPECT_EQ(count("payment where customer_id = " + gone), 2) << "what came in meanwhile is the contract's too";
    EXPECT_EQ(seen(made.id).received_fen.fen(), 70'000);
}

TEST_F(OrderSwitchTest, WhenOrdersStandAloneThenTheyCannotBeSwitchedOffAndTheSentenceCountsThem) {
    auto const alone = order_in_force(100'000);
    auto const refused = switch_orders(false);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().fields.front().field, "orders");
    EXPECT_NE(refused.error().fields.front().message.find("还有 1 张"), std::string::npos);
    ASSERT_TRUE(by("li", complete_order, {alone.id, {}}));
    EXPECT_TRUE(switch_orders(false));
    EXPECT_EQ(mirrors(), 0);
}

TEST_F(OrderSwitchTest, WhenAnOrderSaysWhatItsContractSaysThenItsMoneyIsTheContractsAndComesBack) {
    auto input = CreateContract{};
    input.customer_id = customer;
    input.amount_fen = Money::from_fen(100'000);
    auto const envelope = by("li", submit_contract, {by("li", create_contract, input)->id, {}}).value();
    auto order = CreateOrder{};
    order.customer_id = customer;
    order.contract_id = envelope.id;
    order.amount_fen = Money::from_fen(100'000);
    auto const made = by("li", submit_order, {by("li", create_order, order)->id, {}}).value();
    ASSERT_TRUE(pay(made.id, 30'000));
    auto const other = by("li", create_contract, input).value();

    ASSERT_TRUE(switch_orders(false));
    EXPECT_EQ(mirrors(), 2) << "the order of the one, and a new one of the other";
    EXPECT_EQ(seen(envelope.id).received_fen.fen(), 30'000);
    ASSERT_TRUE(pay_by(envelope.id, 20'000));
    EXPECT_EQ(pay_by(envelope.id, 50'001).error().fields.front().field, "amount_fen");

    ASSERT_TRUE(switch_orders(true));
    EXPECT_EQ(now(made.id).received_fen.fen(), 50'000);
    EXPECT_EQ(now(made.id).no, made.no);
    EXPECT_EQ(by("li", show_contract, {other.id, {}})->orders, 1) << "out of sight no more";
}

}  // namespace
}  // namespace wescrm::sales
