#include "integration/sales/trade_given.hpp"

#include <wescrm/sales/invoice.hpp>
#include <wescrm/sales/order_flow.hpp>
#include <wescrm/sales/sales_rules.hpp>

// A company's own states of orders, and who may move an order on.
namespace wescrm::sales {
namespace {

struct GivenStatesOfTheCompanysOwn : wescrm::testing::TradeTest {
    OrderFlow flow = change(0, {{{}, "备货", OrderPhase::in_force},
                                {{}, "发货", OrderPhase::executing},
                                {{}, "安装调试", OrderPhase::executing}})
                         .value();
    OrderDetail order = order_in_force(100'000);

    Result<OrderFlow> change(std::int64_t version, std::vector<OrderStateInput> states) {
        auto wanted = ChangeOrderFlow{};
        wanted.version = version;
        wanted.states = std::move(states);
        return by("admin", change_order_flow, wanted);
    }
    Result<OrderFlow> change(std::vector<OrderMove> moves) {
        auto wanted = ChangeOrderFlow{};
        wanted.version =
            by("admin", [](operation::Context& ctx) -> Result<OrderFlow> { return order_flow(ctx); })->version;
        wanted.moves = std::move(moves);
        return by("admin", change_order_flow, wanted);
    }
    Result<OrderDetail> move(std::string const& user, std::string const& to, std::optional<std::string> reason = {}) {
        return by(user, move_order, {order.id, {}, to, std::move(reason)});
    }
    std::vector<std::string> next(std::string const& user) {
        auto titles = std::vector<std::string>{};
        for (auto const& state : by(user, next_states, {order.id, {}})->items) titles.push_back(state.title);
        return titles;
    }
    std::vector<OrderStateInput> kept() {
        auto states = std::vector<OrderStateInput>{};
        for (auto const& state : flow.states)
            states.push_back(
                {state.id, state.name, state.phase == "in_force" ? OrderPhase::in_force : OrderPhase::executing});
        return states;
    }
};

TEST_F(GivenStatesOfTheCompanysOwn, WhenAnOrderGoesThroughThemThenItCountsAsThePhaseThatTheyBelongTo) {
    EXPECT_EQ(next("li"), (std::vector<std::string>{"备货", "执行中", "发货", "安装调试", "已完成"}));
    EXPECT_EQ(move("li", "备货")->status, "in_force");
    auto const shipped = move("li", "发货").value();
    EXPECT_EQ(shipped.status, "executing");
    EXPECT_EQ(shipped.state_name, "发货");
    EXPECT_EQ(move("li", "安装调试")->state_name, "安装调试");
    EXPECT_EQ(move("li", "发货")->state_name, "发货") << "back within the phase";
    EXPECT_EQ(move("li", "备货").error().reason, "order_state") << "not back into an earlier one";
    auto const done = move("li", "completed").value();
    EXPECT_EQ(done.status, "completed");
    EXPECT_FALSE(done.state_id);
    EXPECT_EQ(move("li", "发货").error().reason, "order_state");
    EXPECT_EQ(count("audit_log where action = 'order.move'"), 5);
}

TEST_F(GivenStatesOfTheCompanysOwn, WhenListsAreFilteredByOneThenItsOrdersAreThere) {
    move("li", "发货").value();
    auto wanted = ListOrders{};
    wanted.state = {flow.states[1].id};
    EXPECT_EQ(by("li", list_orders, wanted)->items.size(), 1U);
    wanted.state = {flow.states[0].id};
    EXPECT_EQ(by("li", list_orders, wanted)->items.size(), 0U);
}

TEST_F(GivenStatesOfTheCompanysOwn, WhenMovesAreAgreedOnThenOnlyThoseAreOpen) {
    auto const role = in_tenant([&](database::Session& sql) {
        return sql.value<std::int64_t>("insert into role (tenant_id, name) values (:t, '仓库') returning id",
                                       {database::bind("t", tenant)});
    });
    ASSERT_TRUE(change({{"in_force", "发货", {FlowRoleId{*role}}, false}, {"发货", "completed", {}, true}}));

    EXPECT_EQ(move("li", "发货").error().reason, "order_move");
    EXPECT_EQ(move("li", "备货").error().reason, "order_state");
    EXPECT_EQ(by("li", execute_order, {order.id, {}}).error().reason, "order_state") << "the old way obeys too";
    EXPECT_EQ(next("li"), std::vector<std::string>{});
    in_tenant([&](database::Session& sql) {
        sql.execute("insert into role_member (tenant_id, role_id, employee_id) values (:t, :r, :e)",
                    {database::bind("t", tenant), database::bind("r", *role), database::bind("e", employees["li"])});
    });
    EXPECT_EQ(next("li"), std::vector<std::string>{"发货"});
    ASSERT_TRUE(move("li", "发货"));
    EXPECT_EQ(move("li", "completed").error().fields.front().field, "reason");
    EXPECT_EQ(move("li", "completed", "客户已验收")->status, "completed");
}

TEST_F(GivenStatesOfTheCompanysOwn, WhenAStateIsRenamedThenItsOrdersAndMovesFollow) {
    move("li", "发货").value();
    ASSERT_TRUE(change({{"in_force", "发货", {}, false}, {"发货", "安装调试", {}, false}}));
    auto states = kept();
    states[1].name = "已发运";
    states.pop_back();
    auto const after = change(2, states).value();
    EXPECT_EQ(now(order.id).state_name, "已发运");
    ASSERT_EQ(after.moves.size(), 1U) << "the move to what was left out is gone";
    EXPECT_EQ(after.moves[0].to, "已发运");
    EXPECT_EQ(change(2, states).error().code, Errc::stale);
}

TEST_F(GivenStatesOfTheCompanysOwn, WhenTheyDoNotFitThenItIsSaidWhy) {
    move("li", "发货").value();
    auto states = kept();
    states[1].phase = OrderPhase::in_force;
    EXPECT_EQ(change(1, states).error().reason, "used");
    EXPECT_EQ(change(1, {}).error().reason, "used");
    auto twice = kept();
    twice.push_back({{}, "备货", OrderPhase::executing});
    EXPECT_EQ(change(1, twice).error().fields.front().field, "states[3].name");
    twice.back().name = "已完成";
    EXPECT_EQ(change(1, twice).error().fields.front().field, "states[3].name");
    EXPECT_EQ(change({{"发货", "备货", {}, false}}).error().fields.front().field, "moves[0].to");
    EXPECT_EQ(change({{"没有", "发货", {}, false}}).error().fields.front().field, "moves[0].from");
}

TEST_F(GivenStatesOfTheCompanysOwn, WhenTheUsualOnesAreRenamedThenOrdersSaySo) {
    auto wanted = ChangeOrderFlow{};
    wanted.version = 1;
    wanted.names = OrderStateNames{"已签约", {}, "已验收"};
    ASSERT_TRUE(by("admin", change_order_flow, wanted));
    EXPECT_EQ(now(order.id).state_name, "已签约");
    EXPECT_EQ(move("li", "已验收")->status, "completed");
    EXPECT_EQ(now(order.id).state_name, "已验收");
}

TEST_F(GivenStatesOfTheCompanysOwn, WhenAnOrderIsVoidedThenItIsInNoneOfThem) {
    move("li", "发货").value();
    ASSERT_TRUE(by("li", void_order, {order.id, "客户取消"}));
    EXPECT_FALSE(now(order.id).state_id);
    EXPECT_TRUE(change(1, {})) << "nothing is in the way any more";
}

struct GivenAnInvoice : wescrm::testing::TradeTest {
    OrderDetail order = order_in_force(100'000);
    InvoiceTitle title = make_title();

    InvoiceTitle make_title() {
        auto wanted = CreateInvoiceTitle{};
        wanted.customer_id = customer;
        wanted.name = "宏达科技有限公司";
        wanted.tax_no = "91320500MA1XXXXX0A";
        wanted.bank = "招商银行苏州分行";
        wanted.account = "512900001234";
        wanted.address = "苏州市园区 1 号";
        wanted.phone = "0512-66001234";
        return by("li", create_invoice_title, wanted).value();
    }
    Result<Invoice> apply(std::optional<ContractId> contract = {}) {
        auto wanted = CreateInvoice{};
        wanted.order_id = order.id;
        wanted.amount_fen = Money::from_fen(10'000);
        wanted.contract_id = contract;
        wanted.delivery = "顺丰到付，财务部";
        return by("li", create_invoice, wanted);
    }
};

TEST_F(GivenAnInvoice, WhenTheTitleChangesThenItKeepsTheWholeOne) {
    auto const made = apply().value();
    EXPECT_EQ(made.bank, "招商银行苏州分行");
    EXPECT_EQ(made.account, "512900001234");
    EXPECT_EQ(made.address, "苏州市园区 1 号");
    EXPECT_EQ(made.delivery, "顺丰到付，财务部");
    auto change = ChangeInvoiceTitle{};
    change.id = title.id;
    change.version = title.version;
    change.bank = {true, "工商银行"};
    ASSERT_TRUE(by("li", change_invoice_title, change));
    EXPECT_EQ(by("li", show_invoice, {made.id, {}})->bank, "招商银行苏州分行");
    auto again = ChangeInvoice{};
    again.id = made.id;
    again.version = made.version;
    again.title_id = title.id;
    again.delivery = {true, std::nullopt};
    auto const anew = by("li", change_invoice, again).value();
    EXPECT_EQ(anew.bank, "工商银行");
    EXPECT_EQ(anew.delivery, "");
}

TEST_F(GivenAnInvoice, WhenItsOrderStandsInAContractThenItNamesIt) {
    auto contract = CreateContract{};
    contract.customer_id = customer;
    auto const signed_one = by("li", create_contract, contract).value();
    EXPECT_FALSE(apply()->contract_id);
    EXPECT_EQ(apply(signed_one.id)->contract_no, signed_one.no);
    EXPECT_EQ(apply(ContractId{1}).error().fields.front().field, "contract_id");
    auto change = ChangeOrder{};
    change.id = order.id;
    change.version = now(order.id).version;
    change.contract_id = {true, signed_one.id};
    ASSERT_TRUE(by("li", change_order, change));
    EXPECT_EQ(apply()->contract_id, signed_one.id);
}

struct GivenWhatMakesADeal : wescrm::testing::TradeTest {
    std::string deal_status() {
        return in_tenant([&](database::Session& sql) {
                   return sql.value<std::string>("select deal_status from customer where tenant_id = :t and id = :id",
                                                 {database::bind("t", tenant), database::bind("id", customer)});
               })
            .value();
    }
    Result<SalesRules> agree(std::vector<DealEvent> events) {
        auto wanted = ChangeSalesRules{};
        wanted.version =
            by("admin", [](operation::Context& ctx) -> Result<SalesRules> { return sales_rules(ctx); })->version;
        wanted.deal_events = std::move(events);
        return by("admin", change_sales_rules, wanted);
    }
};

TEST_F(GivenWhatMakesADeal, WhenOnlyContractsDoThenAnOrderMakesNone) {
    ASSERT_TRUE(agree({DealEvent::contract}));
    order_in_force(100'000);
    EXPECT_EQ(deal_status(), "open");
    auto contract = CreateContract{};
    contract.customer_id = customer;
    auto const signed_one = by("li", create_contract, contract).value();
    ASSERT_TRUE(by("li", submit_contract, {signed_one.id, {}}));
    EXPECT_EQ(deal_status(), "closed");
}

TEST_F(GivenWhatMakesADeal, WhenNothingIsAgreedOnThenAnOrderDoes) {
    EXPECT_EQ(agree({}).error().fields.front().field, "deal_events");
    order_in_force(100'000);
    EXPECT_EQ(deal_status(), "closed");
}

}  // namespace
}  // namespace wescrm::sales
