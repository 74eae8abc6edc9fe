#include "pool_given.hpp"

#include <gmock/gmock.h>

#include <thread>

namespace wescrm::testing {
namespace {

using ::testing::HasSubstr;

/// The seller li and the boss are members of a pool; wang is the administrator.
struct GivenAPool : PoolTest {
    std::string id = pool(R"("member_user_ids":["li","boss"],"claim_daily_limit":2,"cooldown_days":7)");
    std::string in_pool(std::string const& name) {
        return get("wang", "customer.create",
                   R"({"name":")" + name + R"(","mobile":"1390000)" + std::to_string(1000 + ++made) +
                       R"(","high_sea_id":")" + id + R"("})");
    }
    int made = 0;
};

TEST_F(GivenAPool, WhenAMemberClaimsThenHeOwnsTheRecordAndItsPhone) {
    auto const customer = in_pool("宏达科技");
    EXPECT_EQ(get("li", "customer.show", id_of(customer), "mobile"), "");
    EXPECT_EQ(get("li", "customer.claim", id_of(customer), "owner_user_id"), "li");
    EXPECT_EQ(get("li", "customer.show", id_of(customer), "mobile"), "13900001001");
    EXPECT_EQ(get("li", "customer.show", id_of(customer), "acquired_kind"), "claim");
    EXPECT_EQ(get("li", "customer.show", id_of(customer), "high_sea_id"), "");
    EXPECT_EQ(count("ownership_event where kind = 'claim' and high_sea_id = " + id), 1);
    EXPECT_EQ(count("audit_log where action = 'customer.claim'"), 1);
}

TEST_F(GivenAPool, WhenSomebodyWithoutASeatAsksThenHeSeesAndGetsNothing) {
    administrator = "boss";
    auto const lonely = pool(R"("member_user_ids":["li"])");
    auto const customer = get("li", "customer.create", R"({"name":"宏达科技","high_sea_id":")" + lonely + R"("})");
    EXPECT_EQ(reason("wang", "customer.show", id_of(customer)), "customer");
    EXPECT_EQ(reason("wang", "customer.claim", id_of(customer)), "not_member");
    EXPECT_EQ(reason("wang", "high_sea.show", id_of(lonely)), "high_sea");
    EXPECT_EQ(reason("wang", "customer.create", R"({"name":"绿源","high_sea_id":")" + lonely + R"("})"),
              "invalid_field");
}

TEST_F(GivenAPool, WhenTwoClaimThenTheSecondHearsWhoWonAndWhen) {
    auto const customer = in_pool("宏达科技");
    get("li", "customer.claim", id_of(customer));
    auto const late = call("boss", "customer.claim", id_of(customer));
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, Errc::conflict);
    EXPECT_EQ(late.error().reason, "taken");
    EXPECT_THAT(late.error().message, HasSubstr("已被 li 于 11月25日 周三 16:30 领取"));
}

TEST_F(GivenAPool, WhenTheDayIsUsedUpThenTheRefusalSaysSince) {
    get("li", "customer.claim", id_of(in_pool("甲方科技")));
    get("li", "customer.claim", id_of(in_pool("乙方科技")));
    auto const third = in_pool("丙方科技");
    EXPECT_EQ(reason("li", "customer.claim", id_of(third)), "daily_limit");
    EXPECT_THAT(message("li", "customer.claim", id_of(third)),
                HasSubstr("每日领取上限 2 已用完，11月26日 周四 00:00 后可再领取"));
    clock.advance(hours{8});
    EXPECT_EQ(get("li", "customer.claim", id_of(third), "owner_user_id"), "li");
}

TEST_F(GivenAPool, WhenTheFormerOwnerComesBackThenHeCoolsDownFirst) {
    auto const customer = in_pool("宏达科技");
    get("li", "customer.claim", id_of(customer));
    EXPECT_EQ(reason("li", "customer.release", R"({"id":")" + customer + R"(","reason":" "})"), "invalid");
    clock.advance(minutes{1});
    get("li", "customer.release", R"({"id":")" + customer + R"(","reason":"暂无需求","high_sea_id":")" + id + R"("})");
    EXPECT_EQ(text("select kind from ownership_event order by at desc, id desc limit 1"), "return");
    clock.advance(hours{7 * 24 - 1});
    EXPECT_EQ(reason("li", "customer.claim", id_of(customer)), "cooldown");
    EXPECT_EQ(reason("boss", "customer.claim", id_of(customer)), "");
    get("wang", "customer.recall", R"({"id":")" + customer + R"(","reason":"收回","high_sea_id":")" + id + R"("})");
    clock.advance(hours{1});
    EXPECT_EQ(reason("li", "customer.claim", id_of(customer)), "");  // of boss's loss he knows nothing
}

TEST_F(GivenAPool, WhenSomebodyHoldsAllHeMayThenNothingIsAdded) {
    auto const small =
        pool(R"("member_user_ids":["li","boss"],"holding_cap":1,"rules":[{"kind":"no_follow","days":30}])");
    auto const first = customer("li", "自有客户");
    EXPECT_FALSE(first.empty());
    auto const other = get("wang", "customer.create", R"({"name":"宏达科技","high_sea_id":")" + small + R"("})");
    EXPECT_EQ(reason("li", "customer.claim", id_of(other)), "holding_cap");
    EXPECT_EQ(reason("li", "customer.create", R"({"name":"第二家"})"), "holding_cap");
    EXPECT_EQ(reason("wang", "customer.assign", R"({"id":")" + other + R"(","user_id":"li"})"), "holding_cap");
    auto const bosss = customer("boss", "经理客户");
    EXPECT_EQ(reason("boss", "customer.transfer", R"({"id":")" + bosss + R"(","user_id":"li"})"), "holding_cap");
}

TEST_F(GivenAPool, WhenAnAdminOfThePoolAssignsThenTheReceiverIsTold) {
    auto const led = pool(R"("member_user_ids":["li"],"admin_user_ids":["boss"],"members_claim":false)");
    auto const customer = get("wang", "customer.create", R"({"name":"宏达科技","high_sea_id":")" + led + R"("})");
    EXPECT_EQ(reason("li", "customer.claim", id_of(customer)), "not_member");
    EXPECT_EQ(reason("li", "customer.assign", R"({"id":")" + customer + R"(","user_id":"li"})"), "permission");
    EXPECT_EQ(get("boss", "customer.assign", R"({"id":")" + customer + R"(","user_id":"li"})", "owner_user_id"), "li");
    EXPECT_EQ(count("outbox where kind = 'customer_transferred'"), 1);
    EXPECT_EQ(get("li", "customer.show", id_of(customer), "acquired_kind"), "assign");
    // and takes it back
    EXPECT_EQ(get("boss", "customer.recall",
                  R"({"id":")" + customer + R"(","reason":"调整","high_sea_id":")" + led + R"("})", "high_sea_id"),
              led);
    EXPECT_EQ(count("outbox where kind = 'record_recalled'"), 1);
}

TEST_F(GivenAPool, WhenRecordsMoveThenTheyAreInExactlyOnePool) {
    auto const other = pool(R"("member_user_ids":["boss"])");
    auto const customer = in_pool("宏达科技");
    EXPECT_EQ(reason("li", "customer.move", R"({"id":")" + customer + R"(","high_sea_id":")" + other + R"("})"),
              "high_sea_admin");
    get("wang", "customer.move", R"({"id":")" + customer + R"(","high_sea_id":")" + other + R"("})");
    EXPECT_EQ(reason("li", "customer.show", id_of(customer)), "customer");
    EXPECT_EQ(get("boss", "customer.show", id_of(customer), "high_sea_id"), other);
}

TEST_F(GivenAPool, WhenItHoldsRecordsThenItStays) {
    auto const customer = in_pool("宏达科技");
    EXPECT_EQ(reason("wang", "high_sea.disable", id_of(id)), "not_empty");
    EXPECT_EQ(reason("wang", "high_sea.delete", id_of(id)), "not_empty");
    get("li", "customer.claim", id_of(customer));
    EXPECT_EQ(get("wang", "high_sea.disable", id_of(id), "enabled"), "false");
    EXPECT_EQ(reason("wang", "high_sea.delete", id_of(id)), "");
}

TEST_F(GivenAPool, WhenTwoHundredClaimAtTheSameTimeThenOneWinsAndTheOthersHearWho) {
    auto const customer = in_pool("宏达科技");
    in_tenant([&](database::Session& sql) {
        for (auto& [employee, user] :
             sql.rows<EmployeeId, std::string>("insert into employee (tenant_id, user_id, name) select :t, 'c' || n, "
                                               "'c' || n from generate_series(1, "
                                               "200) n returning id, user_id",
                                               {database::bind("t", tenant)}))
            employees[user] = employee;
        sql.execute(
            "insert into high_sea_seat (tenant_id, high_sea_id, employee_id) select :t, :pool, id from employee "
            "where user_id like 'c%'",
            {database::bind("t", tenant), database::bind("pool", std::stoll(id))});
    });
    auto wins = std::atomic<int>{0};
    auto losses = std::atomic<int>{0};
    auto threads = std::vector<std::thread>{};
    for (auto i = 1; i <= 200; ++i)
        threads.emplace_back([&, user = "c" + std::to_string(i)] {
            auto done = call(user, "customer.claim", id_of(customer));
            while (!done && (done.error().code == Errc::unavailable || done.error().code == Errc::timed_out))
                done = call(user, "customer.claim", id_of(customer));  // the machine was busy: nothing happened
            if (done) ++wins;
            if (!done && done.error().reason == "taken" && done.error().message.starts_with("已被 c")) ++losses;
        });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(wins, 1);
    EXPECT_EQ(losses, 199);
    EXPECT_EQ(count("ownership_event where kind = 'claim'"), 1);
    EXPECT_EQ(count("audit_log where action = 'customer.claim'"), 1);
}

TEST_F(GivenAPool, WhenARecordGoesIntoThePoolThenWhatHungOnItsOwnerIsOver) {
    auto const mine = customer("li", "宏达科技");
    get("li", "customer.change", R"({"id":")" + mine + R"(","version":1,"team":[{"user_id":"boss","power":"read"}]})");
    get("li", "followup.create",
        R"({"target_type":"customer","target_id":")" + mine +
            R"(","content":"约了下周","next_contact_at":"2026-12-02T10:00:00+08:00"})");
    get("li", "customer.release", R"({"id":")" + mine + R"(","reason":"暂无需求"})", "high_sea_id");
    EXPECT_EQ(count("team_member"), 0);
    EXPECT_EQ(count("timer where kind = 'next_contact' and state = 0"), 0);
    EXPECT_EQ(count("customer where owner_id is null and high_sea_id is not null and next_contact_at is null"), 1);
    EXPECT_EQ(count("ownership_event where kind = 'return' and reason = '暂无需求'"), 1);
}

}  // namespace
}  // namespace wescrm::testing
