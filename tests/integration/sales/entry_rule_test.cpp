#include "pool_given.hpp"

#include <wescrm/sales/opportunity.hpp>
#include <wescrm/sales/trade.hpp>

#include <gmock/gmock.h>

// The rules of pools that ask for deals, opportunities and contracts, with real ones, through the nights; and leads
// that nobody assigns.
namespace wescrm::testing {
namespace {

using ::testing::HasSubstr;

/// Wednesday 2026-11-25. The administrator wang has two customers; he is a member of a pool.
struct GivenRealRecords : PoolTest {
    GivenRealRecords() {
        sales::add_trade_operations(catalogue);
        begin_nights();
    }
    void rule(std::string const& kind, std::string const& more = "") {
        id = pool(R"("member_user_ids":["wang"],"rules":[{"kind":")" + kind + R"(","days":10,"warn_days":[3,1])" +
                  more + "}]");
        kept = customer("wang", "宏达科技");
        lost = customer("wang", "绿源科技");
    }
    std::string due(std::string const& record) {
        return get("wang", "customer.show", id_of(record), "recycle_due_at").substr(0, 10);
    }
    std::int64_t warnings(std::string const& record) { return count("recycle_warning where object_id = " + record); }
    std::string of(std::string const& record, std::string const& more) {
        return R"({"customer_id":")" + record + R"(",)" + more + "}";
    }
    void order(std::string const& record) {
        get("wang", "order.submit", id_of(get("wang", "order.create", of(record, R"("amount_fen":1000000)"))));
    }
    void contract(std::string const& record, std::string const& last_day) {
        get("wang", "contract.submit",
            id_of(get("wang", "contract.create",
                      of(record, R"("name":"框架合同","amount_fen":1000000,"starts_on":"2026-01-01","ends_on":")" +
                                     last_day + R"(")"))));
    }
    void opportunity(std::string const& record) {
        auto input = sales::CreateOpportunity{};
        input.name = "产线改造";
        input.customer_id = sales::CustomerId{std::stoll(record)};
        input.amount_fen = Money::from_fen(1'000'000);
        auto const made =
            in_company("wang", [&](operation::Context& ctx) { return sales::create_opportunity(ctx, input); });
        if (!made) ADD_FAILURE() << made.error().message;
    }
    /// What nothing happens to is in the pool, and was warned about; the other one stays.
    void expect_only_one_is_lost() {
        EXPECT_EQ(count("customer where owner_id is null and high_sea_id = " + id + " and id = " + lost), 1);
        EXPECT_EQ(count("customer where owner_id is not null and id = " + kept), 1);
        EXPECT_EQ(count("ownership_event where kind = 'recycle' and rule_id is not null"), 1);
        EXPECT_EQ(warnings(lost), 2);
        EXPECT_EQ(count("outbox where kind = 'recycled' and recipient = 'wang'"), 1);
    }

    std::string id, kept, lost;
};

TEST_F(GivenRealRecords, WhenARuleAsksForDealsThenAnOrderInForceClearsIt) {
    rule("no_deal");
    EXPECT_EQ(due(kept), "2026-12-05");
    nights(8);
    EXPECT_EQ(warnings(kept), 1);
    order(kept);
    EXPECT_EQ(due(kept), "") << "closed ones are exempt";
    nights(5);
    expect_only_one_is_lost();
}

TEST_F(GivenRealRecords, WhenClosedOnesAreNotExemptThenTheyCountFromTheirLastDeal) {
    rule("no_deal", R"(,"exempt":[])");
    nights(8);
    order(kept);
    EXPECT_EQ(due(kept), "2026-12-13");
    nights(5);
    expect_only_one_is_lost();
    nights(8);
    EXPECT_EQ(count("customer where owner_id is null and id = " + kept), 1) << "no other deal came";
}

TEST_F(GivenRealRecords, WhenARuleAsksForOpportunitiesThenANewOneMovesTheDay) {
    rule("no_opportunity");
    EXPECT_EQ(due(kept), "2026-12-05");
    nights(8);
    EXPECT_EQ(warnings(kept), 1);
    opportunity(kept);
    EXPECT_EQ(due(kept), "2026-12-13");
    nights(5);
    expect_only_one_is_lost();
}

TEST_F(GivenRealRecords, WhenARuleAsksForContractsThenANewOneMovesTheDay) {
    rule("contract_end", R"(,"exempt":[])");
    EXPECT_EQ(due(kept), "") << "without a contract it does not concern them";
    contract(kept, "2026-11-28");
    contract(lost, "2026-11-28");
    EXPECT_EQ(due(kept), "2026-12-08");
    nights(11);
    EXPECT_EQ(warnings(kept), 1);
    contract(kept, "2027-06-30");
    EXPECT_EQ(due(kept), "2027-07-10");
    nights(5);
    expect_only_one_is_lost();
}

TEST_F(GivenRealRecords, WhenSomebodyTakesOnWhatHasAnOldContractThenHeHasTheDaysOfTheRule) {
    rule("contract_end", R"(,"exempt":[])");
    contract(kept, "2026-11-26");
    nights(20);
    EXPECT_EQ(count("customer where owner_id is null and id = " + kept), 1);
    get("wang", "customer.claim", id_of(kept));
    EXPECT_EQ(due(kept), "2026-12-25") << "not days of long ago";
}

/// A pool of leads whose admin boss hears of what nobody has assigned for two days.
struct GivenLeadsToAssign : PoolTest {
    std::string id = pool(R"("member_user_ids":["li"],"admin_user_ids":["boss"],"assign_days":2)", "lead");
    GivenLeadsToAssign() { begin_nights(); }
    std::string pooled(std::string const& name) {
        return get("wang", "lead.create", R"({"name":")" + name + R"(","high_sea_id":")" + id + R"("})");
    }
    std::int64_t told() { return count("outbox where kind = 'unassigned' and recipient = 'boss'"); }
    std::string last() {
        return text("select convert_from(body, 'UTF8') from outbox where kind = 'unassigned' order by id desc limit 1");
    }
};

TEST_F(GivenLeadsToAssign, WhenNobodyAssignsThemThenItsAdminHearsOnceAndOnlyOfThoseThatWait) {
    pooled("王建国");
    get("boss", "lead.assign", R"({"id":")" + pooled("刘芳") + R"(","user_id":"li"})");
    get("wang", "lead.void", R"({"id":")" + pooled("赵强") + R"(","reason":"广告"})");
    nights(1);
    EXPECT_EQ(told(), 0);
    nights(1);
    EXPECT_EQ(told(), 1) << "on the second day";
    EXPECT_THAT(last(), HasSubstr("王建国"));
    EXPECT_THAT(last(), Not(HasSubstr("刘芳"))) << "assigned";
    EXPECT_THAT(last(), Not(HasSubstr("赵强"))) << "void";
    nights(4);
    EXPECT_EQ(told(), 1);
}

TEST_F(GivenLeadsToAssign, WhenALeadComesBackThenTheTimeBeginsAnew) {
    auto const lead = pooled("王建国");
    get("boss", "lead.assign", R"({"id":")" + lead + R"(","user_id":"li"})");
    nights(3);
    get("li", "lead.release", R"({"id":")" + lead + R"(","reason":"区域不符","high_sea_id":")" + id + R"("})");
    nights(1);
    EXPECT_EQ(told(), 0);
    nights(1);
    EXPECT_EQ(told(), 1) << "on the second day";
    EXPECT_THAT(last(), HasSubstr("王建国"));
}

}  // namespace
}  // namespace wescrm::testing
