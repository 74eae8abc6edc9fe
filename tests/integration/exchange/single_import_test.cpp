#include "given.hpp"

#include <wescrm/sales/trade.hpp>

#include <gmock/gmock.h>

namespace wescrm::exchange {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Records that are written one by one: what holds for one made by hand holds for each row.
struct GivenACustomerToImportFor : wescrm::testing::ExchangeTest {
    GivenACustomerToImportFor() { hongda = create("li", "宏达科技有限公司", "13800138000").value().id; }

    std::int64_t counted(json::Value const& made, char const* member) {
        return json::find_integer(made, member).value_or(-1);
    }
    sales::CustomerId hongda;
};

TEST_F(GivenACustomerToImportFor, WhenContactsAreImportedThenEachHangsOnItsCustomer) {
    auto const done = import("li",
                             "姓名,公司,手机,职务,首要联系人\n"
                             "王建国,宏达科技,1.3900139E+10,采购经理,是\n"
                             "李梅,宏达科技有限公司,13700137000,,\n"
                             "张三,没有的公司,,,\n"
                             "赵四,宏达科技,12,,也许\n"
                             "钱五,宏达科技,13700137000,,\n",
                             "create", "contact");
    EXPECT_EQ(json::find_string(done, "state"), "done");
    EXPECT_EQ(counted(done, "created_count"), 2);
    EXPECT_THAT(messages("li", done),
                ElementsAre("create:", "create:", HasSubstr("没有客户「没有的公司」"),
                            AllOf(HasSubstr("error:"), HasSubstr("应为 是 或 否")), HasSubstr("已有联系人「李梅」")));
    EXPECT_EQ(
        count("contact where name = '王建国' and mobile = '13900139000' and is_primary and position = '采购经理'"), 1);
    EXPECT_EQ(count("outbox where recipient = 'li' and kind = 'import_ended'"), 1);
}

TEST_F(GivenACustomerToImportFor, WhenAnotherPersonsCustomerIsNamedThenItIsNotThere) {
    auto const done = import("wang", "姓名,公司\n王建国,宏达科技\n", "create", "contact");
    EXPECT_THAT(messages("wang", done), ElementsAre(HasSubstr("没有客户「宏达科技」，或您看不到它")));
    EXPECT_EQ(count("contact where name = '王建国'"), 0);
}

TEST_F(GivenACustomerToImportFor, WhenRowsAreCheckedThenNothingIsWritten) {
    auto const made = upload("li",
                             "产品名称,产品编码,标准价,税率\n"
                             "标准版,A1,1000,13\n"
                             "专业版,A2,2000.50505,13\n"
                             "旗舰版,A1,3000,13\n"
                             "体验版,A4,0,113\n"
                             "标准版二,A1,1,\n",
                             "product");
    perform("li", "import.check", about(made)).value();
    work();
    EXPECT_THAT(messages("li", made),
                ElementsAre("create:", HasSubstr("不是有效的单价"), HasSubstr("已有产品「标准版」"),
                            HasSubstr("应在 0 到 100 之间"), HasSubstr("与第 2 行重复")));
    EXPECT_EQ(count("product"), 0);
    EXPECT_EQ(count("outbox where kind = 'import_ended'"), 0);
    perform("li", "import.run", about(made)).value();
    work();
    EXPECT_EQ(count("product"), 1);
    EXPECT_EQ(count("product where code = 'A1' and price_e4 = 10000000 and tax_bp = 1300"), 1);
}

TEST_F(GivenACustomerToImportFor, WhenProductsAreUpdatedByCodeThenOnlyNamedColumnsChangeAndUndoingRestoresThem) {
    import("li", "产品名称,产品编码,标准价,单位\n标准版,A1,1000,套\n专业版,A2,2000,套\n", "create", "product");
    auto const done = import("li", "产品编码,产品名称,标准价\nA1,标准版,1200\nA2,专业版,2000\nA3,旗舰版,3000\n",
                             "create_or_update", "product");
    EXPECT_EQ(counted(done, "updated_count"), 1);
    EXPECT_EQ(counted(done, "skipped_count"), 1) << "it is like that already";
    EXPECT_EQ(counted(done, "created_count"), 1);
    EXPECT_EQ(count("product where code = 'A1' and price_e4 = 12000000 and unit = '套'"), 1);
    perform("li", "import.undo", about(done)).value();
    work();
    EXPECT_EQ(counted(job("li", done), "undone_count"), 2);
    EXPECT_EQ(count("product where code = 'A1' and price_e4 = 10000000 and unit = '套'"), 1);
    EXPECT_EQ(count("product where code = 'A3'"), 0);
    EXPECT_EQ(count("outbox where recipient = 'li' and kind = 'import_ended'"), 3);
}

TEST_F(GivenACustomerToImportFor, WhenSomebodyChangedARecordSinceThenUndoingLeavesIt) {
    auto const done = import("li", "产品名称,产品编码,标准价\n标准版,A1,1000\n专业版,A2,2000\n", "create", "product");
    in_tenant(
        [](database::Session& sql) { sql.execute("update product set version = version + 1 where code = 'A1'"); });
    perform("li", "import.undo", about(done)).value();
    work();
    EXPECT_THAT(messages("li", done), ElementsAre(HasSubstr("导入后又被修改过"), "undo:"));
    EXPECT_EQ(count("product"), 1);
}

TEST_F(GivenACustomerToImportFor, WhenOpportunitiesAreImportedThenTheyStandInTheirStages) {
    auto const done = import("li",
                             "商机名称,客户,商机金额,阶段,预计成交日期\n"
                             "年度采购,宏达科技,\"500,000\",需求确认,2026-12-31\n"
                             "二期,宏达科技,100,没有的阶段,\n"
                             "年度采购,宏达科技,1,,\n",
                             "create", "opportunity");
    EXPECT_THAT(messages("li", done),
                ElementsAre("create:", HasSubstr("没有进行中的阶段「没有的阶段」"), HasSubstr("已有商机「年度采购」")));
    EXPECT_EQ(count("opportunity p join sales_stage g on g.id = p.stage_id where g.name = '需求确认' and p.amount_fen "
                    "= 50000000 and p.expected_close_date = '2026-12-31'"),
              1);
    EXPECT_EQ(count("stage_history"), 1);
}

TEST_F(GivenACustomerToImportFor, WhenOrdersAreImportedThenTheirLinesAddUp) {
    import("li", "产品名称,产品编码,标准价\n标准版,A1,1000\n", "create", "product");
    auto const done = import("li",
                             "客户,产品,数量,单价,下单日期,订单金额\n"
                             "宏达科技,A1,2,,2026-11-20,\n"
                             "宏达科技,,,,2026-11-21,300.50\n"
                             "宏达科技,,2,,,\n"
                             "宏达科技,A1,2,,,999\n",
                             "create", "order");
    EXPECT_THAT(messages("li", done),
                ElementsAre("create:", "create:", HasSubstr("产品：填写了数量"), HasSubstr("应等于明细合计")));
    EXPECT_EQ(count("sales_order where amount_fen = 200000 and status = 'draft' and ordered_on = '2026-11-20'"), 1);
    EXPECT_EQ(count("sales_order where amount_fen = 30050"), 1);
    EXPECT_EQ(count("order_line"), 1);
}

TEST_F(GivenACustomerToImportFor, WhenHeadingsWereMappedByHandThenTheCompanyRemembersThem) {
    auto const made = upload("li", "货品,内部号,牌价,杂项\n标准版,A1,1000,x\n", "product");
    EXPECT_EQ(json::write(made["mapping"]), R"(["-","-","-","-"])");
    perform("li", "import.change", about(made, R"(,"version":1,"mapping":["name","code","price_fen","-"])")).value();
    perform("li", "import.check", about(made)).value();
    work();
    perform("li", "import.run", about(made)).value();
    work();
    EXPECT_EQ(count("import_heading where object = 'product'"), 4);
    EXPECT_EQ(count("import_heading where heading = '牌价' and field = 'price_fen'"), 1);
    auto const next = upload("wang", "牌价,货品,杂项\n1,专业版,y\n", "product");
    EXPECT_EQ(json::write(next["mapping"]), R"(["price_fen","name","-"])");
    EXPECT_EQ(json::write(upload("wang", "牌价,货品\n1,x\n", "contact")["mapping"]), R"(["-","-"])");
}

TEST_F(GivenACustomerToImportFor, WhenThePermissionIsMissingThenNoneOfThemIsImported) {
    in_tenant(
        [](database::Session& sql) { sql.execute("delete from role_permission where permission like '%.import'"); });
    for (auto const* object : {"contact", "product", "opportunity", "order"}) {
        EXPECT_EQ(perform("li", "import.template", R"({"object":")" + std::string{object} + "\"}").error().code,
                  Errc::forbidden);
        EXPECT_EQ(perform("li", "import.fields", R"({"object":")" + std::string{object} + "\"}").error().code,
                  Errc::forbidden);
    }
}

TEST_F(GivenACustomerToImportFor, WhenListsAreExportedThenTheyHoldNoMoreThanTheList) {
    import("li", "姓名,公司\n王建国,宏达科技\n", "create", "contact");
    import("li", "商机名称,客户\n年度采购,宏达科技\n", "create", "opportunity");
    import("li", "客户,订单金额\n宏达科技,100\n", "create", "order");
    for (auto const* object : {"contact", "opportunity", "order"}) {
        for (auto const& [user, rows] : {std::pair{"li", 1U}, {"boss", 1U}, {"wang", 0U}}) {
            auto const made = perform(user, "export.create", R"({"object":")" + std::string{object} + "\"}").value();
            work();
            auto const file = rows_of(perform(user, "export.content", about(made)).value());
            EXPECT_EQ(file.size(), rows + 1) << object << " of " << user;
            EXPECT_THAT(file[0], ::testing::Contains("客户名称")) << object;
        }
    }
    EXPECT_EQ(count("outbox where kind = 'export_ended' and recipient = 'wang'"), 3);
}

}  // namespace
}  // namespace wescrm::exchange
