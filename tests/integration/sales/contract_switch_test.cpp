#include "integration/sales/trade_given.hpp"

#include <wescrm/operation/catalogue.hpp>
#include <wescrm/sales/custom_field.hpp>
#include <wescrm/sales/invoice.hpp>
#include <wescrm/sales/quote.hpp>
#include <wescrm/sales/sales_rules.hpp>

#include <algorithm>

// Companies that work with orders alone switch contracts off.
namespace wescrm::sales {
namespace {

struct GivenAContract : wescrm::testing::TradeTest {
    GivenAContract() {
        add_trade_operations(catalogue);
        auto input = CreateContract{};
        input.customer_id = customer;
        contract = by("li", create_contract, input).value();
    }

    Result<SalesRules> switch_contracts(bool are_on, std::optional<WonRequires> won = {}) {
        auto wanted = ChangeSalesRules{};
        wanted.version = version;
        wanted.contracts = are_on;
        wanted.won_requires = won;
        auto changed = by("admin", change_sales_rules, wanted);
        if (changed) version = changed->version;
        return changed;
    }
    /// As the administrator in person.
    template <class Job>
    auto in_person(Job job) {
        return db->run_blocking(database::Pool::worker, database::Scope::of(tenant), [&](database::Session& sql) {
            auto const who = operation::load_actor(sql, tenant, UserId{"admin"}, operation::Channel::page).value();
            auto const services = operation::Services{&renderer, {}, {}, &terms};
            auto ctx = operation::Context{sql, who, clock.now(), services};
            return job(ctx);
        });
    }
    Result<json::Document> call(std::string const& name, std::string const& input) {
        return in_person(
            [&](operation::Context& ctx) { return catalogue.find(name)->invoke(ctx, json::parse(input).value()); });
    }

    operation::Catalogue catalogue;
    Contract contract;
    std::int64_t version = 0;
};

TEST_F(GivenAContract, WhenContractsAreSwitchedOffThenEveryOperationOnThemNamesTheSetting) {
    ASSERT_TRUE(switch_contracts(false));
    auto const id = R"({"id":")" + std::to_string(contract.id.value()) + "\"}";
    for (auto const& [name, input] : {std::pair{"contract.list", std::string{"{}"}},
                                      {"contract.show", id},
                                      {"contract.submit", id},
                                      {"contract.create", R"({"customer_id":"1"})"}}) {
        auto const refused = call(name, input);
        ASSERT_FALSE(refused) << name;
        EXPECT_EQ(refused.error().reason, "switched_off") << name;
        EXPECT_NE(refused.error().message.find("交易规则"), std::string::npos) << refused.error().message;
    }
    EXPECT_TRUE(call("order.list", "{}"));
    EXPECT_EQ(count("contract"), 1) << "stored as it was";
    in_person([&](operation::Context& ctx) -> Result<Nothing> {
        EXPECT_FALSE(ctx.may("contract.export")) << "pages and files go by what he may do";
        EXPECT_TRUE(ctx.may("order.export"));
        EXPECT_FALSE(ctx.scope().allows("contract", operation::Power::read, contract.id.value()));
        return Nothing{};
    });

    ASSERT_TRUE(switch_contracts(true));
    EXPECT_TRUE(call("contract.show", id)) << "and there again";
}

TEST_F(GivenAContract, WhenContractsAreSwitchedOffThenOrdersAndQuotesDoWithoutThem) {
    ASSERT_TRUE(switch_contracts(false));
    auto order = CreateOrder{};
    order.customer_id = customer;
    order.amount_fen = Money::from_fen(100);
    order.contract_id = contract.id;
    auto const refused = in_person([&](operation::Context& ctx) { return create_order(ctx, order); });
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().fields.front().field, "contract_id");
    auto const form = in_person([](operation::Context& ctx) { return list_fields(ctx, {FieldObject::order}); }).value();
    auto const field = std::ranges::find(form.system, "contract_id", &SystemField::key);
    ASSERT_NE(field, form.system.end());
    EXPECT_TRUE(field->hidden && field->not_in_detail);
    auto const accepted = in_person([](operation::Context& ctx) { return accept_quote(ctx, {QuoteId{1}, {}, true}); });
    EXPECT_EQ(accepted.error().reason, "switched_off");
}

TEST_F(GivenAContract, WhenAnInvoiceNamesItsContractAgainThenSwitchingOffDoesNotRefuseIt) {
    auto title = CreateInvoiceTitle{};
    title.customer_id = customer;
    title.name = "宏达科技";
    title.tax_no = "91320594MA1MXQ8K73";
    ASSERT_TRUE(by("li", create_invoice_title, title));
    auto input = CreateInvoice{};
    input.order_id = order_in_force(10'000).id;
    input.amount_fen = Money::from_fen(5'000);
    input.contract_id = contract.id;
    auto const made = by("li", create_invoice, input).value();
    auto other = CreateContract{};
    other.customer_id = customer;
    auto const another = by("li", create_contract, other).value();
    ASSERT_TRUE(switch_contracts(false));
    auto change = ChangeInvoice{};
    change.id = made.id;
    change.version = made.version;
    change.contract_id = {true, contract.id};
    change.remark = {true, "加急"};
    auto const changed = in_person([&](operation::Context& ctx) { return change_invoice(ctx, change); });
    ASSERT_TRUE(changed) << changed.error().message;
    EXPECT_EQ(changed->contract_id, contract.id);
    change.version = changed->version;
    change.contract_id = {true, another.id};
    EXPECT_FALSE(in_person([&](operation::Context& ctx) { return change_invoice(ctx, change); })) << "not another one";
}

TEST_F(GivenAContract, WhenADealNeedsAContractThenTheyCannotBeSwitchedOff) {
    auto const refused = switch_contracts(false, WonRequires::contract);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().fields.front().field, "won_requires");
    EXPECT_TRUE(switch_contracts(false, WonRequires::order));
}

}  // namespace
}  // namespace wescrm::sales
