#include "trade_given.hpp"

#include <wescrm/operation/catalogue.hpp>

#include <gmock/gmock.h>

// What was begun with a customer, of all kinds in one list: each as far as its reader may see it.
namespace wescrm::sales {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct GivenTradeOfACustomer : wescrm::testing::TradeTest {
    GivenTradeOfACustomer() {
        add_trade_operations(catalogue);
        first = order_in_force(200'000).id;
        clock.advance(std::chrono::hours{1});
        pay(first, 50'000).value();
        clock.advance(std::chrono::hours{1});
        auto input = CreateContract{};
        input.customer_id = customer;
        input.name = "年度框架";
        input.amount_fen = Money::from_fen(300'000);
        by("li", create_contract, input).value();
    }
    Result<json::Document> moments(std::string const& user, std::function<void(operation::Actor&)> const& change = {}) {
        return by(user, [&](operation::Context& ctx) -> Result<json::Document> {
            auto who = ctx.actor();
            if (change) change(who);
            auto narrowed = operation::Context{ctx.sql(), who, ctx.now(), ctx.services()};
            return catalogue.find("customer.moments")
                ->invoke(narrowed, json::parse(R"({"id":")" + std::to_string(customer.value()) + "\"}").value());
        });
    }
    static std::vector<std::string> members(json::Document const& found, std::string_view member) {
        auto all = std::vector<std::string>{};
        for (auto const& one : found["items"].GetArray()) {
            auto const number = json::find_integer(one, member);
            all.push_back(number ? std::to_string(*number) : json::find_string(one, member).value_or(""));
        }
        return all;
    }

    operation::Catalogue catalogue;
    OrderId first;
};

TEST_F(GivenTradeOfACustomer, WhenItsOwnerAsksThenAllKindsComeNewestFirst) {
    auto const found = moments("li").value();
    EXPECT_THAT(members(found, "object"), ElementsAre("contract", "payment", "order"));
    EXPECT_THAT(members(found, "amount_fen"), ElementsAre("300000", "50000", "200000"));
    EXPECT_THAT(members(found, "owner_name"), ElementsAre("li", "li", "li"));
    EXPECT_THAT(members(found, "currency"), ElementsAre("CNY", "CNY", "CNY"));
}

TEST_F(GivenTradeOfACustomer, WhenARoleDoesNotShowAKindOrAFieldThenItIsLeftOut) {
    auto const found = moments("li", [](operation::Actor& who) {
                           who.permissions.erase("order.view");
                           who.fields["payment.amount_fen"] = {.is_hidden = true};
                       }).value();
    EXPECT_THAT(members(found, "object"), ElementsAre("contract", "payment"));
    EXPECT_THAT(members(found, "amount_fen"), ElementsAre("300000", ""));
}

TEST_F(GivenTradeOfACustomer, WhenSomebodySeesTheCustomerButNotItsDocumentsThenTheListIsEmpty) {
    auto const found = moments("wang", [](operation::Actor& who) {
                           who.permissions["customer.view"] = {{operation::Reach::all, {}}};
                       }).value();
    EXPECT_THAT(members(found, "object"), IsEmpty());
}

TEST_F(GivenTradeOfACustomer, WhenSomebodyDoesNotSeeTheCustomerThenThereIsNone) {
    EXPECT_EQ(moments("wang").error().code, Errc::not_found);
}

}  // namespace
}  // namespace wescrm::sales
