#include "trade_given.hpp"

#include <wescrm/operation/catalogue.hpp>
#include <wescrm/sales/invoice.hpp>
#include <wescrm/sales/quote.hpp>

#include <gmock/gmock.h>

// Prices and documents in other currencies than the company's own: found apart, never added to the others.
namespace wescrm::sales {
namespace {

using ::testing::HasSubstr;

struct GivenDollarPrices : wescrm::testing::TradeTest {
    GivenDollarPrices() {
        add_trade_operations(catalogue);
        book("美元价", "USD", 1'500);
    }
    Result<PriceBook> book(std::string const& name, std::string const& currency, std::int64_t fen,
                           std::vector<CustomerId> customers = {}) {
        auto input = CreatePriceBook{};
        input.name = name;
        input.currency = currency;
        input.customer_ids = std::move(customers);
        auto row = PriceRowInput{};
        row.product_id = gateway.id;
        row.price_fen = Money::from_fen(fen);
        input.rows = {row};
        return by("admin", create_price_book, input);
    }
    OrderLineInput line(ProductId product, double quantity = 2) {
        auto made = OrderLineInput{};
        made.product_id = product;
        made.quantity = quantity;
        return made;
    }
    Result<OrderDetail> order_in(std::optional<std::string> currency, std::vector<OrderLineInput> lines = {}) {
        auto input = CreateOrder{};
        input.customer_id = customer;
        input.currency = std::move(currency);
        input.lines = std::move(lines);
        if (input.lines.empty()) input.amount_fen = Money::from_fen(100'000);
        return by("li", create_order, input);
    }
    OrderDetail in_force(OrderDetail const& order) { return by("li", submit_order, {order.id, {}}).value(); }
    json::Document money_of_customer() {
        return by("admin",
                  [&](operation::Context& ctx) {
                      auto const input = R"({"id":")" + std::to_string(customer.value()) + "\"}";
                      return catalogue.find("customer.money")->invoke(ctx, json::parse(input).value());
                  })
            .value();
    }
    static std::string problem(Error const& error) {
        return error.fields.empty() ? error.message : error.fields.front().field + ": " + error.fields.front().message;
    }

    operation::Catalogue catalogue;
    Product gateway = product("工业网关", 10'000).value();
};

TEST_F(GivenDollarPrices, WhenNothingIsSaidThenADocumentIsInTheHomeCurrencyAtItsPrices) {
    auto const order = order_in({}, {line(gateway.id)}).value();
    EXPECT_EQ(order.currency, "CNY");
    EXPECT_EQ(order.amount_fen, Money::from_fen(20'000)) << "the list price; the dollars of the other book are no yuan";
}

TEST_F(GivenDollarPrices, WhenADocumentIsInDollarsThenItsPricesAreTheDollarBooks) {
    auto const order = order_in("USD", {line(gateway.id)}).value();
    EXPECT_EQ(order.currency, "USD");
    EXPECT_EQ(order.amount_fen, Money::from_fen(3'000));
    EXPECT_EQ(order.lines.front().currency, "USD");
    auto const other = product("传感器", 500).value();
    EXPECT_THAT(problem(order_in("USD", {line(other.id)}).error()),
                AllOf(HasSubstr("lines[0].price_fen"), HasSubstr("没有 USD 的价格"), HasSubstr("请填写单价")));
    auto typed = line(other.id, 1);
    typed.price_fen = Money::from_fen(70);
    EXPECT_EQ(order_in("USD", {typed})->amount_fen, Money::from_fen(70));
    EXPECT_THAT(problem(order_in("XXX").error()), AllOf(HasSubstr("currency"), HasSubstr("CNY、USD")));
}

TEST_F(GivenDollarPrices, WhenACustomerHasABookOfHisOwnThenHisDocumentsAreInItsCurrency) {
    auto const own = book("宏达的欧元价", "EUR", 1'200, {customer}).value();
    EXPECT_THAT(own.customers, ::testing::ElementsAre("宏达科技"));
    auto const order = order_in({}, {line(gateway.id)}).value();
    EXPECT_EQ(order.currency, "EUR");
    EXPECT_EQ(order.amount_fen, Money::from_fen(2'400));
    EXPECT_EQ(order_in("CNY", {line(gateway.id)})->amount_fen, Money::from_fen(20'000));
    EXPECT_EQ(order_in({})->currency, "CNY") << "an amount that is typed is not from a book";
    auto asked = AskPrice{};
    asked.product_id = gateway.id;
    asked.customer_id = customer;
    auto const price = by("li", ask_price, asked).value();
    EXPECT_EQ(price.currency, "EUR");
    EXPECT_EQ(price.price_fen, Money::from_fen(1'200));
}

TEST_F(GivenDollarPrices, WhenAQuoteInDollarsIsAcceptedThenContractAndOrderAreInDollars) {
    auto input = CreateQuote{};
    input.customer_id = customer;
    input.currency = "USD";
    input.lines = {line(gateway.id)};
    auto const quote = by("li", create_quote, input).value();
    ASSERT_TRUE(by("li", submit_quote, {quote.id, {}}));
    auto const accepted = by("li", accept_quote, {quote.id, {}, true}).value();
    auto const order = now(*accepted.order_id);
    EXPECT_EQ(order.currency, "USD");
    EXPECT_EQ(order.amount_fen, Money::from_fen(3'000));
    EXPECT_EQ(by("li", show_contract, {*order.contract_id, {}})->currency, "USD");
    auto another = CreateOrder{};
    another.customer_id = customer;
    another.contract_id = order.contract_id;
    another.amount_fen = Money::from_fen(100);
    another.currency = "CNY";
    EXPECT_THAT(problem(by("li", create_order, another).error()), HasSubstr("合同的币种是 USD"));
    another.currency.reset();
    EXPECT_EQ(by("li", create_order, another)->currency, "USD") << "the contract's";
}

TEST_F(GivenDollarPrices, WhenAnOrderInYuanIsPutIntoAContractInDollarsThenItIsRefused) {
    auto contract = CreateContract{};
    contract.customer_id = customer;
    contract.currency = "USD";
    auto const made = by("li", create_contract, contract).value();
    auto const order = order_in("CNY").value();
    auto change = ChangeOrder{};
    change.id = order.id;
    change.version = order.version;
    change.contract_id = {true, made.id};
    EXPECT_THAT(problem(by("li", change_order, change).error()), HasSubstr("contract_id: 合同的币种是 USD"));
}

TEST_F(GivenDollarPrices, WhenMoneyComesInThenItIsInTheOrdersCurrencyAndSaysSo) {
    auto const order = in_force(order_in("USD").value());
    auto plan = CreatePaymentPlan{};
    plan.order_id = order.id;
    plan.due_on = parse_date("2027-01-15").value();
    plan.amount_fen = Money::from_fen(60'000);
    EXPECT_EQ(by("li", create_payment_plan, plan)->currency, "USD");
    EXPECT_THAT(problem(by("li", create_payment_plan, plan).error()), HasSubstr("USD 400.00"));
    EXPECT_EQ(pay(order.id, 60'000)->currency, "USD");
    EXPECT_THAT(problem(pay(order.id, 60'000).error()), HasSubstr("超过未回款金额 USD 400.00"));
}

TEST_F(GivenDollarPrices, WhenOrdersAreInSeveralCurrenciesThenACustomersSumsAreKeptApart) {
    in_force(order_in("CNY").value());
    auto const dollars = in_force(order_in("USD").value());
    ASSERT_TRUE(pay(dollars.id, 20'000));
    auto const money = money_of_customer();
    EXPECT_EQ(json::find_integer(money, "orders"), 2);
    EXPECT_EQ(json::find_integer(money, "ordered_fen"), 100'000);
    EXPECT_EQ(json::find_integer(money, "received_fen"), 0);
    ASSERT_EQ(money["foreign"].Size(), 1U);
    EXPECT_EQ(json::find_string(money["foreign"][0], "currency"), "USD");
    EXPECT_EQ(json::find_integer(money["foreign"][0], "outstanding_fen"), 80'000);
    EXPECT_EQ(json::find_string(money, "foreign_text"), "USD 1,000.00，已回款 USD 200.00");
}

TEST_F(GivenDollarPrices, WhenAnAmountIsForeignThenItIsAboveEveryLimitOfApprovals) {
    ask_superior("order", 100'000'000);
    EXPECT_EQ(in_force(order_in("CNY").value()).status, "in_force");
    auto const asked = in_force(order_in("USD").value());
    EXPECT_EQ(asked.status, "in_review");
    EXPECT_EQ(count("approval where amount_fen is null and cause like '%USD 1,000.00%'"), 1);
}

TEST_F(GivenDollarPrices, WhenABooksCurrencyChangesThenItsPricesAreAskedForAgain) {
    auto const euro = book("欧元价", "EUR", 1'000).value();
    auto change = ChangePriceBook{};
    change.id = euro.id;
    change.version = euro.version;
    change.currency = "HKD";
    EXPECT_THAT(problem(by("admin", change_price_book, change).error()), HasSubstr("换币种请同时填写全部产品价格"));
    auto row = PriceRowInput{};
    row.product_id = gateway.id;
    row.price_fen = Money::from_fen(9'000);
    change.rows = std::vector{row};
    auto const changed = by("admin", change_price_book, change).value();
    EXPECT_EQ(changed.currency, "HKD");
    EXPECT_EQ(changed.rows.front().currency, "HKD");
}

}  // namespace
}  // namespace wescrm::sales
