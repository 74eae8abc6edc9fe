#include "integration/sales/trade_given.hpp"

#include <wescrm/operation/catalogue.hpp>
#include <wescrm/sales/document_transfer.hpp>

// One document to another owner, without its customer.
namespace wescrm::sales {
namespace {

struct GivenDocumentsOfLi : wescrm::testing::TradeTest {
    GivenDocumentsOfLi() {
        add_trade_operations(catalogue);
        in_tenant([&](database::Session& sql) {
            for (std::string user : {"li", "wang"})
                sql.execute(
                    "with made as (insert into department (tenant_id, name, path) values (:t, :u, '{}') returning id) "
                    "update employee set main_department_id = (select id from made) where tenant_id = :t and user_id = "
                    ":u",
                    {database::bind("t", tenant), database::bind("u", user)});
        });
        made = order_in_force(100'000);
        split();
        paid = pay(made.id, 30'000).value().id.value();
    }
    void split() {
        auto wanted = SplitIntoPlans{};
        wanted.order_id = made.id;
        wanted.periods = 2;
        wanted.first_due_on = Date{std::chrono::year{2027}, std::chrono::January, std::chrono::day{31}};
        plan = by("li", split_into_plans, wanted).value().items.front().id.value();
    }
    Result<json::Document> hand(std::string const& user, std::string const& kind, std::int64_t id,
                                std::string const& to, std::string const& reason = "出差") {
        auto const input =
            R"({"id":")" + std::to_string(id) + R"(","user_id":")" + to + R"(","reason":")" + reason + "\"}";
        return by(user, [&](operation::Context& ctx) {
            return catalogue.find(kind + ".transfer")->invoke(ctx, json::parse(input).value());
        });
    }
    std::int64_t of_wang(std::string const& table) {
        return count(table +
                     " d join employee e on e.tenant_id = d.tenant_id and e.id = d.owner_id where e.user_id = "
                     "'wang'");
    }
    std::int64_t in_department_of_wang(std::string const& table) {
        return count(table +
                     " d join employee e on e.tenant_id = d.tenant_id and e.main_department_id = "
                     "d.owner_department_id where e.user_id = 'wang'");
    }
    operation::Catalogue catalogue;
    OrderDetail made;
    std::int64_t plan = 0;
    std::int64_t paid = 0;
};

TEST_F(GivenDocumentsOfLi, WhenAnOrderIsHandedOnThenItsPlansGoAlongAndTheRestStays) {
    auto const shown = hand("li", "order", made.id.value(), "wang").value();

    EXPECT_EQ(json::find_string(shown, "owner_user_id"), "wang");
    EXPECT_EQ(json::find_string(shown, "status"), "in_force");
    EXPECT_EQ(in_department_of_wang("sales_order"), 1);
    EXPECT_EQ(of_wang("payment_plan"), 2);
    EXPECT_EQ(of_wang("payment"), 0);
    EXPECT_EQ(count("customer c join employee e on e.tenant_id = c.tenant_id and e.id = c.owner_id where e.user_id = "
                    "'wang'"),
              0);
    EXPECT_EQ(count("ownership_event where object = 'order' and kind = 'transfer' and reason = '出差'"), 1);
    EXPECT_EQ(count("ownership_event where object = 'payment_plan' and kind = 'transfer'"), 2);
    EXPECT_EQ(count("audit_log where action = 'order.transfer' and reason = '出差' and after ->> 'owner_user_id' = "
                    "'wang'"),
              1);
}

TEST_F(GivenDocumentsOfLi, WhenAPlanOrAPaymentIsHandedOnThenItGoesAlone) {
    ASSERT_TRUE(hand("li", "payment_plan", plan, "wang"));
    ASSERT_TRUE(hand("li", "payment", paid, "wang"));

    EXPECT_EQ(of_wang("payment_plan"), 1);
    EXPECT_EQ(in_department_of_wang("payment"), 1);
    EXPECT_EQ(of_wang("sales_order"), 0);
    EXPECT_EQ(now(made.id).received_fen, Money::from_fen(30'000));
}

TEST_F(GivenDocumentsOfLi, WhenTheSuperiorHandsOnThenBothAreToldAndNotWhoDidItHimself) {
    ASSERT_TRUE(hand("li", "payment", paid, "wang"));
    EXPECT_EQ(count("outbox where kind = 'document_transferred' and recipient = 'wang'"), 1);
    EXPECT_EQ(count("outbox where kind = 'record_handed_on'"), 0) << "li did it himself";

    ASSERT_TRUE(hand("boss", "order", made.id.value(), "wang"));
    EXPECT_EQ(count("outbox where kind = 'document_transferred' and recipient = 'wang'"), 2);
    EXPECT_EQ(count("outbox where kind = 'record_handed_on' and recipient = 'li'"), 1);
}

TEST_F(GivenDocumentsOfLi, WhenItCannotGoThenItIsSaidWhy) {
    EXPECT_EQ(hand("wang", "order", made.id.value(), "wang").error().code, Errc::not_found);
    EXPECT_EQ(hand("li", "order", made.id.value(), "li").error().reason, "already_owner");
    EXPECT_EQ(hand("li", "order", made.id.value(), "nobody").error().fields.front().field, "user_id");
    auto const draft = order(5'000);
    ASSERT_TRUE(by("li", void_order, {draft.id, "重复"}));
    EXPECT_EQ(hand("li", "order", draft.id.value(), "wang").error().reason, "order_state");
}

TEST_F(GivenDocumentsOfLi, WhenAnotherKindIsHandedOnThenTheNewOwnersDepartmentCountsIt) {
    auto contract = CreateContract{};
    contract.customer_id = customer;
    contract.amount_fen = Money::from_fen(80'000);
    auto const signed_one = by("li", create_contract, contract).value();
    auto quote = CreateQuote{};
    quote.customer_id = customer;
    auto line = OrderLineInput{};
    line.product_name = "安装";
    line.price_fen = Money::from_fen(1'000);
    quote.lines = {line};
    auto const offered = by("li", create_quote, quote).value();

    EXPECT_EQ(json::find_string(hand("li", "contract", signed_one.id.value(), "wang").value(), "owner_user_id"),
              "wang");
    EXPECT_EQ(json::find_string(hand("li", "quote", offered.id.value(), "wang").value(), "owner_user_id"), "wang");
    EXPECT_EQ(in_department_of_wang("contract"), 1);
    EXPECT_EQ(in_department_of_wang("quote"), 1);
}

}  // namespace
}  // namespace wescrm::sales
