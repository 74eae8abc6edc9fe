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

/// A customer with a contact and an opportunity, and a lead, each with a follow-up.
struct GivenRecordsOfEveryKind : GivenTimeGoesBy {
    GivenRecordsOfEveryKind() {
        sales::add_lead_operations(catalogue, {}, {}, {});
        boss = actor("boss");
        boss.is_administrator = true;
        contact = made("contact.create", R"({"name":"王建国","customer_id":")" + customer + R"("})");
        opportunity = made("opportunity.create", R"({"name":"年度采购","amount_fen":1,"customer_id":")" + customer +
                                                     R"(","contact_id":")" + contact + R"("})");
        lead = made("lead.create", R"({"name":"李丽","mobile":"13800138009"})");
        for (auto const& [type, id] :
             {std::pair{"contact", contact}, std::pair{"opportunity", opportunity}, std::pair{"lead", lead}})
            made("followup.create",
                 R"({"content":"电话","target_type":")" + std::string{type} + R"(","target_id":")" + id + R"("})");
    }
    std::string made(std::string const& operation, std::string const& input) {
        auto const done = perform(boss, operation, input);
        if (!done) throw std::runtime_error{operation + ": " + done.error().message};
        return json::find_string(*done, "id").value_or("");
    }
    operation::Actor boss;
    std::string contact, opportunity, lead;
};

TEST_F(GivenRecordsOfEveryKind, WhenTheyLayInTheBinLongEnoughThenTheyAreGoneAndTheCustomerKeepsItsFollowups) {
    for (auto const& [kind, id] :
         {std::pair{"opportunity", opportunity}, std::pair{"contact", contact}, std::pair{"lead", lead}}) {
        ASSERT_TRUE(perform(boss, std::string{kind} + ".delete", R"({"id":")" + id + R"("})")) << kind;
        auto const bin = perform(boss, "recycle_bin.list", R"({"object":")" + std::string{kind} + R"("})");
        ASSERT_TRUE(bin) << bin.error().message;
        EXPECT_EQ((*bin)["items"].Size(), 1U) << kind;
    }
    clock.advance(hours{24 * 30 - 1});
    EXPECT_EQ(tidied(sales::empty_recycle_bin), 0);
    clock.advance(hours{2});
    EXPECT_EQ(tidied(sales::empty_recycle_bin), 3);
    EXPECT_EQ(count("opportunity"), 0);
    EXPECT_EQ(count("lead"), 0);
    EXPECT_EQ(count("contact where id = " + contact), 0);
    EXPECT_EQ(count("followup where target_type = 'customer' and target_id = " + customer), 2);
    EXPECT_EQ(count("followup"), 2);
    EXPECT_EQ(count("stage_history"), 1) << "history stays";
    ASSERT_TRUE(perform(boss, "customer.delete", R"({"id":")" + customer + R"("})"));
    clock.advance(hours{24 * 30 + 1});
    EXPECT_EQ(tidied(sales::empty_recycle_bin), 1);
    EXPECT_EQ(count("customer"), 0);
}

TEST_F(GivenRecordsOfEveryKind, WhenTheCustomerOfAnOpportunityIsInTheBinThenTheOpportunityWaitsForIt) {
    auto const about = R"({"id":")" + opportunity + R"("})";
    ASSERT_TRUE(perform(boss, "opportunity.delete", about));
    ASSERT_TRUE(perform(boss, "customer.delete", R"({"id":")" + customer + R"("})"));
    EXPECT_EQ(perform(boss, "opportunity.restore", about).error().reason, "customer_deleted");
    ASSERT_TRUE(perform(boss, "customer.restore", R"({"id":")" + customer + R"("})"));
    EXPECT_TRUE(perform(boss, "opportunity.restore", about));
}

}  // namespace
}  // namespace wescrm::testing
