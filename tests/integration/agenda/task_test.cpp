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
}

TEST_F(GivenATaskOfLi, WhenSnoozedThenTheReminderComesTomorrowMorning) {
    auto const later = as("li", [&](operation::Context& ctx) { return snooze_task(ctx, {task.id, {}}); });
    ASSERT_TRUE(later);
    EXPECT_EQ(later->remind_at, parse_rfc3339("2026-11-26T09:00:00+08:00"));
    EXPECT_EQ(count("timer where state = 0"), 1);
}

TEST_F(GivenATaskOfLi, WhenAStrangerLooksThenThereIsNoTask) {
    auto const shown = as("wang", [&](operation::Context& ctx) { return show_task(ctx, {task.id, {}}); });
    ASSERT_FALSE(shown);
    EXPECT_EQ(shown.error().code, Errc::not_found);
    EXPECT_TRUE(as("boss", [&](operation::Context& ctx) { return show_task(ctx, {task.id, {}}); }));
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

}  // namespace
}  // namespace wescrm::agenda
