#include "given.hpp"

#include <gmock/gmock.h>

// Chapter 5.3: what a role masks is told to be there, and opened on demand with a line in the log.
namespace wescrm::exchange {
namespace {

using tables::Row;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

/// li sees orders, but of amounts only that there is one, and the payment terms in part.
struct GivenAnOrderWithAMaskedAmount : wescrm::testing::ExchangeTest {
    GivenAnOrderWithAMaskedAmount() {
        sales::add_trade_operations(catalogue);
        auto const customer = create("li", "宏达科技有限公司", "13800138000").value().id;
        auto const made = perform("li", "order.create",
                                  R"({"customer_id":")" + std::to_string(customer.value()) +
                                      R"(","amount_fen":1234500,"payment_terms":"货到三十天付清"})")
                              .value();
        order = json::find_string(made, "id").value();
        restrict("li", "amount_fen", 2, 2, "order");
        restrict("li", "payment_terms", 2, 2, "order");
    }
    json::Document shown() { return perform("li", "order.show", R"({"id":")" + order + "\"}").value(); }
    std::string order;
};

TEST_F(GivenAnOrderWithAMaskedAmount, WhenItIsShownThenTheRecordSaysWhatIsMasked) {
    auto const record = shown();
    EXPECT_EQ(json::find(record, "amount_fen"), nullptr);
    EXPECT_EQ(json::find_string(record, "payment_terms"), "货***清");
    auto told = std::vector<std::string>{};
    for (auto const& name : record["masked_fields"].GetArray()) told.emplace_back(json::view(name));
    EXPECT_THAT(told, ::testing::UnorderedElementsAre("amount_fen", "outstanding_fen", "payment_terms"));
    EXPECT_EQ(perform("boss", "order.show", R"({"id":")" + order + "\"}").value()["amount_fen"].GetInt64(), 1234500);
}

TEST_F(GivenAnOrderWithAMaskedAmount, WhenItIsAskedForThenItIsShownAndLogged) {
    auto const amount = perform("li", "order.reveal", R"({"id":")" + order + R"(","field":"amount_fen"})").value();
    EXPECT_EQ(json::find_string(amount, "value"), "1234500");
    EXPECT_EQ(count("audit_log where action = 'order.reveal' and object_id = " + order +
                    " and after::text like '%amount_fen%'"),
              1);
    EXPECT_FALSE(perform("li", "order.reveal", R"({"id":")" + order + R"(","field":"remark"})")) << "nobody masks it";
    EXPECT_EQ(perform("wang", "order.reveal", R"({"id":")" + order + R"(","field":"amount_fen"})").error().code,
              Errc::invalid_input);
    restrict("wang", "amount_fen", 2, 2, "order");
    EXPECT_EQ(perform("wang", "order.reveal", R"({"id":")" + order + R"(","field":"amount_fen"})").error().code,
              Errc::not_found);
}

TEST_F(GivenAnOrderWithAMaskedAmount, WhenItIsSortedFilteredOrSummedByThenItIsNotTold) {
    EXPECT_EQ(perform("li", "order.list", R"({"sort":"-amount_fen"})").error().reason, "hidden_field");
    EXPECT_TRUE(perform("li", "order.list", R"({"sort":"-created_at"})"));
    EXPECT_TRUE(perform("boss", "order.list", R"({"sort":"-amount_fen"})"));
}

TEST_F(GivenAnOrderWithAMaskedAmount, WhenItIsExportedThenTheCellSaysOnlyThatThereIsOne) {
    auto const made = perform("li", "export.create",
                              R"({"object":"order","format":"csv","columns":[{"field":"no","title":"编号"},)"
                              R"({"field":"amount_fen","title":"金额"},{"field":"payment_terms","title":"账期"}]})")
                          .value();
    work();
    auto const rows = rows_of(perform("li", "export.content", about(made)).value());
    ASSERT_EQ(rows.size(), 2);
    EXPECT_EQ(rows[1][1], "***");
    EXPECT_EQ(rows[1][2], "货***清");
}

TEST_F(GivenAnOrderWithAMaskedAmount, WhenWhatIsSeenInPartIsWrittenBackThenItIsRefusedAndTheRestIsChanged) {
    auto const refused = perform("li", "order.change",
                                 R"({"id":")" + order + R"(","version":1,"payment_terms":"货***清","remark":"加急"})");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().fields.front().field, "payment_terms");
    EXPECT_TRUE(
        perform("li", "order.change", R"({"id":")" + order + R"(","version":1,"remark":"加急","amount_fen":2000})"));
    EXPECT_EQ(count("sales_order where payment_terms = '货到三十天付清' and amount_fen = 2000"), 1);
    auto const history =
        json::write(perform("li", "record.history", R"({"object":"order","object_id":")" + order + "\"}").value());
    EXPECT_THAT(history, Not(HasSubstr("1234500")));
    EXPECT_THAT(history, Not(HasSubstr("货到")));
    EXPECT_THAT(history, HasSubstr("加急"));
}

TEST_F(GivenAnOrderWithAMaskedAmount, WhenItIsMaskedInListsOnlyThenTheRecordItselfShowsIt) {
    in_tenant([&](database::Session& sql) {
        sql.execute("update role_field set mask = 1 where tenant_id = :t", {database::bind("t", tenant)});
    });
    EXPECT_EQ(shown()["amount_fen"].GetInt64(), 1234500);
    auto const list = perform("li", "order.list", "{}").value();
    EXPECT_EQ(json::find(list["items"][0], "amount_fen"), nullptr);
}

}  // namespace
}  // namespace wescrm::exchange
