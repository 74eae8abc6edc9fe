#include "given.hpp"

#include <wescrm/sales/names.hpp>

#include <gmock/gmock.h>

// The company's own fields of leads and customers in tables, both ways.
namespace wescrm::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct GivenOwnFieldsInTables : ExchangeTest {
    GivenOwnFieldsInTables() {
        sales::add_lead_operations(catalogue, {}, {}, {});
        for (auto const* object : {"lead", "customer"}) {
            define(
                object, "trade", "choice",
                R"("label":"行业分类","required":true,"options":[{"key":"m","label":"制造"},{"key":"r","label":"零售"}])");
            define(object, "yearly", "money", R"("label":"年采购额")");
            define(object, "tags", "tags", R"("label":"兴趣")");
        }
    }
    void define(std::string const& object, std::string const& key, std::string const& type,
                std::string const& members) {
        in_tenant([&](database::Session& sql) {
            using database::bind;
            sql.execute(
                "insert into field (tenant_id, object, key, type, position, definition, created_at, updated_at) values "
                "(:t, :o, :k, :y, (select count(*) + 1 from field), :d::jsonb, now(), now())",
                {bind("t", tenant), bind("o", object), bind("k", key), bind("y", type),
                 bind("d", R"({"key":")" + key + R"(","type":")" + type + "\"," + members + "}")});
        });
    }
    std::string custom(std::string const& table, std::string const& name) {
        return in_tenant([&](database::Session& sql) {
            return sql
                .value<std::string>("select custom::text from " + table + " where tenant_id = :t and name = :n",
                                    {database::bind("t", tenant), database::bind("n", name)})
                .value_or("");
        });
    }
    std::size_t found(std::string const& object, std::string const& condition) {
        auto const page = perform("li", object + ".list", R"({"custom":[")" + condition + R"("]})");
        return page ? (*page)["items"].Size() : 99;
    }
};

TEST_F(GivenOwnFieldsInTables, WhenLeadsAreImportedThenTheirOwnFieldsAreTypedAndFilteredBy) {
    auto const made = import("li",
                             "姓名,公司,行业分类,年采购额,兴趣\n王建国,宏达科技,制造,\"5,000\",登山、钓鱼\n"
                             "李梅,绿源环保,采矿,1,\n赵强,北辰会展,,1,\n",
                             "create", "lead");
    EXPECT_EQ(custom("lead", "王建国"), R"({"tags": ["登山", "钓鱼"], "trade": "m", "yearly": 500000})");
    EXPECT_EQ(count("lead"), 1) << "an unknown option and a missing required one are errors of their rows";
    EXPECT_EQ(found("lead", "yearly>=500000"), 1U);
    EXPECT_EQ(found("lead", "tags=钓鱼"), 1U);
}

TEST_F(GivenOwnFieldsInTables, WhenAnImportThatChangedThemIsUndoneThenFiltersSeeTheOldValues) {
    for (auto const* object : {"lead", "customer"}) {
        auto const name = std::string{object} == "lead" ? "姓名,手机" : "客户名称,电话";
        import("li", std::string{name} + ",行业分类,年采购额\n王建国,13800138000,制造,5000\n", "create", object);
        auto const second =
            import("li", std::string{name} + ",行业分类,年采购额\n王建国,13800138000,零售,9000\n", "update", object);
        EXPECT_EQ(found(object, "yearly=900000"), 1U) << object;
        perform("li", "import.undo", about(second)).value();
        work();
        EXPECT_EQ(custom(object, "王建国"), R"({"trade": "m", "yearly": 500000})") << object;
        EXPECT_EQ(found(object, "yearly=500000"), 1U) << object;
        EXPECT_EQ(found(object, "yearly=900000"), 0U) << object;
        EXPECT_EQ(found(object, "trade=m"), 1U) << object;
    }
}

TEST_F(GivenOwnFieldsInTables, WhenCustomersAreExportedThenOwnFieldsStandInWords) {
    import("li", "客户名称,行业分类,年采购额\n宏达科技,制造,5000\n");
    auto const begun = perform(
        "li", "export.create",
        R"({"object":"customer","format":"csv","columns":[{"field":"name","title":"名称"},{"field":"custom.*","title":"自定义字段"}]})");
    ASSERT_TRUE(begun) << begun.error().message;
    work();
    auto const rows = rows_of(perform("li", "export.content", about(*begun)).value());
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0], (tables::Row{"名称", "行业分类", "年采购额", "兴趣"}));
    EXPECT_EQ(rows[1][1], "制造");
    EXPECT_EQ(rows[1][2], "5000");
}

/// What records that are written one by one can have of their own.
struct GivenOwnFieldsOfSingleRecords : GivenOwnFieldsInTables {
    struct Case {
        std::string object;
        std::string table;
        std::string headings;  ///< of what every record needs
        std::vector<std::string> rows;
    };
    std::vector<Case> cases{
        {"contact", "contact", "姓名,客户名称", {"王一,宏达科技", "王二,宏达科技", "王三,宏达科技", "王四,宏达科技"}},
        {"product", "product", "产品名称,标准价", {"甲,1", "乙,2", "丙,3", "丁,4"}},
        {"opportunity",
         "opportunity",
         "商机名称,客户",
         {"一期,宏达科技", "二期,宏达科技", "三期,宏达科技", "四期,宏达科技"}},
        {"order", "sales_order", "客户,订单金额", {"宏达科技,100", "宏达科技,200", "宏达科技,300", "宏达科技,400"}}};

    GivenOwnFieldsOfSingleRecords() {
        for (auto const& one : cases) {
            define(one.object, "ref", "text", R"("label":"外部编号","required":true,"unique":true)");
            define(one.object, "since", "date", R"("label":"起始日")");
            define(one.object, "seats", "integer", R"("label":"席位","max":100)");
        }
        in_tenant([this](database::Session& sql) {
            sql.execute(
                "insert into customer (tenant_id, no, name, name_core, owner_id, acquired_at, created_at, updated_at, "
                "custom) values (:t, 'KH1', '宏达科技有限公司', :core, :owner, now(), now(), now(), '{\"trade\": "
                "\"m\"}')",
                {database::bind("t", tenant), database::bind("core", sales::name_core("宏达科技有限公司")),
                 database::bind("owner", employees.at("li"))});
        });
    }
};

TEST_F(GivenOwnFieldsOfSingleRecords, WhenTheyAreImportedThenRequiredUniqueAndTypedOnesHold) {
    for (auto const& one : cases) {
        auto const done =
            import("li",
                   one.headings + ",外部编号,起始日,席位\n" + one.rows[0] + ",R1,2026-11-27,20\n" + one.rows[1] +
                       ",,,\n" + one.rows[2] + ",R1,,\n" + one.rows[3] + ",R2,昨天的昨天,200\n",
                   "create", one.object);
        EXPECT_EQ(json::find_integer(done, "created_count"), 1) << one.object;
        EXPECT_THAT(messages("li", done),
                    ElementsAre("create:", HasSubstr("外部编号"), HasSubstr("外部编号"), HasSubstr("起始日")))
            << one.object;
        EXPECT_EQ(in_tenant([&](database::Session& sql) {
                      return sql.value<std::string>("select custom::text from " + one.table).value_or("");
                  }),
                  R"({"ref": "R1", "seats": 20, "since": "2026-11-27"})")
            << one.object;
    }
}

TEST_F(GivenOwnFieldsOfSingleRecords, WhenTheyAreExportedThenTheyStandInWords) {
    for (auto const& one : cases) {
        import("li", one.headings + ",外部编号,起始日,席位\n" + one.rows[0] + ",R1,2026-11-27,20\n", "create",
               one.object);
        auto const begun = perform("li", "export.create",
                                   R"({"object":")" + one.object +
                                       R"(","format":"csv","columns":[{"field":"custom.*","title":"自定义字段"}]})");
        ASSERT_TRUE(begun) << one.object << begun.error().message;
        work();
        auto const rows = rows_of(perform("li", "export.content", about(*begun)).value());
        ASSERT_EQ(rows.size(), 2U) << one.object;
        EXPECT_EQ(rows[0], (tables::Row{"外部编号", "起始日", "席位"})) << one.object;
        EXPECT_EQ(rows[1], (tables::Row{"R1", "2026-11-27", "20"})) << one.object;
    }
}

// The fields that every company has, by the company's words and rules.
struct GivenSystemFieldsInTables : ExchangeTest {
    void set(std::string const& object, std::string const& key, std::string const& type, std::string const& members) {
        in_tenant([&](database::Session& sql) {
            using database::bind;
            sql.execute(
                "insert into field (tenant_id, object, key, type, position, definition, created_at, updated_at) values "
                "(:t, :o, :k, :y, 1, :d::jsonb, now(), now())",
                {bind("t", tenant), bind("o", object), bind("k", "system." + key), bind("y", type),
                 bind("d", R"({"key":"system.)" + key + R"(","type":")" + type + "\"," + members + "}")});
        });
    }
};

TEST_F(GivenSystemFieldsInTables, WhenOneIsRequiredAndCalledOtherwiseThenTablesSayAndAskForItSo) {
    set("customer", "industry", "text", R"("label":"所属赛道","required":true)");
    set("customer", "remark", "text", R"("label":"备注","hidden":true)");
    auto const done = import("li", "客户名称,所属赛道\n甲公司,光伏\n乙公司,\n");
    EXPECT_EQ(json::find_integer(done, "created_count"), 1);
    EXPECT_THAT(messages("li", done), ElementsAre("create:", "error:所属赛道：不能为空"));
    auto const old = import("li", "客户名称,行业\n丙公司,风电\n");
    EXPECT_EQ(json::find_integer(old, "created_count"), 1) << "files with the usual heading are still understood";
    auto const update = import("li", "客户名称,级别\n甲公司,A\n", "update");
    EXPECT_EQ(json::find_integer(update, "updated_count"), 1) << "what is there needs nothing";
    auto const begun = perform("li", "export.create", R"({"object":"customer","format":"csv"})");
    ASSERT_TRUE(begun) << begun.error().message;
    work();
    auto const rows = rows_of(perform("li", "export.content", about(*begun)).value());
    EXPECT_THAT(rows.at(0), ::testing::Contains("所属赛道"));
    EXPECT_THAT(rows.at(0), ::testing::Not(::testing::Contains("行业")));
}

TEST_F(GivenSystemFieldsInTables, WhenRecordsAreWrittenSinglyThenTheSameHolds) {
    set("contact", "email", "text", R"("label":"工作邮箱","required":true)");
    import("li", "客户名称\n宏达科技\n");
    auto const done = import("li", "姓名,客户名称,工作邮箱\n王一,宏达科技,wang@hongda.example\n王二,宏达科技,\n",
                             "create", "contact");
    EXPECT_EQ(json::find_integer(done, "created_count"), 1);
    EXPECT_THAT(messages("li", done), ElementsAre("create:", HasSubstr("工作邮箱")));
}

}  // namespace
}  // namespace wescrm::testing
