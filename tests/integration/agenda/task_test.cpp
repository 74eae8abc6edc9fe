#include "integration/sales/given.hpp"

namespace wescrm::agenda {
namespace {

struct GivenATaskOfLi : wescrm::testing::SalesTest {
    Task make() {
        auto input = CreateTask{};
        input.title = "给王总打电话";
        input.remind_at = clock.now() + hours{1};
        return as("li", [&](operation::Context& ctx) { return create_task(ctx, input); }).value();
    }
    Task task = make();
    Result<Undone> undo() {
        return as("li", [](operation::Context& ctx) { return undo_last(ctx, {}); });
    }
};

TEST_F(GivenATaskOfLi, WhenItsTimeComesThenLiIsRemindedOnce) {
    clock.advance(hours{1});
    fire_due();
    fire_due();
    EXPECT_EQ(count("outbox where recipient = 'li' and kind = 'task_reminder'"), 1);
}

TEST_F(GivenATaskOfLi, WhenCompletedThenTimerAndUnsentNoticeAreWithdrawn) {
    clock.advance(hours{1});
    fire_due();
    ASSERT_TRUE(as("li", [&](operation::Context& ctx) { return complete_task(ctx, {task.id, {}}); }));
    EXPECT_EQ(count("timer where state = 0"), 0);
    EXPECT_EQ(count("outbox where state = 0"), 0);
    auto const again = as("li", [&](operation::Context& ctx) { return complete_task(ctx, {task.id, {}}); });
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().reason, "task_done");
    EXPECT_NE(again.error().message.find("已由 li 于"), std::string::npos) << again.error().message;
}

TEST_F(GivenATaskOfLi, WhenSnoozedThenTheReminderComesTomorrowMorning) {
    auto const later = as("li", [&](operation::Context& ctx) { return snooze_task(ctx, {task.id, {}}); });
    ASSERT_TRUE(later);
    EXPECT_EQ(later->remind_at, parse_rfc3339("2026-11-26T09:00:00+08:00"));
    EXPECT_EQ(count("timer where state = 0"), 1);
}

TEST_F(GivenATaskOfLi, WhenToldSomeTimeBeforeThenTheReminderIsThatLongBeforeAndStaysSoWhenTheTaskIsMoved) {
    auto input = CreateTask{};
    input.title = "发报价";
    input.due_at = clock.now() + hours{5};
    input.remind_before_minutes = 30;
    auto const made = as("li", [&](operation::Context& ctx) { return create_task(ctx, input); });
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(made->remind_at, *input.due_at - minutes{30});
    auto change = ChangeTask{};
    change.id = made->id;
    change.version = made->version;
    change.due_at = operation::Patch<Instant>{true, *input.due_at + hours{24}};
    auto const moved = as("li", [&](operation::Context& ctx) { return change_task(ctx, change); });
    ASSERT_TRUE(moved) << moved.error().message;
    EXPECT_EQ(moved->remind_at, *input.due_at + hours{24} - minutes{30});
    change.version = moved->version;
    change.due_at = {};
    change.remind_before_minutes = 0;
    EXPECT_EQ(as("li", [&](operation::Context& ctx) { return change_task(ctx, change); })->remind_at, moved->due_at);
}

TEST_F(GivenATaskOfLi, WhenTheTimeBeforeMakesNoSenseThenTheFieldIsNamed) {
    auto const field = [&](CreateTask const& input) {
        auto const refused = as("li", [&](operation::Context& ctx) { return create_task(ctx, input); });
        return refused ? std::string{"none"} : refused.error().fields.front().field;
    };
    auto input = CreateTask{};
    input.title = "发报价";
    input.remind_before_minutes = 60;
    EXPECT_EQ(field(input), "due_at");
    input.due_at = clock.now() + minutes{30};
    EXPECT_EQ(field(input), "remind_before_minutes");
    input.remind_at = clock.now() + minutes{1};
    EXPECT_EQ(field(input), "remind_before_minutes");
}

TEST_F(GivenATaskOfLi, WhenAStrangerLooksThenThereIsNoTask) {
    auto const shown = as("wang", [&](operation::Context& ctx) { return show_task(ctx, {task.id, {}}); });
    ASSERT_FALSE(shown);
    EXPECT_EQ(shown.error().code, Errc::not_found);
    EXPECT_TRUE(as("boss", [&](operation::Context& ctx) { return show_task(ctx, {task.id, {}}); }));
}

TEST_F(GivenATaskOfLi, WhenDeletedThenItsReminderIsGoneTooAndAStrangerCannot) {
    auto const refused = as("wang", [&](operation::Context& ctx) { return delete_task(ctx, {task.id, {}}); });
    EXPECT_EQ(refused.error().code, Errc::not_found);
    auto const stale = as("li", [&](operation::Context& ctx) { return delete_task(ctx, {task.id, 99}); });
    EXPECT_EQ(stale.error().code, Errc::stale);
    ASSERT_TRUE(as("li", [&](operation::Context& ctx) { return delete_task(ctx, {task.id, task.version}); }));
    EXPECT_EQ(count("task"), 0);
    EXPECT_EQ(count("timer where state = 0"), 0);
    EXPECT_EQ(count("audit_log where action = 'task.delete'"), 1);
}

TEST_F(GivenATaskOfLi, WhenUndoneThenItIsGoneAndNothingMoreCanBeUndone) {
    ASSERT_TRUE(undo());
    EXPECT_EQ(count("task"), 0);
    EXPECT_EQ(count("timer where state = 0"), 0);
    auto const again = undo();
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().reason, "nothing_to_undo");
}

TEST_F(GivenATaskOfLi, WhenCompletedAndUndoneThenItIsOpenAndRemindsAgain) {
    clock.advance(minutes{1});
    ASSERT_TRUE(as("li", [&](operation::Context& ctx) { return complete_task(ctx, {task.id, {}}); }));
    auto const undone = undo();
    ASSERT_TRUE(undone) << undone.error().message;
    EXPECT_EQ(count("task where status = 'open'"), 1);
    EXPECT_EQ(count("timer where state = 0"), 1);
}

TEST_F(GivenATaskOfLi, WhenACustomerWasFollowedUpThenItsCreationCannotBeUndone) {
    clock.advance(minutes{1});
    auto const made = create("li", "宏达科技").value();
    ASSERT_TRUE(as("li", [](operation::Context& ctx) { return today(ctx, {}); }));
    EXPECT_EQ(as("li", [](operation::Context& ctx) { return today(ctx, {}); }).value().due.size(), 1U);
    auto input = sales::CreateFollowup{};
    input.target_id = RecordId{made.id.value()};
    input.content = "电话";
    ASSERT_TRUE(as("boss", [&](operation::Context& ctx) { return sales::create_followup(ctx, input); }));
    auto const undone = undo();
    ASSERT_FALSE(undone);
    EXPECT_EQ(undone.error().reason, "changed_since");
}

TEST_F(GivenATaskOfLi, WhenRemindersAreListedThenTheyAreOnesOwnAndSayWhatBecameOfThem) {
    auto input = CreateTask{};
    input.title = "寄样品";
    input.due_at = clock.now() + hours{48};
    ASSERT_TRUE(as("li", [&](operation::Context& ctx) { return create_task(ctx, input); }));
    auto const made = create("li", "宏达科技");
    ASSERT_TRUE(made);
    auto plan = sales::CreateFollowup{};
    plan.target_id = RecordId{made->id.value()};
    plan.content = "报价已发";
    plan.next_contact_at = clock.now() + hours{24};
    ASSERT_TRUE(as("li", [&](operation::Context& ctx) { return sales::create_followup(ctx, plan); }));
    auto const listed = [&](std::string const& who, ListReminders const& query) {
        auto titles = std::vector<std::string>{};
        auto const page = as(who, [&](operation::Context& ctx) { return list_reminders(ctx, query); });
        for (auto const& reminder : page.value().items) titles.push_back(reminder.title + " " + reminder.state);
        return titles;
    };
    auto query = ListReminders{};
    EXPECT_EQ(listed("li", query),
              (std::vector<std::string>{"给王总打电话 waiting", "宏达科技 waiting", "寄样品 waiting"}));
    EXPECT_TRUE(listed("boss", query).empty());
    ASSERT_TRUE(as("li", [&](operation::Context& ctx) { return complete_task(ctx, {task.id, {}}); }));
    query.state = ReminderState::cancelled;
    EXPECT_EQ(listed("li", query), std::vector<std::string>{"给王总打电话 cancelled"});
    query = {};
    query.kind = "next_contact";
    EXPECT_EQ(listed("li", query), std::vector<std::string>{"宏达科技 waiting"});
}

TEST_F(GivenATaskOfLi, WhenLiIsDisabledThenNothingIsPushed) {
    in_tenant(
        [](database::Session& sql) { sql.script("update employee set status = 'disabled' where user_id = 'li'"); });
    clock.advance(hours{1});
    fire_due();
    EXPECT_EQ(count("outbox where kind = 'task_reminder'"), 0);
}

TEST_F(GivenATaskOfLi, WhenTheListIsBoundByDueDateThenOnlyThoseDaysCount) {
    auto query = ListTasks{};
    query.from = query.to = parse_date("2026-11-25");
    auto const listed = [&] {
        return as("li", [&](operation::Context& ctx) { return list_tasks(ctx, query); }).value().items.size();
    };
    EXPECT_EQ(listed(), 1U);  // created today
    query.date_field = "due_at";
    EXPECT_EQ(listed(), 0U);  // has only a reminder
    query.date_field = "remind_at";
    EXPECT_EQ(listed(), 1U);
}

}  // namespace
}  // namespace wescrm::agenda
