#include "integration/sales/trade_given.hpp"

#include <wescrm/sales/document_change.hpp>

#include <gmock/gmock.h>

namespace wescrm::sales {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// An order of li's over 1,000 yuan that is in force; boss is his superior.
struct GivenAnOrderInForce : wescrm::testing::TradeTest {
    GivenAnOrderInForce() { id = order_in_force(100'000).id; }

    Result<OrderDetail> ask(std::int64_t fen, std::string const& reason = "客户追加", std::string const& user = "li") {
        auto input = RequestOrderChange{};
        input.id = id;
        input.version = now(id).version;
        input.amount_fen = Money::from_fen(fen);
        input.change_reason = reason;
        return by(user, request_order_change, input);
    }
    Result<approval::Approval> answer(bool is_yes, std::string const& user = "boss") {
        return decide(user, waiting(now(id).approval_id), is_yes, "预算没有确认");
    }
    std::vector<DocumentChange> changes() { return by("li", list_order_changes, {id, {}}).value().items; }

    OrderId id;
};

TEST_F(GivenAnOrderInForce, WhenAChangeIsAskedForThenNothingChangesUntilTheSuperiorAgrees) {
    auto const asked = ask(120'000).value();
    EXPECT_EQ(asked.amount_fen.fen(), 100'000);
    EXPECT_EQ(asked.status, "in_force") << "it counts as before";
    EXPECT_EQ(asked.status_reason, "变更中：客户追加");
    ASSERT_TRUE(asked.approval_id);
    EXPECT_EQ(count("approval where kind = 'order.change' and amount_fen = 120000 and cause like '变更：订单金额%→%'"),
              1);
    EXPECT_EQ(count("outbox where recipient = 'boss' and kind = 'approval_card'"), 1);
    ASSERT_TRUE(answer(true));
    auto const changed = now(id);
    EXPECT_EQ(changed.amount_fen.fen(), 120'000);
    EXPECT_EQ(changed.status, "in_force");
    EXPECT_EQ(changed.status_reason, "");
    EXPECT_FALSE(changed.approval_id);
    ASSERT_EQ(changes().size(), 1U);
    EXPECT_EQ(changes().front().status, "applied");
    EXPECT_EQ(json::write(changes().front().before), R"({"amount_fen":100000})");
    EXPECT_EQ(json::write(changes().front().after), R"({"amount_fen":120000})");
    EXPECT_EQ(count("audit_log where action = 'order.request_change'"), 1);
    EXPECT_EQ(count("audit_log where action = 'order.change'"), 1);
}

TEST_F(GivenAnOrderInForce, WhenAChangeWaitsThenListsFindItAsChanging) {
    order_in_force(50'000);
    auto const changing = [&](std::vector<OrderStatus> status) {
        auto input = ListOrders{};
        input.status = std::move(status);
        auto ids = std::vector<OrderId>{};
        for (auto const& one : by("li", list_orders, input).value().items) ids.push_back(one.id);
        return ids;
    };
    EXPECT_FALSE(now(id).changing);
    EXPECT_THAT(changing({OrderStatus::changing}), IsEmpty());
    ASSERT_TRUE(ask(120'000));
    EXPECT_TRUE(now(id).changing);
    EXPECT_THAT(changing({OrderStatus::changing}), ElementsAre(id));
    EXPECT_THAT(changing({OrderStatus::in_force}), SizeIs(2)) << "it is in force as before";
    EXPECT_THAT(changing({OrderStatus::draft, OrderStatus::changing}), ElementsAre(id));
    ASSERT_TRUE(answer(false));
    EXPECT_FALSE(now(id).changing);
    EXPECT_THAT(changing({OrderStatus::changing}), IsEmpty());
}

TEST_F(GivenAnOrderInForce, WhenItIsRejectedOrTakenBackThenItStays) {
    ASSERT_TRUE(ask(120'000));
    ASSERT_TRUE(answer(false));
    EXPECT_EQ(now(id).amount_fen.fen(), 100'000);
    EXPECT_EQ(now(id).status_reason, "");
    EXPECT_EQ(changes().front().status, "rejected");
    ASSERT_TRUE(ask(130'000));
    auto const taken = by("li", [&](operation::Context& ctx) {
        return approval::withdraw(ctx, {waiting(now(id).approval_id), {}}, subjects);
    });
    ASSERT_TRUE(taken);
    EXPECT_EQ(now(id).status, "in_force");
    EXPECT_EQ(now(id).amount_fen.fen(), 100'000);
    EXPECT_EQ(count("document_change where status = 'withdrawn'"), 1);
}

TEST_F(GivenAnOrderInForce, WhenOneChangeWaitsThenNothingElseChangesIt) {
    ASSERT_TRUE(ask(120'000));
    EXPECT_EQ(ask(130'000).error().reason, "changing");
    auto direct = ChangeOrder{};
    direct.id = id;
    direct.version = now(id).version;
    direct.remark = {true, "改"};
    EXPECT_EQ(by("li", change_order, direct).error().reason, "changing");
    EXPECT_EQ(by("li", void_order, {id, "取消"}).error().reason, "changing");
    EXPECT_EQ(by("li", complete_order, {id, {}}).error().reason, "changing");
    EXPECT_TRUE(pay(id, 10'000)) << "money may come in";
}

TEST_F(GivenAnOrderInForce, WhenMoneyCameInMeanwhileThenTheDecisionIsRefusedAndTheChangeWaitsOn) {
    ASSERT_TRUE(ask(50'000));
    ASSERT_TRUE(pay(id, 80'000));
    auto const decided = answer(true);
    EXPECT_EQ(decided.error().code, Errc::invalid_input);
    EXPECT_EQ(now(id).amount_fen.fen(), 100'000);
    EXPECT_EQ(count("document_change where status = 'pending'"), 1);
    EXPECT_EQ(count("approval where status = 'pending'"), 1);
    EXPECT_TRUE(answer(false));
}

TEST_F(GivenAnOrderInForce, WhenTheChangeIsNoneOrNotAllowedThenNobodyIsAsked) {
    EXPECT_EQ(ask(100'000).error().reason, "no_change");
    EXPECT_EQ(ask(-1).error().code, Errc::invalid_input);
    EXPECT_EQ(ask(120'000, "客户追加", "wang").error().code, Errc::not_found);
    auto const draft = order(5'000).id;
    auto input = RequestOrderChange{};
    input.id = draft;
    input.version = now(draft).version;
    input.amount_fen = Money::from_fen(6'000);
    input.change_reason = "改";
    EXPECT_THAT(by("li", request_order_change, input).error().message, HasSubstr("只有已生效的才需要变更"));
    EXPECT_EQ(count("approval where kind = 'order.change'"), 0);
    EXPECT_EQ(count("document_change"), 0);
}

TEST_F(GivenAnOrderInForce, WhenLinesChangeThenTheAmountIsTheirSum) {
    auto input = RequestOrderChange{};
    input.id = id;
    input.version = now(id).version;
    auto line = OrderLineInput{};
    line.product_name = "服务";
    line.price_fen = Money::from_fen(30'000);
    line.quantity = 4;
    input.lines = std::vector{line};
    input.discount_percent = 10;
    input.change_reason = "改为服务";
    ASSERT_TRUE(by("li", request_order_change, input));
    EXPECT_EQ(count("order_line"), 0) << "tried out, and taken back";
    auto const decided = answer(true);
    ASSERT_TRUE(decided) << decided.error().message << json::write(changes().front().after);
    EXPECT_EQ(now(id).amount_fen.fen(), 108'000);
    EXPECT_EQ(now(id).lines.size(), 1U);
    EXPECT_EQ(now(id).discount_percent, 10);
}

TEST_F(GivenAnOrderInForce, WhenAFormSendsTheOldAmountBesideANewDiscountThenTheDiscountCounts) {
    auto made = CreateOrder{};
    made.customer_id = customer;
    auto line = OrderLineInput{};
    line.product_name = "服务";
    line.price_fen = Money::from_fen(10'000);
    made.lines = {line};
    id = by("li", create_order, made).value().id;
    ASSERT_TRUE(by("li", submit_order, {id, {}}));
    auto input = RequestOrderChange{};
    input.id = id;
    input.version = now(id).version;
    input.amount_fen = now(id).amount_fen;
    input.discount_percent = 20;
    input.change_reason = "让利";
    ASSERT_TRUE(by("li", request_order_change, input));
    ASSERT_TRUE(answer(true));
    EXPECT_EQ(now(id).amount_fen.fen(), 8'000);
}

TEST_F(GivenAnOrderInForce, WhenNobodyCouldBeAskedThenAnAdministratorsChangeHoldsAtOnce) {
    auto input = CreateOrder{};
    input.customer_id = customer;
    input.amount_fen = Money::from_fen(1'000);
    auto const own = by("admin", create_order, input).value().id;
    ASSERT_TRUE(by("admin", submit_order, {own, {}}));
    auto change = RequestOrderChange{};
    change.id = own;
    change.version = now(own).version;
    change.amount_fen = Money::from_fen(2'000);
    change.change_reason = "更正";
    EXPECT_EQ(by("admin", request_order_change, change).value().amount_fen.fen(), 2'000);
    EXPECT_EQ(count("document_change where status = 'applied'"), 1);
}

TEST_F(GivenAnOrderInForce, OfAContractThenItsAmountChangesWithConsentOnly) {
    auto input = CreateContract{};
    input.customer_id = customer;
    input.amount_fen = Money::from_fen(100'000);
    auto const made = by("li", create_contract, input).value();
    auto const signed_one = by("li", submit_contract, {made.id, {}}).value();
    auto direct = ChangeContract{};
    direct.id = made.id;
    direct.version = signed_one.version;
    direct.amount_fen = Money::from_fen(90'000);
    EXPECT_THAT(by("li", change_contract, direct).error().fields.front().message, HasSubstr("请提交「变更」"));
    auto change = RequestContractChange{};
    static_cast<ChangeContract&>(change) = direct;
    change.change_reason = "客户减量";
    auto const asked = by("li", request_contract_change, change).value();
    EXPECT_EQ(asked.status_reason, "变更中：客户减量");
    ASSERT_TRUE(decide("boss", waiting(asked.approval_id), true));
    auto const shown = by("li", show_contract, {made.id, {}}).value();
    EXPECT_EQ(shown.amount_fen.fen(), 90'000);
    EXPECT_EQ(shown.status, "in_force");
}

}  // namespace
}  // namespace wescrm::sales
