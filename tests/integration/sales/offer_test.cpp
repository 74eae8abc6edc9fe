#include "pool_given.hpp"

#include <gmock/gmock.h>

#include <thread>

// What was assigned and may be declined, what admins may do beyond caps, and who hears of claims and of what lies.
namespace wescrm::testing {
namespace {

using ::testing::HasSubstr;

struct GivenSomethingIsAssigned : PoolTest {
    std::string lead_pool = text("select id::text from high_sea where object = 'lead'");

    void company_rules(std::string const& fields) {
        auto const version = get("wang", "sales_rules.show", "{}", "version");
        get("wang", "sales_rules.change", R"({"version":)" + version + "," + fields + "}", "version");
    }
    std::string pooled(std::string const& name) {
        return get("wang", "lead.create", R"({"name":")" + name + R"(","high_sea_id":")" + lead_pool + R"("})");
    }
    std::string to(std::string const& id, std::string const& user, std::string const& more = {}) {
        return R"({"id":")" + id + R"(","user_id":")" + user + "\"" + more + "}";
    }
    std::string offer() { return text("select id::text from assignment_offer where status = 'pending'"); }
    std::string declining(std::string const& id, std::string const& why = "不在我的区域") {
        return R"({"id":")" + id + R"(","reason":")" + why + "\"}";
    }
    void make_administrator(std::string const& user) {
        in_tenant([&](database::Session& sql) {
            auto const role = sql.value<std::int64_t>(
                "insert into role (tenant_id, code, name, is_builtin, is_administrator) values (:t, 'administrator', "
                "'管理员', true, true) returning id",
                {database::bind("t", tenant)});
            sql.execute(
                "insert into role_member (tenant_id, role_id, employee_id) values (:t, :r, :e)",
                {database::bind("t", tenant), database::bind("r", *role), database::bind("e", employees.at(user))});
        });
    }
};

TEST_F(GivenSomethingIsAssigned, WhenTheCompanyLetsNobodyDeclineThenItIsOnlyTold) {
    get("wang", "lead.assign", to(pooled("王建国"), "li"));
    EXPECT_EQ(count("assignment_offer"), 0);
    EXPECT_EQ(count("outbox where kind = 'record_assigned' and recipient = 'li'"), 1);
}

TEST_F(GivenSomethingIsAssigned, WhenALeadOfThePoolIsDeclinedThenItLiesThereAgainAndTheAssignerHears) {
    company_rules(R"("decline_hours":24)");
    auto const id = pooled("王建国");
    get("wang", "lead.assign", to(id, "li", R"(,"reason":"苏州的")"));
    EXPECT_EQ(count("outbox where kind = 'record_offered' and recipient = 'li'"), 1);
    auto const given = offer();
    EXPECT_EQ(reason("boss", "assignment_offer.decline", declining(given)), "assignment_offer");
    EXPECT_EQ(reason("li", "assignment_offer.decline", declining(given, "  ")), "invalid");
    EXPECT_EQ(get("li", "assignment_offer.decline", declining(given), "status"), "declined");
    EXPECT_EQ(get("wang", "lead.show", id_of(id), "high_sea_id"), lead_pool);
    EXPECT_EQ(get("wang", "lead.show", id_of(id), "status"), "unassigned");
    EXPECT_EQ(count("ownership_event where kind = 'return' and reason = '不接受分配：不在我的区域'"), 1);
    EXPECT_EQ(count("outbox where kind = 'assignment_declined' and recipient = 'wang'"), 1);
    EXPECT_EQ(reason("li", "assignment_offer.decline", declining(given)), "decided");
}

TEST_F(GivenSomethingIsAssigned, WhenSomebodysOwnIsDeclinedThenItIsHisAgain) {
    company_rules(R"("decline_hours":24)");
    auto const lead = get("boss", "lead.create", R"({"name":"李丽"})");
    get("boss", "lead.transfer", to(lead, "li"));
    get("li", "assignment_offer.decline", declining(offer()), "status");
    EXPECT_EQ(get("boss", "lead.show", id_of(lead), "owner_user_id"), "boss");
    auto const customer_id = customer("boss", "宏达科技");
    get("boss", "customer.transfer", to(customer_id, "li"));
    EXPECT_EQ(count("outbox where kind = 'record_offered' and recipient = 'li'"), 2);
    get("li", "assignment_offer.decline", declining(offer()), "status");
    EXPECT_EQ(get("boss", "customer.show", id_of(customer_id), "owner_user_id"), "boss");
    EXPECT_EQ(count("outbox where kind = 'assignment_declined' and recipient = 'boss'"), 2);
    EXPECT_EQ(count("assignment_offer where status = 'pending'"), 0) << "what comes back cannot be declined again";
}

TEST_F(GivenSomethingIsAssigned, WhenARuleGaveItThenADeclinedLeadGoesIntoThePool) {
    company_rules(R"("decline_hours":24,"assign_leads":true)");
    get("wang", "lead_assignment_rule.create", R"({"name":"全部","members":[{"user_id":"li"}]})");
    auto const id = get("wang", "lead.create", R"({"name":"王建国"})");
    get("li", "assignment_offer.decline", declining(offer()), "status");
    EXPECT_EQ(get("wang", "lead.show", id_of(id), "high_sea_id"), lead_pool);
    EXPECT_EQ(count("outbox where kind = 'assignment_declined' and recipient = 'wang'"), 1);
}

TEST_F(GivenSomethingIsAssigned, WhenItIsAcceptedOrLateOrGoneThenItIsNotDeclined) {
    company_rules(R"("decline_hours":24)");
    get("wang", "lead.assign", to(pooled("一"), "li"));
    auto const accepted = offer();
    EXPECT_EQ(get("li", "assignment_offer.accept", id_of(accepted), "status"), "accepted");
    EXPECT_EQ(reason("li", "assignment_offer.decline", declining(accepted)), "decided");
    auto const moved = pooled("二");
    get("wang", "lead.assign", to(moved, "li"));
    auto const gone = offer();
    get("li", "lead.transfer", to(moved, "boss"));
    EXPECT_EQ(reason("li", "assignment_offer.decline", declining(gone)), "decided");
    get("boss", "assignment_offer.accept", id_of(offer()), "status");
    get("wang", "lead.assign", to(pooled("三"), "li"));
    auto const found = call("li", "assignment_offer.list", "{}");
    ASSERT_TRUE(found);
    EXPECT_EQ((*found)["items"].Size(), 1U);
    clock.advance(hours{24});
    EXPECT_EQ(reason("li", "assignment_offer.decline", declining(offer())), "too_late");
    EXPECT_EQ(call("li", "assignment_offer.list", "{}").value()["items"].Size(), 0U);
}

TEST_F(GivenSomethingIsAssigned, WhenItIsAcceptedAndDeclinedAtOnceThenOneCounts) {
    company_rules(R"("decline_hours":24)");
    get("wang", "lead.assign", to(pooled("一"), "li"));
    auto const given = offer();
    auto answers = std::vector<std::string>(2);
    {
        auto threads = std::vector<std::jthread>{};
        threads.emplace_back([&] { answers[0] = reason("li", "assignment_offer.accept", id_of(given)); });
        threads.emplace_back([&] { answers[1] = reason("li", "assignment_offer.decline", declining(given)); });
    }
    std::ranges::sort(answers);
    EXPECT_EQ(answers, (std::vector<std::string>{"", "decided"}));
    EXPECT_EQ(count("assignment_offer where status in ('accepted', 'declined')"), 1);
}

TEST_F(GivenSomethingIsAssigned, WhenHeHoldsAllHeMayThenOnlyAnAdminWithAReasonGivesMore) {
    auto const sea =
        pool(R"("member_user_ids":["li","boss"],"holding_cap":1,"rules":[{"kind":"no_follow","days":30}])");
    auto const pooled_customer = get("wang", "customer.create", R"({"name":"绿源","high_sea_id":")" + sea + R"("})");
    customer("li", "第一家");
    EXPECT_EQ(reason("wang", "customer.assign", to(pooled_customer, "li")), "holding_cap");
    auto const bosss = customer("boss", "第二家");
    EXPECT_EQ(reason("boss", "customer.transfer", to(bosss, "li", R"(,"over_cap_reason":"旺季")")), "over_cap");
    get("wang", "customer.assign", to(pooled_customer, "li", R"(,"reason":"就近","over_cap_reason":"旺季支援")"));
    EXPECT_EQ(count("ownership_event where kind = 'assign' and reason = '就近；超出持有上限：旺季支援'"), 1);
    EXPECT_EQ(count("audit_log where action = 'customer.assign' and reason like '%超出持有上限：旺季支援'"), 1);
}

TEST_F(GivenSomethingIsAssigned, WhenThePoolsAdminHoldsAllHeMayThenHeClaimsMoreWithAReason) {
    auto const sea = pool(R"("member_user_ids":["li"],"admin_user_ids":["boss"],"holding_cap":1,"cooldown_days":null)");
    auto const made = [&](std::string const& name) {
        return get("wang", "customer.create", R"({"name":")" + name + R"(","high_sea_id":")" + sea + R"("})");
    };
    get("boss", "customer.claim", id_of(made("一家公司")));
    auto const second = made("二家公司");
    EXPECT_EQ(reason("boss", "customer.claim", id_of(second)), "holding_cap");
    get("boss", "customer.claim", R"({"id":")" + second + R"(","over_cap_reason":"临时接管"})");
    EXPECT_EQ(count("ownership_event where kind = 'claim' and reason = '超出持有上限：临时接管'"), 1);
    get("li", "customer.claim", id_of(made("三家公司")));
    auto const fourth = made("四家公司");
    EXPECT_EQ(reason("li", "customer.claim", R"({"id":")" + fourth + R"(","over_cap_reason":"我要"})"), "holding_cap");
}

TEST_F(GivenSomethingIsAssigned, WhenTheCompanyWantsItThenThePoolsKeepersHearOfClaims) {
    make_administrator("wang");
    auto const sea = pool(R"("member_user_ids":["li"])");
    auto const made = [&](std::string const& name) {
        return get("wang", "customer.create", R"({"name":")" + name + R"(","high_sea_id":")" + sea + R"("})");
    };
    get("li", "customer.claim", id_of(made("一家公司")));
    EXPECT_EQ(count("outbox where kind = 'record_claimed'"), 0);
    company_rules(R"("tell_claims":true)");
    get("li", "customer.claim", id_of(made("二家公司")));
    EXPECT_EQ(count("outbox where kind = 'record_claimed' and recipient = 'wang'"), 1) << "it has no admin of its own";
    get("wang", "high_sea.change", R"({"id":")" + sea + R"(","version":1,"admin_user_ids":["boss"]})");
    get("li", "customer.claim", id_of(made("三家公司")));
    EXPECT_EQ(count("outbox where kind = 'record_claimed' and recipient = 'boss'"), 1);
    EXPECT_EQ(count("outbox where kind = 'record_claimed' and recipient = 'wang'"), 1);
}

TEST_F(GivenSomethingIsAssigned, WhenALeadLiesTooLongInAPoolWithoutAdminThenTheAdministratorsHear) {
    make_administrator("wang");
    get("wang", "high_sea.change", R"({"id":")" + lead_pool + R"(","version":1,"assign_days":1})");
    pooled("王建国");
    begin_nights();
    nights(3);
    EXPECT_EQ(count("outbox where kind = 'unassigned' and recipient = 'wang'"), 1);
    get("wang", "high_sea.change", R"({"id":")" + lead_pool + R"(","version":2,"admin_user_ids":["boss"]})");
    pooled("李丽");
    nights(3);
    EXPECT_EQ(count("outbox where kind = 'unassigned' and recipient = 'boss'"), 1);
    EXPECT_EQ(count("outbox where kind = 'unassigned' and recipient = 'wang'"), 1);
}

}  // namespace
}  // namespace wescrm::testing
