#include "stage_given.hpp"

#include <gmock/gmock.h>

// The currency of a sales process: what its opportunities and their documents are in.
namespace wescrm::testing {
namespace {

using ::testing::HasSubstr;

/// Beside the default process in yuan one in dollars.
struct GivenAProcessInDollars : GivenAStageWithConditions {
    GivenAProcessInDollars() {
        sales::add_trade_operations(catalogue);
        auto const made =
            perform(
                "admin", "process.create",
                R"({"name":"外贸","currency":"USD","stages":[{"name":"询盘","probability":20},{"name":"打样","probability":50}]})")
                .value();
        abroad = text(made, "id");
        first = text(made["stages"][0], "id");
        second = text(made["stages"][1], "id");
    }
    static std::string text(json::Value const& from, std::string_view member) {
        return json::find_string(from, member).value_or("");
    }
    static std::string problem(Result<json::Document> const& answer) {
        if (answer) return "none";
        auto const& error = answer.error();
        return error.fields.empty() ? error.message : error.fields.front().field + ": " + error.fields.front().message;
    }
    Result<json::Document> open(std::string const& more) {
        return perform("li", "opportunity.create", R"({"name":"出口","customer_id":")" + customer + "\"" + more + "}");
    }
    json::Document opened_abroad(std::string const& amount = "100000") {
        return open(R"(,"process_id":")" + abroad + R"(","amount_fen":)" + amount).value();
    }
    json::Document of(std::string const& opportunity) {
        return perform("li", "opportunity.show", R"({"id":")" + opportunity + "\"}").value();
    }
    Result<json::Document> change(std::string const& opportunity, std::string const& what) {
        return perform("li", "opportunity.change",
                       R"({"id":")" + opportunity + R"(","version":)" +
                           std::to_string(json::find_integer(of(opportunity), "version").value()) + "," + what + "}");
    }
    Result<json::Document> put_abroad(std::string const& opportunity) {
        return change(opportunity, R"("process_id":")" + abroad + R"(","stage_id":")" + first + "\"");
    }
    json::Document document(std::string const& operation, std::string const& opportunity, std::string const& more) {
        auto made =
            perform("admin", operation,
                    R"({"customer_id":")" + customer + R"(","opportunity_id":")" + opportunity + "\"" + more + "}");
        if (!made) throw std::runtime_error{problem(made)};
        return std::move(made).value();
    }

    std::string abroad;
    std::string first;
    std::string second;
};

TEST_F(GivenAProcessInDollars, WhenAnOpportunityBeginsInItThenAllItsMoneyIsInDollars) {
    auto const made =
        open(R"(,"process_id":")" + abroad + R"(","lines":[{"name":"网关","price_fen":1500,"quantity":2}])").value();
    EXPECT_EQ(text(made, "currency"), "USD");
    EXPECT_EQ(text(made["lines"][0], "currency"), "USD");
    EXPECT_EQ(text(made["history"][0], "currency"), "USD");
    EXPECT_EQ(text(of(id), "currency"), "CNY") << "that of the default process";
    auto const known = perform("li", "process.open", "{}").value();
    auto titles = std::vector<std::string>{};
    for (auto const& one : known["items"].GetArray()) titles.push_back(text(one, "title"));
    EXPECT_THAT(titles, ::testing::Contains("外贸（USD）"));
    EXPECT_EQ(text(perform("li", "opportunity.list", R"({"q":"出口"})").value()["items"][0], "currency"), "USD");
}

TEST_F(GivenAProcessInDollars, WhenItsCurrencyChangesThenOnlyNewOpportunitiesAreInIt) {
    auto const before = text(opened_abroad(), "id");
    auto const to = [&](std::string const& currency) {
        auto const version =
            json::find_integer(perform("admin", "process.show", R"({"id":")" + abroad + "\"}").value(), "version");
        return perform("admin", "process.change",
                       R"({"id":")" + abroad + R"(","version":)" + std::to_string(*version) + R"(,"currency":")" +
                           currency + "\"}");
    };
    EXPECT_THAT(problem(to("XXX")), ::testing::AllOf(HasSubstr("currency: "), HasSubstr("CNY、USD")));
    EXPECT_EQ(text(to("EUR").value(), "currency"), "EUR");
    EXPECT_EQ(text(of(before), "currency"), "USD");
    EXPECT_EQ(text(opened_abroad(), "currency"), "EUR");
    EXPECT_EQ(count("audit_log where action = 'process.change' and after ->> 'currency' = 'EUR'"), 1);
    auto const versions = perform("admin", "process.versions", R"({"id":")" + abroad + "\"}").value();
    EXPECT_EQ(text(versions["items"][1]["definition"], "currency"), "USD");
}

TEST_F(GivenAProcessInDollars, WhenAnOpportunityWithAnAmountIsPutIntoItThenItSaysWhatToDoFirst) {
    auto const refused = problem(put_abroad(id));
    EXPECT_THAT(refused, HasSubstr("process_id: 流程「外贸」的币种是 USD，这个商机的金额是 CNY"));
    EXPECT_THAT(refused, HasSubstr("先把金额改为 0 并清空产品明细"));
    ASSERT_TRUE(change(id, R"("amount_fen":0)"));
    ASSERT_TRUE(put_abroad(id));
    EXPECT_EQ(text(of(id), "currency"), "USD");
    ASSERT_TRUE(change(id, R"("amount_fen":700)"));
    auto const shown = of(id);
    EXPECT_EQ(text(shown["history"][0], "currency"), "CNY") << "what it was in then";
    EXPECT_EQ(text(shown["history"][1], "currency"), "USD");
    EXPECT_EQ(count("audit_log where action = 'opportunity.change' and after ->> 'currency' = 'USD'"), 1);
}

TEST_F(GivenAProcessInDollars, WhenAnOpportunityHasLinesThenTheyKeepItFromAnotherCurrency) {
    auto const made = text(open(R"(,"lines":[{"name":"样品","price_fen":0}])").value(), "id");
    EXPECT_THAT(problem(put_abroad(made)), HasSubstr("process_id: "));
    ASSERT_TRUE(change(made, R"("lines":[])"));
    EXPECT_TRUE(put_abroad(made));
}

TEST_F(GivenAProcessInDollars, WhenTheKanbanIsSummedUpThenEachCurrencyStandsForItself) {
    opened_abroad("100000");
    opened_abroad("50000");
    auto const moved = text(opened_abroad("30000"), "id");
    ASSERT_TRUE(perform("li", "opportunity.advance", R"({"id":")" + moved + R"(","stage_id":")" + second + "\"}"));
    auto const home = text(open("").value(), "id");
    ASSERT_TRUE(put_abroad(home));
    in_tenant([&](database::Session& sql) {  // from the time when the process was in yuan
        sql.execute("update opportunity set currency = 'CNY', amount_fen = 400 where tenant_id = :t and id = :id",
                    {database::bind("t", tenant), database::bind("id", std::stoll(home))});
    });
    auto const board = perform("li", "opportunity.board", R"({"process_id":")" + abroad + "\"}").value();
    EXPECT_EQ(json::find_integer(board, "count"), 4);
    EXPECT_EQ(json::find_integer(board, "amount_fen"), 400);
    EXPECT_EQ(json::find_integer(board, "weighted_fen"), 80);
    ASSERT_EQ(board["foreign"].Size(), 1U);
    EXPECT_EQ(text(board["foreign"][0], "currency"), "USD");
    EXPECT_EQ(json::find_integer(board["foreign"][0], "count"), 3);
    EXPECT_EQ(json::find_integer(board["foreign"][0], "amount_fen"), 180'000);
    EXPECT_EQ(json::find_integer(board["foreign"][0], "weighted_fen"), 45'000);
    auto const& column = board["stages"][0];
    EXPECT_EQ(json::find_integer(column, "count"), 3);
    EXPECT_EQ(json::find_integer(column["foreign"][0], "amount_fen"), 150'000);
    auto const stalled = perform("li", "opportunity.board", R"({"process_id":")" + abroad + R"(","stalled":true})");
    ASSERT_TRUE(stalled);
    EXPECT_EQ((*stalled)["foreign"].Size(), 0U);
}

TEST_F(GivenAProcessInDollars, WhenACustomersOpportunitiesAreSummedUpThenEachCurrencyStandsForItself) {
    opened_abroad();
    auto const money = perform("admin", "customer.money", R"({"id":")" + customer + "\"}").value();
    EXPECT_EQ(json::find_integer(money, "open_opportunities"), 2);
    EXPECT_EQ(json::find_integer(money, "expected_fen"), 5);
    EXPECT_EQ(text(money, "foreign_expected_text"), "USD 1,000.00");
}

TEST_F(GivenAProcessInDollars, WhenADocumentIsMadeOfAnOpportunityThenItIsInItsCurrencyUnlessItSaysOtherwise) {
    auto const opportunity = text(opened_abroad(), "id");
    auto const lines = std::string{R"(,"lines":[{"product_name":"网关","price_fen":1500}])"};
    EXPECT_EQ(text(document("quote.create", opportunity, lines), "currency"), "USD");
    EXPECT_EQ(text(document("order.create", opportunity, lines), "currency"), "USD");
    EXPECT_EQ(text(document("order.create", opportunity, R"(,"amount_fen":900)"), "currency"), "USD");
    EXPECT_EQ(text(document("order.create", opportunity, R"(,"amount_fen":900,"currency":"CNY")"), "currency"), "CNY");
    auto const contract = document("contract.create", opportunity, R"(,"amount_fen":900)");
    EXPECT_EQ(text(contract, "currency"), "USD");
    auto const within = R"(,"amount_fen":900,"contract_id":")" + text(contract, "id") + "\"";
    EXPECT_EQ(text(document("order.create", id, within), "currency"), "USD") << "the contract's comes first";
}

TEST_F(GivenAProcessInDollars, WhenConsentIsAskedForThenTheApprovalSaysTheAmountInDollars) {
    auto const version =
        json::find_integer(perform("admin", "process.show", R"({"id":")" + abroad + "\"}").value(), "version").value();
    ASSERT_TRUE(perform("admin", "process.change",
                        R"({"id":")" + abroad + R"(","version":)" + std::to_string(version) + R"(,"stages":[{"id":")" +
                            first + R"(","name":"询盘","probability":20,"needs_approval":true},{"id":")" + second +
                            R"(","name":"打样","probability":50}]})"));
    auto const opportunity = text(opened_abroad(), "id");
    ASSERT_TRUE(perform("li", "opportunity.submit", R"({"id":")" + opportunity + "\"}"));
    EXPECT_EQ(count("approval where amount_fen is null and cause like '%USD 1,000.00%'"), 1);
}

}  // namespace
}  // namespace wescrm::testing
