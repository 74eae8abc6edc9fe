#include "pool_given.hpp"

#include <gmock/gmock.h>

#include <random>
#include <set>

namespace wescrm::testing {
namespace {

using ::testing::HasSubstr;

/// Wednesday 2026-11-25, 16:30. li and the boss are members of a pool whose rule takes what nobody follows for 10 days.
struct GivenARule : PoolTest {
    std::string rules = R"("rules":[{"kind":"no_follow","days":10,"warn_days":[3,1]}])";
    std::string id = pool(R"("member_user_ids":["li","boss"],)" + rules);
    GivenARule() { begin_nights(); }

    std::string due(std::string const& record) { return get("li", "customer.show", id_of(record), "recycle_due_at"); }
    std::int64_t owned(std::string const& record) {
        return count("customer where owner_id is not null and id = " + record);
    }
    void follow(std::string const& record) {
        get("li", "followup.create",
            R"({"target_type":"customer","target_id":")" + record + R"(","content":"电话沟通"})");
    }
};

TEST_F(GivenARule, WhenARecordIsTakenOnThenItsDueDayIsStoredAndAFollowUpMovesIt) {
    auto const record = customer("li", "宏达科技");
    EXPECT_EQ(due(record), "2026-12-05T15:59:59Z");  // the end of 5 December in Shanghai
    clock.advance(hours{3 * 24});
    follow(record);
    EXPECT_EQ(due(record), "2026-12-08T15:59:59Z");
    EXPECT_EQ(get("wang", "customer.create", R"({"name":"别家客户"})", "recycle_due_at"), "");  // no member
}

TEST_F(GivenARule, WhenNothingHappensThenTheOwnerIsWarnedAndLosesItTheNightAfter) {
    auto const record = customer("li", "宏达科技");
    nights(6);  // 1 December
    EXPECT_EQ(count("recycle_warning"), 0);
    nights(1);
    EXPECT_EQ(count("recycle_warning where step = 3"), 1);
    EXPECT_THAT(text("select convert_from(body, 'UTF8') from outbox where kind = 'recycle_warning'"),
                HasSubstr("宏达科技"));
    nights(2);
    EXPECT_EQ(count("recycle_warning"), 2);
    EXPECT_EQ(count("outbox where kind = 'recycle_warning'"), 3);  // at the last step the boss hears of it too
    nights(1);
    EXPECT_EQ(today(), "2026-12-05");
    EXPECT_EQ(owned(record), 1);  // through its due day
    nights(1);
    EXPECT_EQ(owned(record), 1);  // a Sunday
    nights(1);
    EXPECT_EQ(owned(record), 0);
    EXPECT_EQ(count("customer where pool_entry = 'recycle' and high_sea_id = " + id), 1);
    EXPECT_EQ(count("ownership_event where kind = 'recycle' and rule_id is not null and rule_version = 1"), 1);
    EXPECT_EQ(count("outbox where kind = 'recycled'"), 2);
    EXPECT_EQ(count("audit_log where action = 'customer.recycle'"), 1);
    EXPECT_EQ(count("high_sea_run where phase = 'done' and recycled = 1"), 1);
}

TEST_F(GivenARule, WhenAFollowUpComesOnTheDueDayThenTheRecordStays) {
    auto const record = customer("li", "宏达科技");
    nights(10);
    follow(record);
    nights(3);
    EXPECT_EQ(owned(record), 1);
    EXPECT_EQ(due(record), "2026-12-15T15:59:59Z");
}

TEST_F(GivenARule, WhenNoWarningArrivesThenNothingIsTakenHoweverLate) {
    auto const record = customer("li", "宏达科技");
    delivers = false;
    nights(30);
    EXPECT_EQ(owned(record), 1);
    EXPECT_GT(count("high_sea_run where postponed > 0"), 3);
    delivers = true;
    deliver();
    nights(4);
    EXPECT_EQ(owned(record), 0);
    EXPECT_EQ(count("ownership_event v where v.kind = 'recycle' and not exists (select 1 from recycle_warning w where "
                    "w.object_id = v.object_id and w.delivered_at < v.at - interval '12 hours')"),
              0);
}

TEST_F(GivenARule, WhenTheRuleBecomesStricterThenNobodyLosesAnythingBeforeAWarning) {
    auto const record = customer("li", "宏达科技");
    nights(5);  // 30 November
    auto const version = get("wang", "high_sea.show", id_of(id), "version");
    get("wang", "high_sea.change",
        R"({"id":")" + id + R"(","version":)" + version +
            R"(,"rules":[{"kind":"no_follow","days":2,"warn_days":[3]}]})");
    EXPECT_EQ(due(record), "2026-12-03T15:59:59Z");
    nights(3);
    EXPECT_EQ(owned(record), 1);
    nights(1);
    EXPECT_EQ(owned(record), 0);
    EXPECT_EQ(text("select rule_version::text from ownership_event where kind = 'recycle'"), "2");
}

TEST_F(GivenARule, WhenTheOwnerAsksForMoreTimeThenHisSuperiorDecides) {
    auto const record = customer("li", "宏达科技");
    auto const asked = get("li", "customer.extend", R"({"id":")" + record + R"(","days":5,"reason":"客户下周才有空"})");
    EXPECT_EQ(reason("li", "customer.extend", R"({"id":")" + record + R"(","days":5,"reason":"再来"})"), "pending");
    EXPECT_EQ(count("outbox where kind = 'extension_asked'"), 1);
    EXPECT_EQ(reason("li", "recycle_extension.approve", id_of(asked)), "approver");
    EXPECT_EQ(due(record), "2026-12-05T15:59:59Z");
    EXPECT_EQ(get("boss", "recycle_extension.approve", id_of(asked), "status"), "approved");
    EXPECT_EQ(due(record), "2026-12-10T15:59:59Z");
    EXPECT_EQ(reason("boss", "recycle_extension.reject", id_of(asked)), "decided");
}

TEST_F(GivenARule, WhenARecordIsProtectedThenNoRuleTakesIt) {
    auto const record = customer("li", "宏达科技");
    EXPECT_EQ(reason("li", "customer.protect", id_of(record)), "");
    EXPECT_EQ(due(record), "");
    get("li", "customer.unprotect", id_of(record), "none");
    EXPECT_EQ(due(record), "2026-12-05T15:59:59Z");
}

TEST_F(GivenARule, WhenTheOwnerHasLeftThenHisSuperiorIsWarned) {
    auto const record = customer("li", "宏达科技");
    in_tenant(
        [&](database::Session& sql) { sql.execute("update employee set status = 'disabled' where user_id = 'li'"); });
    nights(12);
    EXPECT_EQ(owned(record), 0);
    EXPECT_EQ(count("outbox where kind = 'recycle_warning' and recipient = 'li'"), 0);
    EXPECT_GT(count("outbox where kind = 'recycle_warning' and recipient = 'boss'"), 0);
}

TEST_F(GivenARule, WhenTheCompanyWorksOnAHolidayThenItIsTakenThatDay) {
    auto const record = customer("li", "宏达科技");
    get("wang", "calendar_day.put", R"({"day":"2026-12-06","is_working":true,"name":"年末加班"})", "day");
    nights(11);
    EXPECT_EQ(today(), "2026-12-06");
    EXPECT_EQ(owned(record), 0);
}

// ---- the dry run

struct GivenManyRecords : GivenARule {
    std::mt19937 random{20261125};
    std::vector<std::string> records;
    GivenManyRecords() {
        clock.set(parse_rfc3339("2026-10-20T10:00:00+08:00").value());
        for (auto i = 0; i < 40; ++i) {
            clock.advance(hours{static_cast<int>(random() % 20)});
            records.push_back(customer(i % 3 == 0 ? "boss" : "li", "客户" + std::to_string(i) + "科技"));
            if (random() % 2 == 0) clock.advance(hours{5});
            if (random() % 3 == 0) {
                auto const who = i % 3 == 0 ? "boss" : "li";
                get(who, "followup.create",
                    R"({"target_type":"customer","target_id":")" + records.back() + R"(","content":"沟通"})");
            }
        }
        clock.set(parse_rfc3339("2026-11-12T16:30:00+08:00").value());
        begin_nights();
    }
    // record → day, as it comes to pass
    std::map<std::string, std::string> taken() {
        auto days = std::map<std::string, std::string>{};
        in_tenant([&](database::Session& sql) {
            for (auto& [record, day] : sql.rows<std::string, std::string>(
                     "select object_id::text, (at at time zone 'Asia/Shanghai')::date::text from ownership_event where "
                     "kind = 'recycle'"))
                days[record] = day;
        });
        return days;
    }
    std::map<std::string, std::string> foreseen(std::string const& more) {
        auto const answer = call("wang", "high_sea.dry_run", R"({"id":")" + id + R"(","limit":1000)" + more + "}");
        auto days = std::map<std::string, std::string>{};
        if (!answer) {
            ADD_FAILURE() << answer.error().message;
            return days;
        }
        for (auto const& item : json::find(*answer, "items")->GetArray())
            days[*json::find_string(item, "id")] = *json::find_string(item, "recycled_on");
        return days;
    }
};

TEST_F(GivenManyRecords, WhenThirtyDaysPassThenItIsWhatTheDryRunSaid) {
    auto const expected = foreseen("");
    EXPECT_GT(expected.size(), 20U);
    nights(30);
    EXPECT_EQ(taken(), expected);
}

TEST_F(GivenManyRecords, WhenARuleIsTriedAndThenMadeThenItIsWhatTheDryRunSaid) {
    auto const stricter = std::string{R"(,"rules":[{"kind":"no_follow","days":4,"renewal_days":2,"warn_days":[2]},)"
                                      R"({"kind":"first_follow","days":6,"warn_days":[5,2]}])"};
    auto const expected = foreseen(stricter);
    EXPECT_GT(expected.size(), 30U);
    EXPECT_EQ(count("ownership_event where kind = 'recycle'"), 0);
    auto const version = get("wang", "high_sea.show", id_of(id), "version");
    get("wang", "high_sea.change", R"({"id":")" + id + R"(","version":)" + version + stricter + "}");
    nights(30);
    EXPECT_EQ(taken(), expected);
}

// ---- the walk

// People and nights do what they like; after every step every record has one place and one history.
struct GivenAWalk : PoolTest {
    std::string first = pool(R"("member_user_ids":["li","boss"],"admin_user_ids":["wang"],"cooldown_days":1,)"
                             R"("rules":[{"kind":"no_follow","days":4,"warn_days":[2,1]}])");
    std::string second = pool(R"("member_user_ids":["boss"],"admin_user_ids":["wang"])");

    void insist_on_invariants(int step, std::string const& action) {
        for (std::string object : {"customer", "lead"}) {
            EXPECT_EQ(count(object + " where (owner_id is null) = (high_sea_id is null)"), 0) << step << action;
            EXPECT_EQ(count(object +
                            " r where r.owner_id is distinct from (select v.to_id from ownership_event v where "
                            "v.object = '" +
                            object + "' and v.object_id = r.id order by v.at desc, v.id desc limit 1)"),
                      0)
                << step << " " << action;
            EXPECT_EQ(count(object + " where owner_id is null and recycle_due_at is not null"), 0) << step << action;
        }
        EXPECT_EQ(count("ownership_event v where v.kind = 'recycle' and not exists (select 1 from recycle_warning w "
                        "where w.object = v.object and w.object_id = v.object_id and w.delivered_at < v.at)"),
                  0)
            << step << " " << action;
        EXPECT_EQ(count("lead where (status = 'unassigned') <> (owner_id is null)"), 0) << step << " " << action;
    }
};

TEST_F(GivenAWalk, WhenPeopleAndNightsActAtRandomThenTheInvariantsHold) {
    auto random = std::mt19937{7};
    begin_nights();
    auto records = std::vector<std::pair<std::string, std::string>>{};
    auto const people = std::vector<std::string>{"li", "boss", "wang"};
    for (auto i = 0; i < 12; ++i) {
        auto const object = std::string{i % 2 == 0 ? "customer" : "lead"};
        records.emplace_back(
            object, get(people[random() % 2], object + ".create", R"({"name":"记录)" + std::to_string(i) + R"(号"})"));
    }
    auto const kinds = std::vector<std::string>{"claim", "release", "assign", "transfer", "recall", "move", "follow"};
    for (auto step = 0; step < 120; ++step) {
        clock.advance(minutes{1 + random() % 200});
        auto const& [object, record] = records[random() % records.size()];
        auto const& who = people[random() % people.size()];
        auto const& kind = kinds[random() % kinds.size()];
        auto const lead_pool = text("select id::text from high_sea where object = 'lead' limit 1");
        auto const to = object == "lead" ? lead_pool : (random() % 2 == 0 ? first : second);
        auto const input = R"({"id":")" + record + "\"" +
                           (kind == "assign" || kind == "transfer"  ? R"(,"user_id":")" + people[random() % 3] + "\""
                            : kind == "release" || kind == "recall" ? R"(,"reason":"随机","high_sea_id":")" + to + "\""
                            : kind == "move"                        ? R"(,"high_sea_id":")" + to + "\""
                                                                    : std::string{}) +
                           "}";
        if (kind == "follow")
            (void)call(who, "followup.create",
                       R"({"target_type":")" + object + R"(","target_id":")" + record + R"(","content":"沟通"})");
        else
            (void)call(who, object + "." + kind, input);
        if (random() % 4 == 0) night();
        insist_on_invariants(step, object + " " + kind);
    }
    EXPECT_GT(count("ownership_event where kind = 'recycle'"), 3);
    EXPECT_GT(count("ownership_event where kind = 'claim'"), 3);
    EXPECT_GT(count("ownership_event where kind = 'return'"), 3);
}

}  // namespace
}  // namespace wescrm::testing
