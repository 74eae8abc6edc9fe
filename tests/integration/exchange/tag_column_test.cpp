#include "given.hpp"

#include <gmock/gmock.h>

// Tags in tables: a column of customers, leads, contacts and opportunities.
namespace wescrm::exchange {
namespace {

using tables::Row;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct GivenTagsInTables : wescrm::testing::ExchangeTest {
    GivenTagsInTables() {
        perform("li", "tag_group.create", R"({"name":"意向程度","objects":["customer","lead"],"single":true})").value();
        for (auto const* tag : {"高意向", "观望中"})
            perform("li", "tag.create", R"({"group":"意向程度","name":")" + std::string{tag} + "\"}").value();
        perform("li", "tag.create", R"({"name":"老客户"})").value();
    }
    std::string on(std::string const& object, std::string const& name) {
        return in_tenant([&](database::Session& sql) {
            return sql
                .value<std::string>("select string_agg(t.name, '、' order by t.name collate \"C\") from " + object +
                                        "_tag u join tag t on t.tenant_id = u.tenant_id and t.id = u.tag_id join " +
                                        object + " x on x.tenant_id = u.tenant_id and x.id = u." + object +
                                        "_id where x.name = :name",
                                    {database::bind("name", name)})
                .value_or("");
        });
    }
};

TEST_F(GivenTagsInTables, WhenCustomersAreImportedThenEachHasTheTagsOfItsRow) {
    auto const done =
        import("li", "名称,客户标签\n宏达科技,高意向、老客户\n远航贸易,\"高意向,观望中\"\n绿源环保,展会\n", "create");
    EXPECT_THAT(messages("li", done), ElementsAre("create:", HasSubstr("只能选一个"), "create:"));
    EXPECT_EQ(on("customer", "宏达科技"), "老客户、高意向");
    EXPECT_EQ(on("customer", "绿源环保"), "展会");
    EXPECT_EQ(count("audit_log where action = 'customer.tag'"), 2);
    // Of an update, exactly these; an empty cell changes nothing.
    auto const again = import("li", "名称,标签,级别\n宏达科技,观望中,\n绿源环保,,重点\n", "update");
    EXPECT_THAT(messages("li", again), ElementsAre("update:", "update:"));
    EXPECT_EQ(on("customer", "宏达科技"), "观望中");
    EXPECT_EQ(on("customer", "绿源环保"), "展会");
}

TEST_F(GivenTagsInTables, WhenLeadsContactsAndOpportunitiesAreImportedThenTheyHaveTheirs) {
    import("li", "名称\n宏达科技\n", "create");
    import("li", "姓名,线索标签\n周敏,高意向、老客户\n", "create", "lead");
    EXPECT_EQ(on("lead", "周敏"), "老客户、高意向");
    auto const people =
        import("li", "姓名,客户名称,标签\n王建国,宏达科技,老客户\n李工,宏达科技,高意向\n", "create", "contact");
    EXPECT_THAT(messages("li", people), ElementsAre("create:", HasSubstr("不能用于联系人")));
    EXPECT_EQ(on("contact", "王建国"), "老客户");
    import("li", "商机名称,客户名称,标签\n产线改造,宏达科技,老客户\n", "create", "opportunity");
    EXPECT_EQ(on("opportunity", "产线改造"), "老客户");
}

TEST_F(GivenTagsInTables, WhenCustomersAreExportedThenTheirTagsStandInOneCell) {
    import("li", "名称,标签\n宏达科技,高意向、老客户\n远航贸易,\n", "create");
    auto const made =
        perform("li", "export.create",
                R"({"object":"customer","filter":{"sort":"name"},"columns":[{"field":"name","title":"名称"},)"
                R"({"field":"tags","title":"标签"}]})")
            .value();
    work();
    EXPECT_THAT(
        rows_of(perform("li", "export.content", about(made)).value()),
        ::testing::UnorderedElementsAre(Row{"名称", "标签"}, Row{"宏达科技", "老客户、高意向"}, Row{"远航贸易"}));
}

}  // namespace
}  // namespace wescrm::exchange
