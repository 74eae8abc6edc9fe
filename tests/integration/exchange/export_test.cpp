#include "given.hpp"

#include <gmock/gmock.h>

namespace wescrm::exchange {
namespace {

using tables::Row;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

struct GivenCustomers : wescrm::testing::ExchangeTest {
    GivenCustomers() {
        create("li", "宏达科技有限公司", "13800138000").value();
        create("li", "=cmd|' /C calc'!A0", "13900000001").value();
        create("wang", "远航贸易", "13700000001").value();
    }
    Result<json::Document> begin(std::string const& user, std::string const& more) {
        return perform(user, "export.create", R"({"object":"customer")" + more + "}");
    }
    std::vector<Row> exported(std::string const& user, std::string const& more) {
        auto const made = begin(user, more).value();
        work();
        return rows_of(perform(user, "export.content", about(made)).value());
    }
    std::string const columns = R"(,"columns":[{"field":"name","title":"名称"},{"field":"mobile","title":"电话"}])";
};

TEST_F(GivenCustomers, WhenSomebodyExportsThenOnlyWhatHisListShows_Z04) {
    EXPECT_THAT(exported("li", columns),
                UnorderedElementsAre(Row{"名称", "电话"}, Row{"宏达科技有限公司", "13800138000"},
                                     Row{"=cmd|' /C calc'!A0", "13900000001"}));
    EXPECT_THAT(exported("wang", columns), ElementsAre(Row{"名称", "电话"}, Row{"远航贸易", "13700000001"}));
}

TEST_F(GivenCustomers, WhenPhonesAreMaskedOnTheScreenThenTheyAreInTheFile_Z04) {
    auto const rows = exported("boss", columns);
    ASSERT_EQ(rows.size(), 4);
    for (auto const& row : rows) EXPECT_TRUE(row[1] == "电话" || row[1].find("****") != std::string::npos) << row[1];
}

TEST_F(GivenCustomers, WhenAFieldIsHiddenThenItIsNotEvenHeaded_Z04) {
    restrict("li", "mobile", 0, 0);
    EXPECT_THAT(exported("li", columns),
                UnorderedElementsAre(Row{"名称"}, Row{"宏达科技有限公司"}, Row{"=cmd|' /C calc'!A0"}));
    EXPECT_FALSE(begin("li", columns + R"(,"filter":{"q":"x","sort":"mobile"})"));
}

TEST_F(GivenCustomers, WhenTheListIsFilteredThenSoIsTheFile) {
    EXPECT_THAT(exported("li", columns + R"(,"filter":{"q":"宏达"},"format":"csv")"),
                ElementsAre(Row{"名称", "电话"}, Row{"宏达科技有限公司", "13800138000"}));
    EXPECT_EQ(begin("li", R"(,"filter":{"nonsense":"1"})").error().code, Errc::invalid_input);
}

TEST_F(GivenCustomers, WhenTextsBeginLikeFormulasThenTheFileHasNone_I04) {
    auto const made = begin("li", columns + R"(,"format":"csv")").value();
    work();
    auto const file = perform("li", "export.content", about(made)).value();
    EXPECT_THAT(from_base64(json::find_string(file, "content").value()).value(), HasSubstr("\n'=cmd|"));
}

TEST_F(GivenCustomers, WhenAnotherAsksForTheFileThenThereIsNone_T10) {
    auto const made = begin("li", columns).value();
    EXPECT_EQ(perform("li", "export.content", about(made)).error().reason, "export_state");
    work();
    for (auto const* who : {"wang", "boss"}) {
        EXPECT_EQ(perform(who, "export.content", about(made)).error().code, Errc::not_found);
        EXPECT_EQ(perform(who, "export.show", about(made)).error().code, Errc::not_found);
    }
    clock.advance(hours{72});
    EXPECT_EQ(perform("li", "export.content", about(made)).error().code, Errc::not_found);
}

TEST_F(GivenCustomers, WhenThePermissionIsGoneThenNothingIsWrittenAnyMore) {
    auto const made = begin("li", columns).value();
    in_tenant([](database::Session& sql) {
        sql.execute("delete from role_permission where permission = 'customer.export'");
    });
    work();
    EXPECT_EQ(json::find_string(perform("li", "export.show", about(made)).value(), "state"), "failed");
    EXPECT_EQ(begin("li", columns).error().code, Errc::forbidden);
}

TEST_F(GivenCustomers, WhenThereAreManyThenPiecesMakeOneFileUpToTheLimit) {
    auto csv = std::string{"名称\n"};
    for (auto i = 0; i < 450; ++i) csv += "客户甲" + std::to_string(1'000 + i) + "号\n";
    config.import_chunk = 500;
    handlers = timer_handlers(lists, config);
    import("li", csv);
    EXPECT_EQ(exported("li", columns).size(), 453);
    config.export_rows = 300;
    handlers = timer_handlers(lists, config);
    auto const made = begin("li", columns).value();
    EXPECT_GT(work(), 1);
    auto const done = perform("li", "export.show", about(made)).value();
    EXPECT_EQ(json::find_integer(done, "row_count"), 300);
    EXPECT_EQ(json::find_bool(done, "is_cut"), true);
    EXPECT_EQ(count("export_row"), 0);
    EXPECT_EQ(count("audit_log where action = 'export.create'"), 2);
}

}  // namespace
}  // namespace wescrm::exchange
