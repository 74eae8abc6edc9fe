#include "pool_given.hpp"

#include <gmock/gmock.h>

// Leads and customers that no rule takes for a while.
namespace wescrm::testing {
namespace {

using ::testing::HasSubstr;

/// li's leads and customers go into a pool when nobody has contacted them for five days; he may hold two of each.
struct GivenAProtectedLead : PoolTest {
    static std::string with_rule() {
        return R"("member_user_ids":["li"],"holding_cap":2,"rules":[{"kind":"first_follow","days":5,)"
               R"("warn_days":[2],"exempt":[]}])";
    }
    std::string leads = pool(with_rule(), "lead");
    std::string customers = pool(with_rule());
    std::string lead(std::string const& name) { return get("li", "lead.create", R"({"name":")" + name + R"("})"); }
    std::string protect(std::string const& object, std::string const& record, std::string const& until) {
        return message("li", object + ".protect", R"({"id":")" + record + R"(","until":")" + until + R"("})");
    }
    std::string member(std::string const& object, std::string const& record, std::string const& name) {
        return get("li", object + ".show", id_of(record), name);
    }
    std::string id = lead("王建国");
    GivenAProtectedLead() { begin_nights(); }
};

TEST_F(GivenAProtectedLead, WhenItIsProtectedThenNoRuleTakesItAndItIsNotCounted) {
    EXPECT_EQ(protect("lead", id, "2026-12-31"), "");
    EXPECT_EQ(member("lead", id, "protected_until"), "2026-12-31T16:00:00Z");
    EXPECT_EQ(member("lead", id, "recycle_due_at"), "");
    lead("刘芳");
    lead("赵强");
    EXPECT_EQ(reason("li", "lead.create", R"({"name":"周敏"})"), "holding_cap") << "two that are not protected";
    nights(12);
    EXPECT_EQ(count("lead where owner_id is not null"), 1);
    EXPECT_EQ(count("lead where owner_id is not null and id = " + id), 1);
    EXPECT_EQ(count("recycle_warning where object_id = " + id), 0);
    EXPECT_EQ(count("audit_log where action = 'lead.protect'"), 1);
}

TEST_F(GivenAProtectedLead, WhenItIsProtectedNoMoreThenItComesDueAgain) {
    EXPECT_EQ(protect("lead", id, "2026-12-31"), "");
    get("li", "lead.unprotect", id_of(id), "none");
    EXPECT_EQ(member("lead", id, "protected_until"), "");
    EXPECT_EQ(member("lead", id, "recycle_due_at"), "2026-11-30T15:59:59Z");
}

TEST_F(GivenAProtectedLead, WhenTheProtectionEndsByItselfThenItsOwnerIsWarnedAndLosesItThen) {
    auto const account = customer("li", "宏达科技");
    EXPECT_EQ(protect("lead", id, "2026-12-05"), "");
    EXPECT_EQ(protect("customer", account, "2026-12-05"), "");
    nights(10);
    EXPECT_EQ(count("recycle_warning"), 0);
    nights(1);
    EXPECT_EQ(member("lead", id, "protected_until"), "") << "it has ended";
    EXPECT_EQ(count("recycle_warning"), 2) << "nothing is taken without one";
    EXPECT_EQ(count("lead where owner_id is not null and id = " + id), 1);
    nights(5);
    EXPECT_EQ(count("lead where high_sea_id = " + leads), 1);
    EXPECT_EQ(count("customer where high_sea_id = " + customers), 1);
}

TEST_F(GivenAProtectedLead, WhenNothingCouldTakeItThenItIsNotProtected) {
    get("li", "lead.invalidate", R"({"id":")" + id + R"(","reason":"空号"})");
    EXPECT_THAT(protect("lead", id, "2026-12-31"), HasSubstr("无效，不会自动划入公海"));
    auto const other = lead("刘芳");
    EXPECT_THAT(protect("lead", other, "2026-11-20"), HasSubstr("保护期应晚于现在"));
    EXPECT_EQ(reason("boss", "lead.protect", id_of(other)), "") << "his superior may";
    EXPECT_EQ(reason("wang", "lead.protect", id_of("1")), "lead");
    get("li", "lead.release", R"({"id":")" + other + R"(","reason":"太忙"})");
    EXPECT_EQ(reason("wang", "lead.protect", id_of(other)), "in_pool");
    EXPECT_EQ(count("lead where protected_until is not null"), 0) << "the pool takes it without";
}

TEST_F(GivenAProtectedLead, WhenItsOwnerProtectsTooManyThenHeHearsSo) {
    in_tenant([&](database::Session& sql) {
        sql.execute("update high_sea set holding_cap = null where tenant_id = :t", {database::bind("t", tenant)});
    });
    EXPECT_EQ(protect("lead", id, "2026-12-31"), "");
    for (auto i = 1; i < 20; ++i) EXPECT_EQ(protect("lead", lead("线索" + std::to_string(i)), "2026-12-31"), "");
    EXPECT_THAT(protect("lead", lead("多一条"), "2026-12-31"), HasSubstr("最多保护 20 条"));
}

}  // namespace
}  // namespace wescrm::testing
