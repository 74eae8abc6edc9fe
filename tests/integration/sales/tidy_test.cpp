#include "field_given.hpp"

#include <wescrm/operation/team_expiry.hpp>
#include <wescrm/sales/recycle_bin.hpp>

// What time alone makes due.
namespace wescrm::testing {
namespace {

struct GivenTimeGoesBy : GivenAPhone {
    int tidied(int (*tidy)(operation::Context&, int)) {
        return as("system", [&](operation::Context& ctx) -> Result<int> { return tidy(ctx, 100); }).value();
    }
    std::string about_version() { return R"({"id":")" + customer + R"(","version":1})"; }
};

TEST_F(GivenTimeGoesBy, WhenATeamMembersTimeIsOverThenHeIsTakenOutAndTold) {
    ASSERT_TRUE(perform(
        actor("li"), "customer.share",
        R"({"id":")" + customer + R"(","user_id":"wang","power":"read","expires_at":"2026-11-26T12:00:00+08:00"})"));
    EXPECT_EQ(tidied(operation::remove_expired_members), 0);
    clock.advance(hours{24});
    EXPECT_EQ(tidied(operation::remove_expired_members), 1);
    EXPECT_EQ(tidied(operation::remove_expired_members), 0);
    EXPECT_EQ(count("team_member"), 0);
    EXPECT_EQ(count("outbox where kind = 'team_changed'"), 2);
    EXPECT_EQ(count("audit_log where action = 'customer.unshare'"), 1);
}

TEST_F(GivenTimeGoesBy, WhenACustomerLayInTheBinAsLongAsTheCompanyKeepsItThenItIsGoneWithItsParts) {
    in_tenant([&](database::Session& sql) {
        sql.execute("update tenant set settings = settings || '{\"recycle_bin_days\": 10}' where id = :t",
                    {database::bind("t", tenant)});
    });
    ASSERT_TRUE(perform(actor("li"), "followup.create",
                        R"({"target_type":"customer","target_id":")" + customer + R"(","content":"拜访"})"));
    ASSERT_TRUE(create("li", "绿源环保"));
    ASSERT_TRUE(perform(actor("system"), "customer.delete", about_version()));
    clock.advance(hours{24 * 10 - 1});
    EXPECT_EQ(tidied(sales::empty_recycle_bin), 0);
    clock.advance(hours{2});
    EXPECT_EQ(tidied(sales::empty_recycle_bin), 1);
    EXPECT_EQ(count("customer"), 1);
    EXPECT_EQ(count("followup"), 0);
    EXPECT_EQ(count("audit_log where action = 'customer.purge'"), 1);
    EXPECT_FALSE(perform(actor("li"), "customer.restore", about()));
}

}  // namespace
}  // namespace wescrm::testing
