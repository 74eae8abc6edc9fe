#include "integration/sales/given.hpp"

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
                    "select convert_from(body, 'UTF8') from outbox where kind = :kind order by id limit 1",
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

}  // namespace
}  // namespace wescrm::agenda
