#include "pool_given.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <thread>

namespace wescrm::testing {
namespace {

using ::testing::HasSubstr;

struct GivenLimits : PoolTest {
    std::string in(std::string const& where, std::string const& name) {
        return get(administrator, "customer.create", R"({"name":")" + name + R"(","high_sea_id":")" + where + R"("})");
    }
    std::string cap(std::string const& whom, int most, std::string const& object = "customer") {
        return get(administrator, "holding_cap.create",
                   R"({"object":")" + object + R"(",)" + whom + R"(,"cap":)" + std::to_string(most) + "}");
    }
    std::string department(std::string const& name, std::vector<std::string> const& people) {
        return in_tenant([&](database::Session& sql) {
            auto const id = sql.value<std::int64_t>(
                                   "insert into department (tenant_id, name, path) values (:t, :name, '{}') "
                                   "returning id",
                                   {database::bind("t", tenant), database::bind("name", name)})
                                .value();
            auto const params = database::Params{database::bind("t", tenant), database::bind("id", id),
                                                 database::bind("people", people)};
            sql.execute("update department set path = array[:id::bigint] where tenant_id = :t and id = :id",
                        {database::bind("t", tenant), database::bind("id", id)});
            sql.execute(
                "update employee set main_department_id = :id where tenant_id = :t and user_id = any(:people::text[])",
                params);
            return std::to_string(id);
        });
    }
};

// ---- how much somebody may hold

TEST_F(GivenLimits, WhenAPersonHasACapOfHisOwnThenItCountsBeforeThoseOfDepartmentAndPool) {
    auto const sea = pool(R"("member_user_ids":["li","boss"],"holding_cap":5)");
    auto const sales = department("销售一部", {"li", "boss"});
    cap(R"("department_id":")" + sales + R"(")", 2);
    for (auto i = 0; i < 2; ++i) get("li", "customer.claim", id_of(in(sea, "甲公司" + std::to_string(i))));
    auto const third = in(sea, "乙公司");
    EXPECT_THAT(message("li", "customer.claim", id_of(third)),
                HasSubstr("已达上限 2（部门「销售一部」的规定，现有 2），退回或成交一部分后可再领取"));
    auto const own = cap(R"("user_id":"li")", 3);
    EXPECT_EQ(reason("li", "customer.claim", id_of(third)), "");
    EXPECT_THAT(message("li", "customer.claim", id_of(in(sea, "丙公司"))), HasSubstr("个人上限，现有 3"));
    get(administrator, "holding_cap.change", R"({"id":")" + own + R"(","version":1,"cap":4})");
    EXPECT_EQ(reason("li", "customer.create", R"({"name":"丁公司"})"), "");
    EXPECT_EQ(reason("li", "customer.create", R"({"name":"戊公司"})"), "holding_cap");
    EXPECT_EQ(reason(administrator, "holding_cap.delete", id_of(own)), "");
    EXPECT_EQ(reason("li", "customer.create", R"({"name":"戊公司"})"), "holding_cap");  // the department's again
    EXPECT_EQ(count("audit_log where action like 'holding_cap.%'"), 4);
}

TEST_F(GivenLimits, WhenACapIsWrittenThenForOnePersonOrDepartmentOnce) {
    struct Case {
        std::string input, reason;
    };
    cap(R"("user_id":"li")", 3);
    auto const sales = department("销售一部", {});
    for (auto const& [input, expected] :
         {Case{R"({"object":"customer","cap":3})", "invalid_field"},
          Case{R"({"object":"customer","cap":3,"user_id":"li","department_id":")" + sales + R"("})", "invalid_field"},
          Case{R"({"object":"customer","cap":3,"user_id":"nobody"})", "invalid_field"},
          Case{R"({"object":"customer","cap":3,"department_id":"1"})", "invalid_field"},
          Case{R"({"object":"customer","cap":-1,"user_id":"boss"})", "invalid"},
          Case{R"({"object":"customer","cap":9,"user_id":"li"})", "duplicate"},
          Case{R"({"object":"lead","cap":9,"user_id":"li"})", ""},
          Case{R"({"object":"customer","cap":0,"department_id":")" + sales + R"("})", ""}})
        EXPECT_EQ(reason(administrator, "holding_cap.create", input), expected) << input;
    EXPECT_EQ(reason("li", "holding_cap.list", "{}"), "permission");
    auto const id = text("select id::text from holding_cap where object = 'customer' and employee_id is not null");
    EXPECT_EQ(reason(administrator, "holding_cap.change", R"({"id":")" + id + R"(","version":7,"cap":4})"), "version");
}

TEST_F(GivenLimits, WhenTwoHundredClaimsOfOnePersonRaceThenTheCapIsNeverExceeded) {
    auto const sea = pool(R"("member_user_ids":["li"])");
    cap(R"("user_id":"li")", 5);
    auto records = std::vector<std::string>{};
    for (auto i = 0; i < 20; ++i) records.push_back(in(sea, "第" + std::to_string(i) + "家公司"));
    auto wins = std::atomic<int>{0};
    auto refused = std::atomic<int>{0};
    auto threads = std::vector<std::thread>{};
    for (auto i = 0; i < 200; ++i)
        threads.emplace_back([&, record = records[static_cast<std::size_t>(i) % records.size()]] {
            auto done = call("li", "customer.claim", id_of(record));
            while (!done && (done.error().code == Errc::unavailable || done.error().code == Errc::timed_out))
                done = call("li", "customer.claim", id_of(record));
            if (done) ++wins;
            if (!done && (done.error().reason == "holding_cap" || done.error().reason == "taken")) ++refused;
        });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(wins, 5);
    EXPECT_EQ(refused, 195);
    EXPECT_EQ(count("customer where owner_id is not null"), 5);
    EXPECT_EQ(count("customer where owner_id is null and high_sea_id is not null"), 15);
}

// ---- how much somebody may open

TEST_F(GivenLimits, WhenAMemberHasOpenedAsManyAsHeMayThenOthersWaitUntilTomorrow) {
    auto const sea = pool(R"("member_user_ids":["li"],"admin_user_ids":["boss"],"view_daily_limit":2)");
    auto records = std::vector<std::string>{};
    for (auto i = 0; i < 3; ++i) records.push_back(in(sea, "第" + std::to_string(i) + "家公司"));
    EXPECT_EQ(reason("li", "customer.show", id_of(records[0])), "");
    EXPECT_EQ(reason("li", "customer.show", id_of(records[1])), "");
    EXPECT_EQ(reason("li", "customer.show", id_of(records[0])), "");  // counted once
    EXPECT_THAT(message("li", "customer.show", id_of(records[2])), HasSubstr("每日查看上限 2 已用完"));
    EXPECT_EQ(reason("boss", "customer.show", id_of(records[2])), "");
    EXPECT_EQ(reason("li", "customer.claim", id_of(records[2])), "");  // to take it is no look
    EXPECT_EQ(reason("li", "customer.show", id_of(records[2])), "");   // now his own
    in(sea, "第四家公司");
    clock.advance(hours{24});
    EXPECT_EQ(reason("li", "customer.show", id_of(records[1])), "");
    EXPECT_EQ(count("high_sea_view"), 3);
}

TEST_F(GivenLimits, WhenTheLimitOfViewsIsForLeadsThenItCountsThemAsWell) {
    auto const sea = pool(R"("member_user_ids":["li"],"view_daily_limit":0)", "lead");
    auto const lead = get(administrator, "lead.create", R"({"name":"王建国","high_sea_id":")" + sea + R"("})");
    EXPECT_EQ(reason("li", "lead.show", id_of(lead)), "view_limit");
    EXPECT_EQ(reason(administrator, "lead.show", id_of(lead)), "");
}

TEST_F(GivenLimits, WhenOneOpensTwentyAtOnceThenTheLimitHolds) {
    auto const sea = pool(R"("member_user_ids":["li"],"view_daily_limit":3)");
    auto threads = std::vector<std::thread>{};
    auto seen = std::atomic<int>{0};
    for (auto i = 0; i < 20; ++i)
        threads.emplace_back([&, record = in(sea, "第" + std::to_string(i) + "家公司")] {
            if (call("li", "customer.show", id_of(record))) ++seen;
        });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(seen, 3);
}

// ---- fair claims

struct GivenAFairPool : GivenLimits {
    std::string sea = pool(R"("member_user_ids":["li","boss"],"admin_user_ids":["wang"],"fair_minutes":10)");
    std::string record = in(sea, "宏达科技");
    std::string owner() {
        return text(
            "select coalesce((select user_id from employee e where e.id = c.owner_id), '') "
            "from customer c where name = '宏达科技'");
    }
};

TEST_F(GivenAFairPool, WhenSeveralWantARecordThenTheBestGetsItAndAllAreTold) {
    customer("li", "自有客户");
    cap(R"("user_id":"li")", 2);  // half of his room is taken
    EXPECT_EQ(get("li", "customer.claim", id_of(record), "claim_decided_at"), "2026-11-25T08:40:00Z");
    EXPECT_EQ(get("li", "customer.claim", id_of(record), "owner_user_id"), "");  // twice is once
    clock.advance(minutes{5});
    EXPECT_EQ(get("boss", "customer.claim", id_of(record), "claim_decided_at"), "2026-11-25T08:40:00Z");
    EXPECT_EQ(get("boss", "customer.show", id_of(record), "claim_decided_at"), "2026-11-25T08:40:00Z");
    work_off();
    EXPECT_EQ(owner(), "");
    clock.advance(minutes{5});
    EXPECT_EQ(reason("li", "customer.claim", id_of(record)), "claim_closed");
    work_off();
    EXPECT_EQ(owner(), "boss");
    EXPECT_EQ(count("outbox where kind = 'claim_decided'"), 2);
    EXPECT_EQ(count("ownership_event where kind = 'claim'"), 1);
    EXPECT_EQ(count("claim_bid where score is not null"), 2);
    EXPECT_EQ(reason("li", "customer.claim", id_of(record)), "taken");
}

TEST_F(GivenAFairPool, WhenTheBestMayNotHaveItAnyMoreThenTheNextGetsIt) {
    get("li", "customer.claim", id_of(record));
    get("boss", "customer.claim", id_of(record));
    cap(R"("user_id":"li")", 0);
    clock.advance(minutes{10});
    work_off();
    EXPECT_EQ(owner(), "boss");
    // whoever is left without it hears why, if it is not that somebody was better
    clock.advance(minutes{1});
    auto const other = in(sea, "星河智造");
    cap(R"("user_id":"boss")", 2);
    get("boss", "customer.claim", id_of(other));
    customer("boss", "自有客户");
    clock.advance(minutes{10});
    work_off();
    EXPECT_EQ(count("customer where name = '星河智造' and owner_id is null"), 1);
    EXPECT_EQ(count("claim_bid where refusal like '%个人上限%'"), 1);
}

TEST_F(GivenAFairPool, WhenAnAdminTakesItMeanwhileThenTheRoundIsOver) {
    get("li", "customer.claim", id_of(record));
    EXPECT_EQ(get("wang", "customer.claim", id_of(record), "owner_user_id"), "wang");
    clock.advance(minutes{10});
    work_off();
    EXPECT_EQ(owner(), "wang");
    EXPECT_EQ(count("claim_bid where refusal = '它已不在公海中'"), 1);
    EXPECT_EQ(count("claim_round where closed_at is not null and winner_id is null"), 1);
}

TEST_F(GivenAFairPool, WhenARoundIsDecidedTwiceThenOnce) {
    get("li", "customer.claim", id_of(record));
    clock.advance(minutes{10});
    auto const round = text("select id::text from claim_round");
    for (auto i = 0; i < 2; ++i)
        in_company("system", [&](operation::Context& ctx) {
            return handlers.at("high_sea_round")(ctx,
                                                 {"high_sea_round", "claim_round", std::stoll(round), clock.now()});
        });
    EXPECT_EQ(owner(), "li");
    EXPECT_EQ(count("outbox where kind = 'claim_decided'"), 1);
    EXPECT_EQ(count("ownership_event where kind = 'claim'"), 1);
}

}  // namespace
}  // namespace wescrm::testing
