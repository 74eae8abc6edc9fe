#include "integration/sales/trade_given.hpp"

#include <wescrm/sales/invoice.hpp>
#include <wescrm/sales/quote.hpp>

namespace wescrm::sales {
namespace {

struct GivenAQuote : wescrm::testing::TradeTest {
    Product gateway = product("工业网关", 10'000).value();
    QuoteDetail quote = make();

    QuoteDetail make() {
        auto input = CreateQuote{};
        input.customer_id = customer;
        input.valid_until = parse_date("2026-12-10");
        auto line = OrderLineInput{};
        line.product_id = gateway.id;
        line.quantity = 3;
        line.discount_percent = 10;
        input.lines = {line};
        return by("li", create_quote, input).value();
    }
    QuoteDetail in_force() { return by("li", submit_quote, {quote.id, {}}).value(); }
};

TEST_F(GivenAQuote, WhenAcceptedThenAnOrderHasItsLinesAndPrices) {
    EXPECT_EQ(quote.no, "BJ202611250001");
    EXPECT_EQ(quote.amount_fen, Money::from_fen(27'000));
    EXPECT_EQ(by("li", accept_quote, {quote.id, {}}).error().reason, "quote_state");
    ASSERT_EQ(in_force().status, "in_force");
    auto change = ChangeProduct{};  // the quote holds, whatever the list says now
    change.id = gateway.id;
    change.version = gateway.version;
    change.price_fen = Money::from_fen(99'900);
    ASSERT_TRUE(by("admin", change_product, change));
    auto const accepted = by("li", accept_quote, {quote.id, {}});
    ASSERT_TRUE(accepted) << accepted.error().message;
    EXPECT_EQ(accepted->status, "accepted");
    auto const order = now(accepted->order_id.value());
    EXPECT_EQ(order.amount_fen, Money::from_fen(27'000));
    EXPECT_EQ(order.quote_id, quote.id);
    ASSERT_EQ(order.lines.size(), 1U);
    EXPECT_EQ(order.lines[0].price_fen, Money::from_fen(10'000));
    EXPECT_EQ(by("li", accept_quote, {quote.id, {}}).error().reason, "quote_state");
    EXPECT_EQ(count("sales_order"), 1);
}

TEST_F(GivenAQuote, WhenAcceptedWithAContractThenTheOrderStandsInIt) {
    in_force();
    auto const accepted = by("li", accept_quote, {quote.id, {}, true}).value();
    auto const order = now(accepted.order_id.value());
    ASSERT_TRUE(order.contract_id);
    auto const contract = by("li", show_contract, {*order.contract_id, {}}).value();
    EXPECT_EQ(contract.status, "draft");
    EXPECT_EQ(contract.amount_fen, quote.amount_fen);
    EXPECT_EQ(contract.ordered_fen, quote.amount_fen);
    EXPECT_EQ(contract.owner_user_id, UserId{"li"});
}

TEST_F(GivenAQuote, WhenRevisedThenTheFormerOneIsVoidAndStays) {
    in_force();
    auto const second = by("li", revise_quote, {quote.id, {}}).value();
    EXPECT_EQ(second.no, quote.no);
    EXPECT_EQ(second.revision, 2);
    EXPECT_EQ(second.status, "draft");
    EXPECT_EQ(second.amount_fen, quote.amount_fen);
    auto const first = by("li", show_quote, {quote.id, {}}).value();
    EXPECT_EQ(first.status, "void");
    EXPECT_EQ(first.lines.size(), 1U);
}

TEST_F(GivenAQuote, WhenItsLastDayComesThenLiIsRemindedAndItExpiresTheDayAfter) {
    in_force();
    clock.set(parse_rfc3339("2026-12-07T09:00:00+08:00").value());
    fire_trade_timers();
    EXPECT_EQ(count("outbox where recipient = 'li' and kind = 'quote_expiring'"), 1);
    clock.set(parse_rfc3339("2026-12-10T23:59:00+08:00").value());
    fire_trade_timers();
    EXPECT_EQ(by("li", show_quote, {quote.id, {}})->status, "in_force");
    clock.set(parse_rfc3339("2026-12-11T00:00:00+08:00").value());
    fire_trade_timers();
    EXPECT_EQ(by("li", show_quote, {quote.id, {}})->status, "expired");
}

TEST_F(GivenAQuote, WhenTheWholeIsDiscountedThenQuoteAndOrderAddUpAlike) {
    auto change = ChangeQuote{};
    change.id = quote.id;
    change.version = quote.version;
    change.discount_percent = 3.33;
    auto const less = by("li", change_quote, change).value();
    EXPECT_EQ(less.discount_percent, 3.33);
    EXPECT_EQ(less.amount_fen, Money::from_fen(26'101));  // 27,000 × 0.9667 = 26,100.9
    ASSERT_EQ(by("li", submit_quote, {quote.id, {}})->status, "in_force");
    auto const order = now(by("li", accept_quote, {quote.id, {}})->order_id.value());
    EXPECT_EQ(order.amount_fen, less.amount_fen);
    EXPECT_EQ(order.discount_percent, 3.33);
    auto again = ChangeOrder{};  // the same sum when the lines are written again
    again.id = order.id;
    again.version = order.version;
    again.amount_fen = Money::from_fen(27'000);
    EXPECT_EQ(by("li", change_order, again).error().fields.front().field, "amount_fen");
    again.amount_fen = {};
    again.discount_percent = 0;
    EXPECT_EQ(by("li", change_order, again)->amount_fen, Money::from_fen(27'000));
}

TEST_F(GivenAQuote, WhenTheDiscountOnTheWholeIsNoneThatFitsThenItIsRefused) {
    auto change = ChangeQuote{};
    change.id = quote.id;
    change.version = quote.version;
    for (auto const percent : {-1.0, 100.01, 3.333}) {
        change.discount_percent = percent;
        EXPECT_EQ(by("li", change_quote, change).error().fields.front().field, "discount_percent") << percent;
    }
    auto plain = CreateOrder{};
    plain.customer_id = customer;
    plain.amount_fen = Money::from_fen(100);
    plain.discount_percent = 5;
    EXPECT_EQ(by("li", create_order, plain).error().fields.front().field, "discount_percent");
}

TEST_F(GivenAQuote, WhenOnlyTheDiscountOnTheWholeGoesBelowTheFloorThenItWaits) {
    ask_superior("discount");
    auto book = CreatePriceBook{};
    book.name = "渠道价";
    book.rows = {{gateway.id, {}, Money::from_fen(10'000), {}, Money::from_fen(8'500), {}}};
    ASSERT_TRUE(by("admin", create_price_book, book));
    auto const dear = make();
    EXPECT_FALSE(dear.lines[0].below_floor);  // 9,000 each
    auto change = ChangeQuote{};
    change.id = dear.id;
    change.version = dear.version;
    change.discount_percent = 6;  // 8,460 each
    EXPECT_TRUE(by("li", change_quote, change)->lines[0].below_floor);
    EXPECT_EQ(by("li", submit_quote, {dear.id, {}})->status, "in_review");
}

TEST_F(GivenAQuote, WhenConsentIsNeededThenItWaits) {
    ask_superior("quote", 20'000);
    auto const waits = in_force();
    EXPECT_EQ(waits.status, "in_review");
    ASSERT_TRUE(decide("boss", waiting(waits.approval_id), true));
    EXPECT_EQ(by("li", show_quote, {quote.id, {}})->status, "in_force");
}

struct GivenAnOrderToInvoice : wescrm::testing::TradeTest {
    OrderDetail sold = order_in_force(10'000);
    InvoiceTitle title = make_title();

    InvoiceTitle make_title() {
        auto input = CreateInvoiceTitle{};
        input.customer_id = customer;
        input.name = "宏达科技有限公司";
        EXPECT_EQ(by("li", create_invoice_title, input).error().fields.front().field, "tax_no");
        input.tax_no = "91320500MA1XXXXXXX";
        return by("li", create_invoice_title, input).value();
    }
    Result<Invoice> apply(std::int64_t fen) {
        auto input = CreateInvoice{};
        input.order_id = sold.id;
        input.amount_fen = Money::from_fen(fen);
        input.kind = InvoiceKind::special;
        input.tax_percent = 13;
        auto const made = by("li", create_invoice, input);
        if (!made) return made;
        return by("li", submit_invoice, {made->id, {}});
    }
};

TEST_F(GivenAnOrderToInvoice, WhenADraftIsMadeOutToAnotherTitleThenItShowsThatOne) {
    auto person = CreateInvoiceTitle{};
    person.customer_id = customer;
    person.kind = TitleKind::person;
    person.name = "王先生";
    auto const other = by("li", create_invoice_title, person).value();
    auto input = CreateInvoice{};
    input.order_id = sold.id;
    input.amount_fen = Money::from_fen(100);
    auto const draft = by("li", create_invoice, input).value();
    EXPECT_EQ(draft.title_name, title.name);
    auto change = ChangeInvoice{};
    change.id = draft.id;
    change.version = draft.version;
    change.title_id = other.id;
    auto const changed = by("li", change_invoice, change).value();
    EXPECT_EQ(changed.title_name, "王先生");
    EXPECT_EQ(changed.title_kind, "person");
    EXPECT_EQ(changed.tax_no, "");
}

TEST_F(GivenAnOrderToInvoice, WhenATitleIsChangedThenItMustStayATitleAndInvoicesKeepTheOldOne) {
    auto const invoice = apply(100).value();
    auto change = ChangeInvoiceTitle{};
    change.id = title.id;
    change.version = title.version;
    change.tax_no = {true, std::nullopt};
    EXPECT_EQ(by("li", change_invoice_title, change).error().fields.front().field, "tax_no");
    change.tax_no = {};
    change.is_default = false;
    EXPECT_EQ(by("li", change_invoice_title, change).error().fields.front().field, "is_default");
    change.is_default = {};
    change.name = "宏达集团";
    EXPECT_EQ(by("wang", change_invoice_title, change).error().code, Errc::not_found);
    EXPECT_EQ(by("li", change_invoice_title, change)->name, "宏达集团");
    EXPECT_EQ(by("li", change_invoice_title, change).error().code, Errc::stale);
    EXPECT_EQ(by("li", show_invoice, {invoice.id, {}})->title_name, title.name);
}

TEST_F(GivenAnOrderToInvoice, WhenInvoicesWouldExceedTheOrderThenTheyAreRefused) {
    EXPECT_TRUE(title.is_default);
    auto const first = apply(6'000).value();
    EXPECT_EQ(first.status, "waiting");
    EXPECT_EQ(first.title_name, "宏达科技有限公司");
    EXPECT_EQ(now(sold.id).invoiced_fen, Money::from_fen(6'000));
    EXPECT_EQ(apply(4'001).error().fields.front().field, "amount_fen");
    EXPECT_EQ(by("li", void_order, {sold.id, "取消"}).error().reason, "invoiced");
    auto const issued = by("li", issue_invoice, {first.id, "24312000000012345678", {}}).value();
    EXPECT_EQ(issued.status, "issued");
    EXPECT_EQ(issued.issued_on, parse_date("2026-11-25"));
    EXPECT_EQ(by("li", reverse_invoice, {first.id, "开错抬头"})->status, "red");
    EXPECT_EQ(now(sold.id).invoiced_fen, Money{});
    EXPECT_EQ(apply(10'000)->status, "waiting");
}

TEST_F(GivenAnOrderToInvoice, WhenTwoApplyAtOnceThenTheOrdersAmountHolds) {
    ask_superior("invoice");
    auto const one = apply(6'000).value();
    EXPECT_EQ(one.status, "in_review");
    EXPECT_EQ(apply(6'000).error().fields.front().field, "amount_fen");
    ASSERT_TRUE(decide("boss", waiting(one.approval_id), true));
    EXPECT_EQ(now(sold.id).invoiced_fen, Money::from_fen(6'000));
    EXPECT_EQ(by("wang", show_invoice, {one.id, {}}).error().code, Errc::not_found);
}

}  // namespace
}  // namespace wescrm::sales
