#include "integration/sales/given.hpp"

#include <wescrm/agenda/reminder_wishes.hpp>
#include <wescrm/sales/followup.hpp>

#include <gmock/gmock.h>

namespace wescrm::agenda {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

/// The afternoon of Wednesday 2026-11-25.
struct GivenReminders : wescrm::testing::SalesTest {
    Task task(std::string const& title, Instant at, std::string const& user = "li") {
        auto input = CreateTask{};
        input.title = title;
        input.remind_at = at;
        return as(user, [&](operation::Context& ctx) { return create_task(ctx, input); }).value();
    }
    void settings(std::string const& json) {
        in_tenant([&](database::Session& sql) {
            sql.execute("update tenant set settings = settings || :s::jsonb where id = :t",
                        {database::bind("s", json), database::bind("t", tenant)});
        });
    }
    void start_mornings() {
        ASSERT_TRUE(as("system", [](operation::Context& ctx) -> Result<int> {
            schedule_morning(ctx);
            return 0;
        }));
    }
    void plan_contact(std::string const& user, sales::CustomerId customer, Instant at) {
        auto input = sales::CreateFollowup{};
        input.target_type = sales::TargetType::customer;
        input.target_id = sales::RecordId{customer.value()};
        input.content = "电话";
        input.next_contact_at = at;
        ASSERT_TRUE(as(user, [&](operation::Context& ctx) { return sales::create_followup(ctx, input); }));
    }
    void lead(std::string const& user, std::string const& name, std::string const& next) {
        auto const due = parse_rfc3339(next).value();
        auto const id = in_tenant([&](database::Session& sql) {
            return sql
                .value<std::int64_t>(
                    "insert into lead (tenant_id, no, name, owner_id, status, next_contact_at, acquired_at, "
                    "created_at, "
                    "updated_at) values (:t, :name, :name, :owner, 'pending', :next, :now, :now, :now) returning id",
                    {database::bind("t", tenant), database::bind("name", name),
                     database::bind("owner", employees.at(user)), database::bind("next", due),
                     database::bind("now", clock.now())})
                .value();
        });
        ASSERT_TRUE(as(user, [&](operation::Context& ctx) -> Result<int> {
            ctx.timers().schedule({"next_contact", "lead", id, due});
            return 0;
        }));
    }
    void set_clock(std::string const& at) { clock.set(parse_rfc3339(at).value()); }
    void tell_all_missed() {
        auto missed = std::vector<operation::Timer>{};
        for (auto const& [kind, ref_kind, ref, due, occurrence] : in_tenant([&](database::Session& sql) {
                 return sql.rows<std::string, std::string, std::int64_t, Instant, int>(
                     "select kind, ref_kind, ref_id, due_at, occurrence from timer where state = 0 and due_at <= :now "
                     "order by due_at, id",
                     {database::bind("now", clock.now())});
             })) {
            missed.push_back({kind, ref_kind, ref, due});
            missed.back().occurrence = occurrence;
        }
        auto const told = as("system", [&](operation::Context& ctx) { return tell_missed(ctx, missed); });
        EXPECT_TRUE(told);
    }
    /// "kind recipient" of what was to be said, and when.
    std::vector<std::string> said() {
        return in_tenant([](database::Session& sql) {
            return sql.values<std::string>(
                "select kind || ' ' || recipient || ' ' || to_char(not_before at time zone 'Asia/Shanghai', 'DD "
                "HH24:MI') "
                "from outbox order by id");
        });
    }
    std::string body(std::string const& kind) {
        return in_tenant([&](database::Session& sql) {
            return sql
                .value<std::string>(
                    "select convert_from(body, 'UTF8') from outbox where kind = :kind order by recipient <> 'li', id "
                    "limit "
                    "1",
                    {database::bind("kind", kind)})
                .value_or("");
        });
    }
};

TEST_F(GivenReminders, WhenSeveralAreDueForOnePersonThenOneMessageSaysThem) {
    auto const at = parse_rfc3339("2026-11-25T18:00:00+08:00").value();
    task("写方案", at);
    task("寄样品", at + minutes{3});
    task("打电话", at + minutes{60});
    task("别人的", at, "wang");
    clock.set(at + minutes{5});
    fire_due();
    fire_due();
    EXPECT_THAT(said(), ElementsAre("reminders_due li 25 18:05", "task_reminder wang 25 18:05"));
    EXPECT_THAT(body("reminders_due"), AllOf(HasSubstr("写方案"), HasSubstr("寄样品"), Not(HasSubstr("打电话")),
                                             Not(HasSubstr("别人的")), HasSubstr(R"("count":"2")")));
    EXPECT_EQ(count("timer where state = 0"), 1) << "the one that is not due yet";
    clock.set(at + minutes{60});
    fire_due();
    EXPECT_EQ(count("outbox where kind = 'task_reminder' and recipient = 'li'"), 1);
}

TEST_F(GivenReminders, WhenOneOfThemIsDoneThenItIsLeftOut) {
    auto const at = parse_rfc3339("2026-11-25T18:00:00+08:00").value();
    task("写方案", at);
    auto const done = task("寄样品", at);
    ASSERT_TRUE(as("li", [&](operation::Context& ctx) { return complete_task(ctx, {done.id, {}}); }));
    clock.set(at);
    fire_due();
    EXPECT_THAT(said(), ElementsAre("task_reminder li 25 18:00"));
}

TEST_F(GivenReminders, WhenTheyWereMissedThenEveryoneGetsOneDigestOfThem) {
    auto const at = parse_rfc3339("2026-11-26T09:00:00+08:00").value();
    for (auto i = 0; i < 12; ++i) task("任务" + std::to_string(i), at + minutes{i});
    auto const done = task("做完的", at);
    ASSERT_TRUE(as("li", [&](operation::Context& ctx) { return complete_task(ctx, {done.id, {}}); }));
    task("别人的", at, "wang");
    set_clock("2026-11-26T16:00:00+08:00");
    tell_all_missed();
    tell_all_missed();
    EXPECT_THAT(said(),
                ::testing::UnorderedElementsAre("reminders_missed li 26 16:00", "reminders_missed wang 26 16:00"));
    EXPECT_THAT(body("reminders_missed"), AllOf(HasSubstr("任务0"), HasSubstr(R"("count":"12")"),
                                                HasSubstr(R"("more":"2")"), Not(HasSubstr("做完的"))));
}

TEST_F(GivenReminders, WhenADigestWouldComeInTheNightThenItWaitsForTheMorning) {
    task("写方案", parse_rfc3339("2026-11-25T18:00:00+08:00").value());
    set_clock("2026-11-25T23:10:00+08:00");
    tell_all_missed();
    EXPECT_THAT(said(), ElementsAre("reminders_missed li 26 08:00"));
}

TEST_F(GivenReminders, WhenSomebodyAskedForAnHourOfTheNightThenItIsKeptAndALateOneIsNot) {
    task("值班", parse_rfc3339("2026-11-25T22:00:00+08:00").value());
    task("写方案", parse_rfc3339("2026-11-25T20:30:00+08:00").value(), "wang");
    set_clock("2026-11-25T22:00:00+08:00");
    fire_due();
    EXPECT_THAT(said(), ::testing::UnorderedElementsAre("task_reminder li 25 22:00", "task_reminder wang 26 08:00"));
}

TEST_F(GivenReminders, WhenTheCompanyHasOtherQuietHoursThenThoseHold) {
    in_tenant([&](database::Session& sql) {
        sql.execute(
            "update tenant set settings = settings || '{\"quiet_from\":\"00:00\",\"quiet_to\":\"00:00\"}' where id = "
            ":t",
            {database::bind("t", tenant)});
    });
    task("写方案", parse_rfc3339("2026-11-25T18:00:00+08:00").value());
    set_clock("2026-11-25T23:10:00+08:00");
    tell_all_missed();
    EXPECT_THAT(said(), ElementsAre("reminders_missed li 25 23:10"));
}

TEST_F(GivenReminders, WhenTheBudgetOfADayIsUsedUpThenTheRestWaitsForTheNextMorning) {
    settings(R"({"reminder_budget": 2})");
    start_mornings();
    for (auto i = 0; i < 4; ++i)
        task("任务" + std::to_string(i), parse_rfc3339("2026-11-25T18:00:00+08:00").value() + minutes{20 * i});
    for (auto i = 0; i < 4; ++i) {
        clock.set(parse_rfc3339("2026-11-25T18:00:00+08:00").value() + minutes{20 * i});
        fire_due();
    }
    EXPECT_THAT(said(),
                ElementsAre("task_reminder li 25 18:00", "task_reminder li 25 18:20", "reminders_held li 25 18:40"))
        << "that something is held is said once";
    EXPECT_EQ(count("reminder_held"), 2);
    set_clock("2026-11-26T08:30:00+08:00");
    fire_due();
    EXPECT_THAT(said().back(), "morning_digest li 26 08:30");
    EXPECT_THAT(body("morning_digest"),
                AllOf(HasSubstr("任务2"), HasSubstr("任务3"), HasSubstr(R"("held_count":"2")")));
    EXPECT_EQ(count("reminder_held"), 0);
    task("新的一天", parse_rfc3339("2026-11-26T10:00:00+08:00").value());
    set_clock("2026-11-26T10:00:00+08:00");
    fire_due();
    EXPECT_THAT(said().back(), "task_reminder li 26 10:00") << "another day, another budget";
}

TEST_F(GivenReminders, WhenSomebodySwitchedAKindOffThenHeHearsOnlyTheOthers) {
    auto change = ChangeWishes{};
    change.task_reminders = false;
    ASSERT_TRUE(as("li", [&](operation::Context& ctx) { return change_wishes(ctx, change); }));
    auto const at = parse_rfc3339("2026-11-25T18:00:00+08:00").value();
    task("写方案", at);
    task("别人的", at, "wang");
    auto const customer = create("li", "绿源").value();
    plan_contact("li", customer.id, at);
    clock.set(at);
    fire_due();
    EXPECT_THAT(said(), ::testing::UnorderedElementsAre("task_reminder wang 25 18:00", "next_contact li 25 18:00"));
}

TEST_F(GivenReminders, WhenSomebodyHasQuietHoursOfHisOwnThenThoseHoldForWhatOthersSet) {
    auto change = ChangeWishes{};
    change.quiet_from = {true, "18:00"};
    EXPECT_EQ(
        as("li", [&](operation::Context& ctx) { return change_wishes(ctx, change); }).error().fields.front().field,
        "quiet_to");
    change.quiet_to = {true, "07:30"};
    ASSERT_TRUE(as("li", [&](operation::Context& ctx) { return change_wishes(ctx, change); }));
    auto const at = parse_rfc3339("2026-11-25T19:00:00+08:00").value();
    task("自己的", at);
    auto input = CreateTask{};
    input.title = "老板派的";
    input.remind_at = at + minutes{30};
    input.assignee_user_id = UserId{"li"};
    ASSERT_TRUE(as("boss", [&](operation::Context& ctx) { return create_task(ctx, input); }));
    clock.set(at);
    fire_due();
    clock.set(at + minutes{30});
    fire_due();
    EXPECT_THAT(said(), ::testing::IsSupersetOf({"task_reminder li 25 19:00", "task_reminder li 26 07:30"}));
    EXPECT_EQ(as("li", [&](operation::Context& ctx) { return change_wishes(ctx, change); }).error().code, Errc::stale)
        << "the version is of before";
}

TEST_F(GivenReminders, WhenTheyWereMissedBeforeAHolidayThenTheyComeOnTheNextWorkingDay) {
    in_tenant([&](database::Session& sql) {
        sql.execute(
            "insert into calendar_day (tenant_id, day, is_working, name) values (:t, '2026-11-26', false, '公司年会')",
            {database::bind("t", tenant)});
    });
    task("写方案", parse_rfc3339("2026-11-25T18:00:00+08:00").value());
    set_clock("2026-11-25T23:10:00+08:00");
    tell_all_missed();
    EXPECT_THAT(said(), ElementsAre("reminders_missed li 27 08:00"));
}

TEST_F(GivenReminders, WhenAWorkingDayBeginsThenWhoHasSomethingToDoGetsOneDigest) {
    start_mornings();
    EXPECT_EQ(count("timer where kind = 'morning_digest' and state = 0 and due_at = '2026-11-26T08:30:00+08:00'"), 1);
    auto const customer = create("li", "绿源").value();
    plan_contact("li", customer.id, parse_rfc3339("2026-11-26T15:00:00+08:00").value());
    task("写方案", parse_rfc3339("2026-11-26T14:00:00+08:00").value());
    task("明天的", parse_rfc3339("2026-11-27T14:00:00+08:00").value(), "wang");
    lead("li", "王工", "2026-11-26T10:00:00+08:00");
    set_clock("2026-11-26T08:30:00+08:00");
    fire_due();
    EXPECT_THAT(said(), ElementsAre("morning_digest li 26 08:30")) << "wang has nothing to do today";
    EXPECT_THAT(body("morning_digest"),
                AllOf(HasSubstr("写方案"), HasSubstr("绿源"), HasSubstr("王工"), Not(HasSubstr("明天的"))));
    EXPECT_EQ(count("timer where kind = 'morning_digest' and state = 0 and due_at = '2026-11-27T08:30:00+08:00'"), 1);
}

TEST_F(GivenReminders, WhenTheDayIsFreeThenThereIsNoDigest) {
    set_clock("2026-11-27T18:00:00+08:00");
    start_mornings();
    task("写方案", parse_rfc3339("2026-11-30T14:00:00+08:00").value());
    for (auto const* day : {"2026-11-28T08:30:00+08:00", "2026-11-29T08:30:00+08:00", "2026-11-30T08:30:00+08:00"}) {
        set_clock(day);
        fire_due();
    }
    EXPECT_THAT(said(), ElementsAre("morning_digest li 30 08:30"));
}

TEST_F(GivenReminders, WhenSomebodyWantsTheDigestAtAnotherTimeOrNotThenThatHolds) {
    start_mornings();
    auto change = ChangeWishes{};
    change.digest_at = {true, "07:00"};
    ASSERT_TRUE(as("li", [&](operation::Context& ctx) { return change_wishes(ctx, change); }));
    auto off = ChangeWishes{};
    off.morning_digest = false;
    ASSERT_TRUE(as("wang", [&](operation::Context& ctx) { return change_wishes(ctx, off); }));
    for (auto const* who : {"li", "wang", "boss"})
        task("写方案", parse_rfc3339("2026-11-26T14:00:00+08:00").value(), who);
    for (auto const* at : {"2026-11-26T07:00:00+08:00", "2026-11-26T08:30:00+08:00"}) {
        set_clock(at);
        fire_due();
    }
    EXPECT_THAT(said(), ElementsAre("morning_digest li 26 07:00", "morning_digest boss 26 08:30"));
}

TEST_F(GivenReminders, WhenTheServerWasDownInTheMorningThenTheDigestComesTheSameDayAndNotLater) {
    start_mornings();
    task("写方案", parse_rfc3339("2026-11-27T23:00:00+08:00").value());
    set_clock("2026-11-27T10:00:00+08:00");  // since the 25th
    for (auto i = 0; i < 3; ++i) fire_due();
    EXPECT_THAT(said(), ElementsAre("morning_digest li 27 10:00"));
    set_clock("2026-11-30T22:10:00+08:00");
    for (auto i = 0; i < 4; ++i) fire_due();
    EXPECT_EQ(count("outbox where kind = 'morning_digest'"), 1) << "too late in the evening";
}

TEST_F(GivenReminders, WhenThereAreMorePeopleThanOneTransactionWritesThenAllGetTheirs) {
    start_mornings();
    for (auto const* who : {"li", "wang", "boss"})
        task("写方案", parse_rfc3339("2026-11-26T14:00:00+08:00").value(), who);
    set_clock("2026-11-26T08:30:00+08:00");
    reminding.digest_batch = 1;
    for (auto i = 0; i < 5; ++i) fire_due();
    EXPECT_EQ(count("outbox where kind = 'morning_digest'"), 3);
}

TEST_F(GivenReminders, WhenALeadIsDueWithOthersThenItIsSaidTogetherWithThem) {
    lead("li", "王工", "2026-11-25T18:00:00+08:00");
    auto const customer = create("li", "绿源").value();
    plan_contact("li", customer.id, parse_rfc3339("2026-11-25T18:02:00+08:00").value());
    set_clock("2026-11-25T18:03:00+08:00");
    fire_due();
    EXPECT_THAT(said(), ElementsAre("reminders_due li 25 18:03"));
    EXPECT_THAT(body("reminders_due"), AllOf(HasSubstr("王工"), HasSubstr("绿源")));
}

}  // namespace
}  // namespace wescrm::agenda
