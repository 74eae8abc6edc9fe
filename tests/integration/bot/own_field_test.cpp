#include "given.hpp"

#include <wescrm/sales/field_labels.hpp>

// A company's own fields in the chat: said by their labels, asked for where they must be filled, shown on cards.
namespace wescrm::bot {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

struct GivenOwnFields : GivenTwoSalespeople {
    GivenOwnFields() {
        define("customer", "trade", "choice",
               R"("label":"行业分类","required":true,"in_card":true,"options":["制造","零售"])");
        define("customer", "yearly", "money", R"("label":"年采购额")");
        define("contact", "hobby", "tags", R"("label":"兴趣爱好")");
        in_tenant([this](database::Session& sql) {
            for (auto const& own : sales::fields_by_label(sql, tenant))
                words.add_own(own.object, own.key, own.type, own.label);
        });
        handlers =
            chat_handlers({catalogue, services, [this](std::string_view text, Instant at, Zone const& zone) {
                               auto meant = language::understand(text, at, zone, words);
                               return Understood{std::move(meant.intent), meant.confidence, std::move(meant.slots)};
                           }});
    }
    void define(std::string const& object, std::string const& key, std::string const& type,
                std::string const& members) {
        in_tenant([&](database::Session& sql) {
            sql.execute(
                "insert into field (tenant_id, object, key, type, position, definition, created_at, updated_at) values "
                "(:t, :o, :k, :y, 1, :d::jsonb, now(), now())",
                {bind("t", tenant), bind("o", object), bind("k", key), bind("y", type),
                 bind("d", R"({"key":")" + key + R"(","type":")" + type + "\"," + members + "}")});
        });
    }
    std::string kept(std::string const& table, std::string const& key) {
        return in_tenant([&](database::Session& sql) {
            return sql
                .value<std::string>("select coalesce(max(custom ->> :k), '') from " + table + " where tenant_id = :t",
                                    {bind("t", tenant), bind("k", key)})
                .value();
        });
    }

    language::Vocabulary words;
};

TEST_F(GivenOwnFields, WhenOneMustBeFilledThenTheChatAsksForItUntilItIsRight) {
    EXPECT_THAT(says("新建客户 宏达科技"), AllOf(HasSubstr("还要填写行业分类"), HasSubstr("制造、零售")));
    EXPECT_THAT(says("采矿"), HasSubstr("这样不行"));
    EXPECT_EQ(count("customer"), 0);
    EXPECT_THAT(says("制造"), AllOf(HasSubstr("已新建客户"), HasSubstr("行业分类"), HasSubstr("制造")));
    EXPECT_EQ(kept("customer", "trade"), "制造");
}

TEST_F(GivenOwnFields, WhenTheSentenceNamesItThenNothingIsAsked) {
    EXPECT_THAT(says("新建客户 绿源环保 行业分类：零售"), AllOf(HasSubstr("已新建客户"), HasSubstr("零售")));
    EXPECT_EQ(count("customer where name = '绿源环保'"), 1);
    EXPECT_EQ(kept("customer", "trade"), "零售");
}

TEST_F(GivenOwnFields, WhenASentenceChangesItThenTheValueIsReadByItsKind) {
    says("新建客户 宏达科技 行业分类：零售");
    EXPECT_THAT(says("把宏达科技的行业分类改成制造"), AllOf(HasSubstr("已修改"), HasSubstr("制造")));
    EXPECT_EQ(kept("customer", "trade"), "制造");
    EXPECT_THAT(says("宏达科技的年采购额改成50万"), HasSubstr("已修改"));
    EXPECT_EQ(kept("customer", "yearly"), "50000000");
    EXPECT_THAT(says("宏达科技的行业分类改成采矿"), AllOf(HasSubstr("制造、零售"), Not(HasSubstr("已修改"))));
    EXPECT_EQ(kept("customer", "trade"), "制造");
}

}  // namespace
}  // namespace wescrm::bot
