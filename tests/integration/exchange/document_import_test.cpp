#include "given.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/sales/invoice.hpp>

#include <gmock/gmock.h>

namespace wescrm::exchange {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// An order in force over 1,000 yuan, for what hangs on it.
struct GivenAnOrderToImportFor : wescrm::testing::ExchangeTest {
    GivenAnOrderToImportFor() {
        hongda = create("li", "宏达科技有限公司", "13800138000").value().id;
        import("li", "客户,订单金额,提交\n宏达科技,1000,是\n", "create", "order");
        no = in_tenant([](database::Session& sql) {
                 return sql.value<std::string>("select no from sales_order");
             }).value();
    }
    std::string paid() {
        return in_tenant([](database::Session& sql) {
                   return sql.value<std::string>("select received_fen::text from sales_order");
               })
            .value();
    }
    sales::CustomerId hongda;
    std::string no;
};

TEST_F(GivenAnOrderToImportFor, WhenARowSaysSoThenItsOrderIsInForce) {
    EXPECT_EQ(count("sales_order where status = 'in_force'"), 1);
}

TEST_F(GivenAnOrderToImportFor, WhenPlansAreImportedThenTheyStayWithinTheOrder) {
    auto const done = import("li",
                             "订单编号,期数,计划回款日期,计划金额,备注\n" + no + ",1,2026-12-01,400,首付\n" + no +
                                 ",2,2027-01-01,\"600.00\",\n" + no + ",3,2027-02-01,1,\n没有,1,2026-12-01,1,\n" + no +
                                 ",2,2026-12-01,1,\n",
                             "create", "payment_plan");
    EXPECT_THAT(messages("li", done), ElementsAre("create:", "create:", HasSubstr("error:"),
                                                  HasSubstr("没有编号为「没有」的订单"), HasSubstr("第 2 期")));
    EXPECT_EQ(count("payment_plan where amount_fen = 40000 and due_on = '2026-12-01' and remark = '首付'"), 1);
    auto const changed =
        import("li", "订单编号,期数,计划回款日期\n" + no + ",2,2027-01-15\n", "update", "payment_plan");
    EXPECT_THAT(messages("li", changed), ElementsAre("update:"));
    EXPECT_EQ(count("payment_plan where period = 2 and due_on = '2027-01-15' and amount_fen = 60000"), 1);
    perform("li", "import.undo", about(changed)).value();
    work();
    EXPECT_EQ(count("payment_plan where period = 2 and due_on = '2027-01-01'"), 1);
    perform("li", "import.undo", about(done)).value();
    work();
    EXPECT_EQ(count("payment_plan where status = 'void'"), 1) << "the other one was changed since";
}

/// A contract in force over 1,000 yuan, of a company that has no orders.
struct GivenAContractToImportFor : wescrm::testing::ExchangeTest {
    GivenAContractToImportFor() {
        create("li", "宏达科技有限公司", "13800138000").value();
        in_tenant([&](database::Session& sql) {
            sql.execute(
                "insert into role_permission (tenant_id, role_id, permission, reach) select tenant_id, id, p, 'self' "
                "from "
                "role, unnest(array['contract.view', 'contract.edit']) p where id = :role",
                {database::bind("role", roles["li"])});
            sql.execute(
                "insert into sales_setting (tenant_id, settings, updated_at) select id, '{\"orders\": false}', now() "
                "from tenant");
            sql.execute(
                "insert into contract (tenant_id, no, name, customer_id, owner_id, amount_fen, status, in_force_at, "
                "created_at, updated_at) select tenant_id, 'HT-1', '年度合同', id, owner_id, 100000, 'in_force', "
                "now(), "
                "now(), now() from customer");
        });
    }
};

TEST_F(GivenAContractToImportFor, WhenPlansAndPaymentsAreImportedThenTheyNameTheContract) {
    auto const plans =
        import("li",
               "合同编号,期数,计划回款日期,计划金额\nHT-1,1,2026-12-01,400\nHT-1,2,2027-01-01,601\nHT-2,1,"
               "2026-12-01,1\n",
               "create", "payment_plan");
    EXPECT_THAT(messages("li", plans),
                ElementsAre("create:", HasSubstr("合同金额"), HasSubstr("没有编号为「HT-2」的合同")));
    EXPECT_THAT(
        messages("li", import("li", "合同编号,期数,计划回款日期\nHT-1,1,2027-01-15\n", "update", "payment_plan")),
        ElementsAre("update:"));
    auto const payments = import("li", "合同,回款金额,期次,提交\nHT-1,300,1,是\nHT-1,800,,\n", "create", "payment");
    EXPECT_THAT(messages("li", payments), ElementsAre("create:", HasSubstr("超过未回款金额")));
    EXPECT_EQ(count("sales_order where mirrors and received_fen = 30000"), 1);
    EXPECT_EQ(count("payment_plan where received_fen = 30000 and due_on = '2027-01-15'"), 1);
}

TEST_F(GivenAContractToImportFor, WhenPaymentsAreExportedThenTheFileNamesContractsAndNoOrders) {
    import("li", "合同,回款金额,提交\nHT-1,300,是\n", "create", "payment");
    in_tenant([&](database::Session& sql) {
        sql.execute(
            "insert into role_permission (tenant_id, role_id, permission, reach) select tenant_id, id, p, 'self' from "
            "role, unnest(array['payment.view', 'payment.export']) p where id = :role on conflict do nothing",
            {database::bind("role", roles["li"])});
    });
    auto const exported = [this](std::string const& columns) {
        auto const made = perform("li", "export.create", R"({"object":"payment")" + columns + "}").value();
        work();
        return rows_of(perform("li", "export.content", about(made)).value());
    };
    auto const chosen =
        exported(R"(,"columns":[{"field":"contract_no","title":"合同"},{"field":"amount_fen","title":"金额"}])");
    EXPECT_THAT(chosen, ElementsAre(tables::Row{"合同", "金额"}, tables::Row{"HT-1", "300"}));
    auto const all = exported("");
    ASSERT_EQ(all.size(), 2U);
    EXPECT_THAT(all.front(), ::testing::Contains(HasSubstr("合同")));
    EXPECT_THAT(all.front(), ::testing::Not(::testing::Contains(HasSubstr("订单"))));
}

TEST_F(GivenAnOrderToImportFor, WhenPaymentsAreImportedThenOnlySubmittedOnesCount) {
    import("li", "订单编号,期数,计划回款日期,计划金额\n" + no + ",1,2026-12-01,400\n", "create", "payment_plan");
    auto const done =
        import("li",
               "订单,回款金额,回款日期,期次,付款方,提交\n" + no + ",300,2026-11-20,1,宏达,是\n" + no +
                   ",200,2026-11-21,,,否\n" + no + ",800,,,,\n" + no + ",1,2027-11-21,,,\n" + no + ",1,,9,,\n",
               "create", "payment");
    EXPECT_THAT(messages("li", done),
                ElementsAre("create:", "create:", AllOf(HasSubstr("回款金额"), HasSubstr("超过未回款金额")),
                            HasSubstr("不能晚于今天"), HasSubstr("没有第「9」期")));
    EXPECT_EQ(paid(), "30000");
    EXPECT_EQ(count("payment_plan where received_fen = 30000"), 1);
    EXPECT_EQ(count("payment where status = 'draft' and amount_fen = 20000 and paid_on = '2026-11-21'"), 1);
    perform("li", "import.undo", about(done)).value();
    work();
    EXPECT_THAT(messages("li", done).front(), HasSubstr("作废"));
    EXPECT_EQ(count("payment"), 1) << "what counts stays";
    EXPECT_EQ(paid(), "30000");
}

TEST_F(GivenAnOrderToImportFor, WhenARowCannotBeSubmittedThenItLeavesNoDraft) {
    in_tenant(
        [](database::Session& sql) { sql.execute("delete from role_permission where permission = 'payment.submit'"); });
    auto const done = import("li", "订单,回款金额,提交\n" + no + ",300,是\n" + no + ",200,否\n", "create", "payment");
    EXPECT_THAT(messages("li", done), ElementsAre(HasSubstr("没有这项权限"), "create:"));
    EXPECT_EQ(count("payment"), 1);
}

TEST_F(GivenAnOrderToImportFor, WhenInvoicesAreImportedThenTheirTitlesAreTheCustomers) {
    auto title = sales::CreateInvoiceTitle{};
    title.customer_id = hongda;
    title.name = "宏达科技有限公司";
    title.tax_no = "91320594MA1MXQ8K73";
    ASSERT_TRUE(as("li", [&](operation::Context& ctx) { return sales::create_invoice_title(ctx, title); }));
    auto const done = import("li",
                             "订单,开票金额,发票类型,税率,开票抬头\n" + no + ",600,专票,13,\n" + no +
                                 ",100,普票,,别的公司\n" + no + ",10000,,,\n" + no + ",1,收据,,\n",
                             "create", "invoice");
    EXPECT_THAT(messages("li", done), ElementsAre("create:", HasSubstr("没有开票抬头"), HasSubstr("不能超过订单金额"),
                                                  HasSubstr("应为 普票、专票、电子发票 之一")));
    EXPECT_EQ(count("invoice where amount_fen = 60000 and kind = 'special' and tax_bp = 1300 and status = 'draft'"), 1);
    perform("li", "import.undo", about(done)).value();
    work();
    EXPECT_EQ(count("invoice"), 0);
}

TEST_F(GivenAnOrderToImportFor, WhenFollowupsAreImportedThenAuthorAndTimeAreThoseOfTheRow) {
    auto const csv = std::string{
        "客户名称,跟进内容,跟进方式,跟进时间,跟进人\n"
        "宏达科技,谈了价格,电话,2026-11-20 10:00,li\n"
        "宏达科技,到访演示,拜访,2026-11-10 09:30,wang\n"
        "没有的公司,x,,,\n"
        "宏达科技,以后的,,2030-01-01 08:00,\n"};
    auto const refused = import("li", csv, "create", "followup");
    EXPECT_THAT(messages("li", refused), ElementsAre("create:", HasSubstr("不能补录这位员工"),
                                                     HasSubstr("没有客户「没有的公司」"), HasSubstr("error:")));
    auto const done = import("boss", csv, "skip", "followup");
    EXPECT_THAT(messages("boss", done),
                ElementsAre("skip:", "create:", HasSubstr("没有客户「没有的公司」"), HasSubstr("error:")));
    EXPECT_EQ(count("followup f join employee e on e.id = f.author_id where e.user_id = 'wang' and f.method = 'visit' "
                    "and f.followed_at = '2026-11-10 01:30Z'"),
              1);
    EXPECT_EQ(count("customer where last_follow_at = '2026-11-20 02:00Z'"), 1);
    perform("boss", "import.undo", about(done)).value();
    work();
    EXPECT_EQ(count("followup where deleted_at is null"), 1);
    auto const update = upload("li", csv, "followup");
    perform("li", "import.change", about(update, R"(,"version":1,"mode":"update")")).value();
    EXPECT_THAT(perform("li", "import.check", about(update)).error().fields.front().message,
                HasSubstr("只能新建，不能更新"));
}

TEST_F(GivenAnOrderToImportFor, WhenRowsAreOneOrderThenItHasTheirLinesOrIsNotThereAtAll) {
    import("li", "产品名称,产品编码,标准价\n标准版,A1,1000\n专业版,A2,2000\n", "create", "product");
    auto const done = import("li",
                             "订单标识,客户,产品,数量,单价\n"
                             "X1,宏达科技,A1,2,\n"
                             "X1,,A2,1,1500\n"
                             "X1,宏达科技,A1,1,900\n"
                             "X1,,A2,1,\n"
                             "X2,宏达科技,A1,1,\n"
                             "X2,,没有,1,\n"
                             ",宏达科技,A2,1,\n"
                             "X1,宏达科技,A1,5,\n",
                             "create", "order");
    EXPECT_THAT(messages("li", done), ElementsAre("create:", "line:并入第 2 行", "line:并入第 2 行", "line:并入第 2 行",
                                                  AllOf(HasSubstr("error:第 7 行"), HasSubstr("没有产品「没有」")),
                                                  HasSubstr("error:产品"), "create:", HasSubstr("连在一起")));
    EXPECT_EQ(count("sales_order where amount_fen = 640000"), 1) << "four lines in pieces of three rows";
    EXPECT_EQ(count("order_line"), 5);
    EXPECT_EQ(json::find_integer(done, "created_count"), 2);
    perform("li", "import.undo", about(done)).value();
    work();
    EXPECT_EQ(count("order_line"), 0);
    EXPECT_EQ(count("sales_order"), 1);
}

TEST_F(GivenAnOrderToImportFor, WhenALaterRowSaysOtherwiseThenTheOrderIsRefused) {
    import("li", "产品名称,产品编码,标准价\n标准版,A1,1000\n", "create", "product");
    ASSERT_TRUE(create("li", "远航贸易"));
    auto const done =
        import("li", "订单标识,客户,产品,数量\nX1,宏达科技,A1,2\nX1,远航贸易,A1,1\nX2,宏达科技,A1,1\nX2,,,\n", "create",
               "order");
    EXPECT_THAT(messages("li", done), ElementsAre(HasSubstr("第 3 行"), HasSubstr("与同一条记录的第 2 行不同"),
                                                  HasSubstr("第 5 行"), HasSubstr("每行必填")));
    EXPECT_EQ(count("sales_order"), 1);
}

TEST_F(GivenAnOrderToImportFor, WhenPriceBooksAreImportedThenPricesAreAddedAndUndoingTakesThemBack) {
    import("li", "产品名称,产品编码,标准价\n标准版,A1,1000\n专业版,A2,2000\n", "create", "product");
    auto const made = import("li",
                             "价格表,产品,起订量,价格,底价,生效日期\n"
                             "渠道价,A1,,900,800,2026-01-01\n"
                             "渠道价,A1,10,850,,\n"
                             "大客户价,A2,,1500,1600,\n",
                             "create", "price_book");
    EXPECT_THAT(messages("li", made), ElementsAre("create:", "line:并入第 2 行", HasSubstr("底价不能高于价格")));
    EXPECT_EQ(count("price_book_row"), 2);
    auto const again = import("li", "价格表,产品,价格\n渠道价,A2,1800\n渠道价,A1,880\n", "create", "price_book");
    EXPECT_THAT(messages("li", again).front(), HasSubstr("已有价格表「渠道价」"));
    auto const changed =
        import("li", "价格表,产品,价格\n渠道价,A2,1800\n渠道价,A1,880\n", "create_or_update", "price_book");
    EXPECT_THAT(messages("li", changed).front(), "update:");
    EXPECT_EQ(count("price_book_row where price_e4 in (18000000, 8800000, 8500000)"), 3);
    perform("li", "import.undo", about(changed)).value();
    work();
    EXPECT_EQ(count("price_book_row where price_e4 in (9000000, 8500000)"), 2);
    EXPECT_EQ(count("price_book_row"), 2);
}

TEST_F(GivenAnOrderToImportFor, WhenPriceBooksAreExportedThenTheFileCanBeImportedAgain) {
    import("li", "产品名称,产品编码,标准价\n标准版,A1,1000\n专业版,A2,2000\n", "create", "product");
    in_tenant([&](database::Session& sql) {
        sql.execute(
            "insert into department (tenant_id, id, name, path) values (:t, 9001, '全公司', '{9001}'), (:t, 9002, "
            "'华东', '{9001,9002}')",
            {database::bind("t", tenant)});
    });
    auto const made = import("li",
                             "价格表,产品,起订量,价格,底价,币种,生效日期,失效日期,适用客户,适用部门\n"
                             "渠道价,A1,,90.5,80,USD,2026-01-01,2026-12-31,宏达科技、远航,华东\n"
                             "宏达价,A1,,90.5,80,美元,2026-01-01,2026-12-31,宏达科技,全公司/华东\n"
                             "宏达价,A2,10,85,,,,,,\n",
                             "create", "price_book");
    EXPECT_THAT(messages("li", made), ElementsAre(AllOf(HasSubstr("适用客户"), HasSubstr("没有客户「远航」")),
                                                  "create:", "line:并入第 3 行"));
    EXPECT_EQ(count("price_book where currency = 'USD' and cardinality(customer_ids) = 1 and department_ids = "
                    "'{9002}'"),
              1);
    auto const exported = perform("li", "export.create", R"({"object":"price_book","format":"csv"})").value();
    work();
    auto const rows = rows_of(perform("li", "export.content", about(exported)).value());
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_THAT(rows[1], ::testing::IsSupersetOf({"宏达价", "A1", "标准版", "0", "90.50", "80.00", "USD", "2026-01-01",
                                                  "2026-12-31", "宏达科技有限公司", "全公司/华东", "是"}));
    auto csv = std::string{};
    for (auto const& row : rows) {
        for (auto const& cell : row) csv += (&cell == &row.front() ? "" : ",") + cell;
        csv += "\n";
    }
    auto const same = import("li", csv, "update", "price_book");
    EXPECT_THAT(messages("li", same), ElementsAre("skip:", "skip:并入第 2 行")) << "nothing is different";
    auto const dearer = import("li", text::replace_all(csv, "90.50", "95"), "update", "price_book");
    EXPECT_THAT(messages("li", dearer), ElementsAre("update:", "line:并入第 2 行"));
    EXPECT_EQ(count("price_book_row where price_e4 = 950000 and floor_e4 = 800000"), 1);
    perform("li", "import.undo", about(dearer)).value();
    work();
    EXPECT_EQ(count("price_book_row where price_e4 = 905000"), 1);
    auto const half = import("li", "价格表,产品,价格,币种\n宏达价,A1,90.5,EUR\n", "update", "price_book");
    EXPECT_THAT(messages("li", half), ElementsAre(HasSubstr("换币种请列出它的全部产品价格")));
    auto const whole = import("li", text::replace_all(csv, "USD", "EUR"), "update", "price_book");
    EXPECT_THAT(messages("li", whole).front(), "update:");
    EXPECT_EQ(count("price_book where currency = 'EUR'"), 1);
    perform("li", "import.undo", about(whole)).value();
    work();
    EXPECT_EQ(count("price_book where currency = 'USD'"), 1);
}

TEST_F(GivenAnOrderToImportFor, WhenOrdersNameACurrencyThenTheyAreInIt) {
    auto const done =
        import("li", "客户,订单金额,币种\n宏达科技,100,美元\n宏达科技,200,\n宏达科技,1,贝壳\n", "create", "order");
    EXPECT_THAT(messages("li", done), ElementsAre("create:", "create:", HasSubstr("币种：应为 CNY、USD")));
    EXPECT_EQ(count("sales_order where currency = 'USD' and amount_fen = 10000"), 1);
}

TEST_F(GivenAnOrderToImportFor, WhenContractsAreSwitchedOffThenFollowupsAreNotOfferedThem) {
    auto const offered = [&] {
        auto const fields = perform("li", "import.fields", R"({"object":"followup"})").value();
        return json::write(fields["items"][0]["options"]);
    };
    EXPECT_THAT(offered(), HasSubstr("合同"));
    in_tenant([&](database::Session& sql) {
        sql.execute(
            "insert into sales_setting (tenant_id, settings, updated_at) values (:t, '{\"contracts\":false}', "
            "now()) on conflict (tenant_id) do update set settings = excluded.settings",
            {database::bind("t", tenant)});
    });
    EXPECT_THAT(offered(), ::testing::Not(HasSubstr("合同")));
    auto const done = import("li", "对象类型,客户名称,跟进内容\n合同,HT1,谈了\n", "create", "followup");
    EXPECT_THAT(messages("li", done).front(), AllOf(HasSubstr("应为"), ::testing::Not(HasSubstr("合同、"))));
}

TEST_F(GivenAnOrderToImportFor, WhenTagsAreImportedThenThoseThatAreThereAreLeftAlone) {
    auto const done = import("li", "标签名称\n重点\n展会\n重点\n", "skip", "tag");
    EXPECT_THAT(messages("li", done), ElementsAre("create:", "create:", HasSubstr("skip:")));
    auto const again = import("li", "标签名称\n重点\n新客\n", "skip", "tag");
    EXPECT_THAT(messages("li", again), ElementsAre("skip:", "create:"));
    perform("li", "import.undo", about(again)).value();
    work();
    EXPECT_EQ(count("tag"), 2);
}

TEST_F(GivenAnOrderToImportFor, WhenWhatHangsOnOrdersIsExportedThenItIsWhatTheListShows) {
    import("li", "订单编号,期数,计划回款日期,计划金额\n" + no + ",1,2026-12-01,400\n", "create", "payment_plan");
    import("li", "订单,回款金额\n" + no + ",300\n", "create", "payment");
    import("li", "客户名称,跟进内容\n宏达科技,谈了价格\n", "create", "followup");
    for (auto const* object : {"payment_plan", "payment", "followup"}) {
        auto const made = perform("li", "export.create", R"({"object":")" + std::string{object} + "\"}").value();
        work();
        auto const rows = rows_of(perform("li", "export.content", about(made)).value());
        EXPECT_EQ(rows.size(), 2U) << object;
        auto const others = perform("wang", "export.create", R"({"object":")" + std::string{object} + "\"}").value();
        work();
        EXPECT_EQ(rows_of(perform("wang", "export.content", about(others)).value()).size(), 1U) << object;
    }
}

}  // namespace
}  // namespace wescrm::exchange
