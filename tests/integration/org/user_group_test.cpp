#include "given.hpp"

#include <gmock/gmock.h>

// Chapter 6: named sets of people as the target of share rules.
namespace wescrm::testing {
namespace {

using ::testing::HasSubstr;

/// li owns 宏达; ma and fang see their own records only, and fang is in the group 项目组.
struct GivenAGroup : OrgTest {
    GivenAGroup() {
        in_tenant([&](database::Session& sql) {
            for (auto const* user : {"li", "ma", "fang"}) add(sql, user, "销售员");
        });
        customer = id_of(perform("li", "customer.create", R"({"name":"宏达科技有限公司","mobile":"13800138000"})"));
        group = id_of(perform("root", "group.create", R"({"name":"项目组","member_user_ids":["fang"]})"));
    }
    Result<json::Document> share(std::string const& more = "") {
        return perform("root", "share.create",
                       R"({"objects":["customer"],"source_type":"employee","source_id":"li","target_type":"group",)"
                       R"("target_id":")" +
                           group + R"(","right":"read")" + more + "}");
    }
    bool sees(std::string const& user) {
        return perform(user, "customer.show", R"({"id":")" + customer + "\"}").has_value();
    }
    std::string customer;
    std::string group;
};

TEST_F(GivenAGroup, WhenRecordsAreSharedWithItThenItsMembersSeeThemWhileTheyAreInIt) {
    EXPECT_FALSE(sees("fang"));
    ASSERT_TRUE(share());
    EXPECT_TRUE(sees("fang"));
    EXPECT_FALSE(sees("ma"));
    ASSERT_TRUE(perform("root", "group.change", R"({"id":")" + group + R"(","version":1,"member_user_ids":["ma"]})"));
    EXPECT_FALSE(sees("fang"));
    EXPECT_TRUE(sees("ma"));
    EXPECT_EQ(count("audit_log where object = 'user_group' and action = 'group.change'"), 1);
}

TEST_F(GivenAGroup, WhenTheRuleHasAConditionOrIsOverThenItHoldsForGroupsToo) {
    ASSERT_TRUE(share(R"(,"conditions":[{"field":"source","test":"is","values":["展会"]}])"));
    EXPECT_FALSE(sees("fang"));
    ASSERT_TRUE(perform("li", "customer.change", R"({"id":")" + customer + R"(","version":1,"source":"展会"})"));
    EXPECT_TRUE(sees("fang"));
}

TEST_F(GivenAGroup, WhenARuleUsesItThenItIsNotDeletedUntilTheRuleIsGone) {
    auto const rule = id_of(share());
    auto const about = R"({"id":")" + group + R"(","version":1})";
    auto const refused = perform("root", "group.delete", about);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().reason, "group_in_use");
    EXPECT_THAT(refused.error().message, HasSubstr("1 条数据共享规则"));
    ASSERT_TRUE(perform("root", "share.delete", R"({"id":")" + rule + R"(","version":1})"));
    EXPECT_TRUE(perform("root", "group.delete", about));
    EXPECT_EQ(count("user_group_member"), 0);
}

TEST_F(GivenAGroup, WhenWhatIsTypedIsWrongThenTheFieldSaysIt) {
    EXPECT_EQ(refused(perform("root", "group.create", R"({"name":" 项目组 ","member_user_ids":[]})")), "name");
    EXPECT_EQ(refused(perform("root", "group.create", R"({"name":"甲组","member_user_ids":["nobody"]})")),
              "member_user_ids[0]");
    EXPECT_EQ(refused(perform("root", "group.change", R"({"id":")" + group + R"(","version":7,"name":"乙组"})")),
              "version");
    EXPECT_EQ(perform("li", "group.list", "{}").error().code, Errc::forbidden);
    group = "1";
    EXPECT_EQ(refused(share()), "target_id");
}

}  // namespace
}  // namespace wescrm::testing
