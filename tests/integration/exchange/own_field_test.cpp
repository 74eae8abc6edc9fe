#include "given.hpp"

// The company's own fields of leads and customers in tables, both ways.
namespace wescrm::testing {
namespace {

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

}  // namespace
}  // namespace wescrm::testing
