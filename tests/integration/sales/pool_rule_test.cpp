#include "pool_given.hpp"

#include <gmock/gmock.h>

namespace wescrm::testing {
namespace {

using ::testing::HasSubstr;

/// Wednesday 2026-11-25, 16:30. li and the boss are members of a pool without rules.
struct GivenRulesToMake : PoolTest {
    std::string id = pool(R"("member_user_ids":["li","boss"])");
    GivenRulesToMake() { begin_nights(); }

    void rules(std::string const& rules) {
        auto const version = get("wang", "high_sea.show", id_of(id), "version");
        get("wang", "high_sea.change",
            R"({"id":")" + id + R"(","version":)" + version + R"(,"rules":[)" + rules + "]}");
    }
    std::string due(std::string const& record) {
        return text("select (recycle_due_at at time zone 'Asia/Shanghai')::date::text from customer where id = " +
                    record);
    }
    void follow(std::string const& record, std::string const& method, std::string const& content) {
        get("li", "followup.create",
            R"({"target_type":"customer","target_id":")" + record + R"(","method":")" + method + R"(","content":")" +
                content + R"("})");
    }
    std::int64_t owned(std::string const& record) {
        return count("customer where owner_id is not null and id = " + record);
    }
    void level(std::string const& record, std::string const& level) {
        run("update customer set level = '" + level + "' where id = " + record);
    }
    void run(std::string const& statement) {
        in_tenant([&](database::Session& sql) { sql.execute(statement); });
    }
    // What somebody has to agree to about the customer.
    void put_into_approval(std::string const& record) {
        run("insert into contract (tenant_id, no, name, customer_id, owner_id, status, created_at, updated_at) select "
            "tenant_id, 'HT-' || id, '年度框架', id, owner_id, 'in_review', now(), now() from customer where id = " +
            record);
        run("insert into approval (tenant_id, kind, subject_type, subject_id, subject_no, subject_name, applicant_id, "
            "owner_id, created_at, updated_at) select tenant_id, 'contract.submit', 'contract', id, no, name, "
            "owner_id, "
            "owner_id, now(), now() from contract where customer_id = " +
            record);
    }
};

// ---- what a rule counts

TEST_F(GivenRulesToMake, WhenOnlyVisitsCountForSomeThenTheOthersAreStillRenewedByCalls) {
    rules(R"({"kind":"no_follow","days":10,"level":"重点","methods":["visit"]},)"
          R"({"kind":"no_follow","days":10,"level":"普通"})");
    auto const important = customer("li", "重点科技");
    auto const usual = customer("li", "普通科技");
    level(important, "重点");
    level(usual, "普通");
    clock.advance(hours{2 * 24});
    for (auto const& record : {important, usual}) follow(record, "call", "电话沟通了需求");
    EXPECT_EQ(due(important), "2026-12-05");
    EXPECT_EQ(due(usual), "2026-12-07");
    follow(important, "visit", "上门拜访");
    EXPECT_EQ(due(important), "2026-12-07");
}

TEST_F(GivenRulesToMake, WhenTwoRulesAskForDifferentFollowUpsThenEachCountsItsOwn) {
    rules(R"({"kind":"no_follow","days":10,"min_content":6},{"kind":"no_follow","days":12,"methods":["visit"]})");
    auto const record = customer("li", "宏达科技");
    EXPECT_EQ(due(record), "2026-12-05");
    clock.advance(hours{24});
    follow(record, "call", "已聊");  // too short for the first, no visit for the second
    EXPECT_EQ(due(record), "2026-12-05");
    follow(record, "call", "谈了价格和交付时间");
    EXPECT_EQ(due(record), "2026-12-06");
    clock.advance(hours{4 * 24});
    follow(record, "call", "又谈了一次交付时间");
    EXPECT_EQ(due(record), "2026-12-07");  // by the second: nobody was there
    follow(record, "visit", "拜访");
    EXPECT_EQ(due(record), "2026-12-10");
}

TEST_F(GivenRulesToMake, WhenARuleAsksForSeveralFollowUpsThenTheDayDependsOnTheLastOfSoMany) {
    rules(R"({"kind":"follow_count","days":10,"times":2})");
    auto const record = customer("li", "宏达科技");
    EXPECT_EQ(due(record), "2026-12-05");
    clock.advance(hours{3 * 24});
    follow(record, "call", "第一次");
    EXPECT_EQ(due(record), "2026-12-05");
    clock.advance(hours{24});
    follow(record, "call", "第二次");
    EXPECT_EQ(due(record), "2026-12-08");  // within ten days of the first of the last two
    EXPECT_EQ(get("wang", "high_sea.show", id_of(id), "rules").find(R"("times":2)") != std::string::npos, true);
}

TEST_F(GivenRulesToMake, WhenARuleIsSentBackThenNothingOfItIsLost) {
    auto const rule = std::string{R"({"kind":"no_follow","enabled":false,"days":9,"renewal_days":4,"max_days":30,)"
                                  R"("level":"重点","warn_days":[5,2],"superior_step":2,)"
                                  R"("exempt":["protected","in_approval","level:战略"],"working_days":true,)"
                                  R"("min_content":8,"methods":["visit","call"],"origins":["claim"]})"};
    rules(rule);
    auto const before = get("wang", "high_sea.show", id_of(id), "rules");
    auto sent = before;
    rules(sent.substr(1, sent.size() - 2));
    EXPECT_EQ(get("wang", "high_sea.show", id_of(id), "rules"), before);
    EXPECT_THAT(before, HasSubstr(R"("superior_step":2)"));
}

// ---- what documents say

struct GivenDocuments : GivenRulesToMake {
    std::string record = customer("li", "宏达科技");
    std::string rule(std::string const& kind, int days, std::string const& exempt = "") {
        return R"({"kind":")" + kind + R"(","days":)" + std::to_string(days) + R"(,"exempt":[)" + exempt + "]}";
    }
    void contract(std::string const& status, std::string const& last_day) {
        run("insert into contract (tenant_id, no, name, customer_id, owner_id, status, ends_on, created_at, "
            "updated_at) "
            "select tenant_id, new_id()::text, '年度框架', id, owner_id, '" +
            status + "', '" + last_day + "', now(), now() from customer where id = " + record);
    }
    void order_with_plan() {
        run("insert into sales_order (tenant_id, no, name, customer_id, owner_id, ordered_on, amount_fen, status, "
            "created_at, updated_at) select tenant_id, 'DD-1', '首单', id, owner_id, '2026-11-25', 20000, 'in_force', "
            "now(), now() from customer where id = " +
            record);
        run("insert into payment_plan (tenant_id, order_id, customer_id, owner_id, period, due_on, amount_fen, "
            "created_at, updated_at) select tenant_id, id, customer_id, owner_id, 1, '2026-12-25', 20000, now(), now() "
            "from sales_order");
    }
};

TEST_F(GivenDocuments, WhenARuleAsksForThemThenItCountsFromTheLast) {
    rules(rule("no_deal", 20));
    EXPECT_EQ(due(record), "2026-12-15");
    run("update customer set last_deal_at = '2026-11-30T10:00:00+08:00'");
    rules(rule("no_deal", 20));
    EXPECT_EQ(due(record), "2026-12-20");
    rules(rule("no_opportunity", 15));
    EXPECT_EQ(due(record), "2026-12-10");
    rules(rule("contract_end", 10));
    EXPECT_EQ(due(record), "");
    contract("draft", "2027-03-31");
    contract("in_force", "2026-12-31");
    rules(rule("contract_end", 10));
    EXPECT_EQ(due(record), "2027-01-10");
}

TEST_F(GivenDocuments, WhenARuleExemptsRecordsWithThemThenThoseStay) {
    for (auto const* word : {R"("running_contract")", R"("unpaid_plan")", R"("closed")"}) {
        rules(rule("no_follow", 10, word));
        EXPECT_EQ(due(record), "2026-12-05") << word;
    }
    contract("in_force", "2026-12-31");
    order_with_plan();
    run("update customer set deal_status = 'closed'");
    for (auto const* word : {R"("running_contract")", R"("unpaid_plan")", R"("closed")"}) {
        rules(rule("no_follow", 10, word));
        EXPECT_EQ(due(record), "") << word;
    }
    run("update payment_plan set status = 'done', received_fen = amount_fen");
    rules(rule("no_follow", 10, R"("unpaid_plan")"));
    EXPECT_EQ(due(record), "2026-12-05");
}

// ---- during an approval

TEST_F(GivenRulesToMake, WhenSomebodyMustAgreeToSomethingThenTheCustomerIsNotReturned) {
    auto const record = customer("li", "宏达科技");
    put_into_approval(record);
    auto const back = R"({"id":")" + record + R"(","reason":"暂无需求"})";
    EXPECT_EQ(reason("li", "customer.release", back), "in_approval");
    EXPECT_THAT(message("li", "customer.release", back), HasSubstr("审批结束后"));
    run("update approval set status = 'approved'");
    EXPECT_EQ(reason("li", "customer.release", back), "");
}

TEST_F(GivenRulesToMake, WhenAnApprovalRunsThenRulesThatExemptItWaitUntilItHasEnded) {
    rules(R"({"kind":"no_follow","days":5,"warn_days":[2],"exempt":["in_approval"]})");
    auto const record = customer("li", "宏达科技");
    auto const other = customer("li", "绿源科技");
    put_into_approval(record);
    auto const seen = get("wang", "high_sea.dry_run", id_of(id), "total");
    nights(8);
    EXPECT_EQ(seen, "1");
    EXPECT_EQ(owned(record), 1);
    EXPECT_EQ(owned(other), 0);
    EXPECT_EQ(count("recycle_warning where object_id = " + record), 0);
    run("update approval set status = 'rejected'");
    nights(1);
    EXPECT_EQ(count("recycle_warning where object_id = " + record), 1);  // warned first
    nights(4);
    EXPECT_EQ(owned(record), 0);
}

// ---- what the pool of a record is

TEST_F(GivenRulesToMake, WhenARecordFitsSeveralPoolsThenItGoesIntoExactlyOne) {
    auto const rule = std::string{R"("rules":[{"kind":"no_follow","days":5,"warn_days":[2]}])"};
    auto const open = pool(R"("is_open":true,"position":0,)" + rule);
    auto const first = pool(R"("member_user_ids":["li"],"position":1,)" + rule);
    auto const second = pool(R"("member_user_ids":["li"],"position":2,)" + rule);
    auto const record = customer("li", "宏达科技");
    auto const of_wang = customer("wang", "绿源科技");
    nights(9);
    EXPECT_EQ(count("customer where id = " + record + " and high_sea_id = " + first),
              1);  // a seat of his own, by position
    EXPECT_EQ(count("customer where id = " + of_wang + " and high_sea_id = " + open), 1);
    EXPECT_EQ(count("ownership_event where kind = 'recycle'"), 2);
    EXPECT_EQ(count("customer where high_sea_id = " + second), 0);
}

// ---- the ladder of leads

TEST_F(GivenRulesToMake, WhenALeadIsNotContactedThenItsSuperiorHearsFromTheStepOn) {
    auto const sea = pool(R"("member_user_ids":["li"],"rules":[{"kind":"first_follow","days":7,"warn_days":[6,4,1],)"
                          R"("superior_step":4,"exempt":[]}])",
                          "lead");
    get("li", "lead.create", R"({"name":"王建国"})");
    nights(1);
    EXPECT_EQ(count("outbox where kind = 'recycle_warning' and recipient = 'li'"), 1);
    EXPECT_EQ(count("outbox where kind = 'recycle_warning' and recipient = 'boss'"), 0);
    nights(2);
    EXPECT_EQ(count("outbox where kind = 'recycle_warning' and recipient = 'boss'"), 1);
    nights(3);
    EXPECT_EQ(count("outbox where kind = 'recycle_warning' and recipient = 'boss'"), 2);
    nights(3);
    EXPECT_EQ(count("lead where high_sea_id = " + sea), 1);
}

TEST_F(GivenRulesToMake, WhenTheZoneIsNotUtcThenTheLastDayEndsWithTheCompanys) {
    rules(R"({"kind":"no_follow","days":1,"warn_days":[1]})");
    clock.set(parse_rfc3339("2026-11-25T23:50:00+08:00").value());
    auto const late = customer("li", "夜里科技");
    clock.set(parse_rfc3339("2026-11-26T00:10:00+08:00").value());
    auto const early = customer("li", "清晨科技");
    EXPECT_EQ(due(late), "2026-11-26");
    EXPECT_EQ(due(early), "2026-11-27");
    EXPECT_EQ(count("customer where recycle_due_at = '2026-11-26 15:59:59+00'"), 1);
}

// ---- one bad record

TEST_F(GivenRulesToMake, WhenOneRecordFailsAtNightThenTheOthersGoAndItIsCounted) {
    rules(R"({"kind":"no_follow","days":5,"warn_days":[2]})");
    auto const bad = customer("li", "坏记录");
    auto const good = customer("li", "好记录");
    nights(4);
    auto const broken = agenda::follow_pool_entry;
    handlers = sales::high_sea_timers(
        {}, {[&](operation::Context& ctx, sales::PoolObject object, std::vector<std::int64_t> const& ids) {
            for (auto const one : ids)
                if (std::to_string(one) == bad)
                    ctx.sql().execute(
                        "insert into high_sea_seat (tenant_id, high_sea_id, employee_id) values (:t, 0, 0)",
                        {database::bind("t", tenant)});
            broken(ctx, object, ids);
        }});
    nights(5);
    EXPECT_EQ(owned(good), 0);
    EXPECT_EQ(owned(bad), 1);
    EXPECT_GE(count("high_sea_run where failed = 1 and failures @> to_jsonb(array['" + bad + "'])"), 1);
    EXPECT_EQ(count("high_sea_run where recycled = 1"), 1);
}

// ---- more time

struct GivenMoreTime : GivenRulesToMake {
    std::string record;
    GivenMoreTime() {
        rules(R"({"kind":"no_follow","days":10})");
        record = customer("li", "宏达科技");
    }
    std::string asking(int days) {
        return R"({"id":")" + record + R"(","days":)" + std::to_string(days) + R"(,"reason":"客户下周才有空"})";
    }
    void settings(std::string const& more) {
        auto const version = get("wang", "high_sea.show", id_of(id), "version");
        get("wang", "high_sea.change", R"({"id":")" + id + R"(","version":)" + version + "," + more + "}");
    }
};

TEST_F(GivenMoreTime, WhenThePoolSaysHowMuchThenNoMoreIsAskedFor) {
    settings(R"("extension_days":7,"extension_times":1)");
    EXPECT_EQ(message("li", "customer.extend", asking(8)), "每次最多延期 7 天");
    auto const asked = get("li", "customer.extend", asking(7));
    EXPECT_EQ(get("boss", "recycle_extension.approve", id_of(asked), "decided_by_name"), "boss");
    EXPECT_EQ(due(record), "2026-12-12");
    EXPECT_EQ(message("li", "customer.extend", asking(7)), "每条记录最多延期 1 次");
    settings(R"("may_extend":false)");
    EXPECT_EQ(reason("li", "customer.extend", asking(1)), "may_extend");
    rules("");
    EXPECT_EQ(reason("li", "customer.extend", asking(1)), "not_due");
}

TEST_F(GivenMoreTime, WhenTheSuperiorDecidesThenOnceAndTheApplicantIsTold) {
    auto const asked = get("li", "customer.extend", asking(5));
    EXPECT_EQ(count("outbox where kind = 'extension_asked' and recipient = 'boss'"), 1);
    EXPECT_EQ(get("boss", "recycle_extension.list", R"({"waiting":true})", "items").find(asked) != std::string::npos,
              true);
    deliver();
    run("update outbox set response_code = 'sent' || id where kind = 'extension_asked'");
    EXPECT_EQ(get("boss", "recycle_extension.reject", R"({"id":")" + asked + R"(","comment":"已经延过"})", "status"),
              "rejected");
    EXPECT_EQ(count("outbox where endpoint = 'message/update_template_card' and recipient = 'boss'"), 1);
    EXPECT_EQ(count("outbox where kind = 'extension_rejected' and recipient = 'li'"), 1);
    EXPECT_THAT(message("wang", "recycle_extension.approve", id_of(asked)), HasSubstr("已由 boss 于"));
    EXPECT_EQ(due(record), "2026-12-05");
    EXPECT_EQ(get("boss", "recycle_extension.list", R"({"waiting":true})", "items"), "[]");
}

TEST_F(GivenMoreTime, WhenTheRecordChangesHandsThenTheRequestIsVoid) {
    auto const asked = get("li", "customer.extend", asking(5));
    EXPECT_EQ(reason("boss", "customer.transfer", R"({"id":")" + record + R"(","user_id":"wang"})"), "");
    EXPECT_EQ(reason("boss", "recycle_extension.approve", id_of(asked)), "decided");
    EXPECT_EQ(count("recycle_extension where status = 'withdrawn'"), 1);
    EXPECT_EQ(count("outbox where kind = 'extension_asked' and state = 0"), 0);
}

}  // namespace
}  // namespace wescrm::testing
