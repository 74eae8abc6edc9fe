#include <gtest/gtest.h>

#include <wescrm/jobs/retry.hpp>

namespace wescrm::jobs {
namespace {

constexpr auto middle = 0.5;  // no jitter either way

struct InboxCase {
    char const* name;
    FailureClass failure;
    bool someone_waits;
    int attempts;
    microseconds age;
    InboxState next;
    microseconds wait;
    bool counts;
};

class AfterAFailedTry : public ::testing::TestWithParam<InboxCase> {};

TEST_P(AfterAFailedTry, ThenTheScheduleHolds) {
    auto const& given = GetParam();
    auto const decision = after_failure(given.failure, given.someone_waits, given.attempts, given.age, middle);
    EXPECT_EQ(decision.next, given.next);
    EXPECT_EQ(decision.wait, given.wait);
    EXPECT_EQ(decision.counts, given.counts);
}

INSTANTIATE_TEST_SUITE_P(
    Inbox, AfterAFailedTry,
    ::testing::Values(
        InboxCase{"chat_first", FailureClass::transient, true, 1, seconds{0}, InboxState::retry, milliseconds{500}, true},
        InboxCase{"chat_third", FailureClass::transient, true, 3, seconds{3}, InboxState::retry, seconds{6}, true},
        InboxCase{"chat_fourth", FailureClass::transient, true, 4, seconds{9}, InboxState::dead, seconds{0}, true},
        InboxCase{"event_first", FailureClass::transient, false, 1, seconds{0}, InboxState::retry, seconds{1}, true},
        InboxCase{"event_fifth", FailureClass::transient, false, 5, hours{1}, InboxState::retry, minutes{10}, true},
        InboxCase{"event_late", FailureClass::transient, false, 60, hours{23}, InboxState::retry, hours{8}, true},
        InboxCase{"event_over", FailureClass::transient, false, 60, hours{25}, InboxState::dead, seconds{0}, true},
        InboxCase{"blocked", FailureClass::blocked, true, 9, minutes{5}, InboxState::retry, seconds{10}, false},
        InboxCase{"permanent", FailureClass::permanent, true, 1, seconds{0}, InboxState::done, seconds{0}, true},
        InboxCase{"bug_fourth", FailureClass::bug, false, 4, minutes{1}, InboxState::retry, minutes{2}, true},
        InboxCase{"bug_fifth", FailureClass::bug, false, 5, minutes{3}, InboxState::dead, seconds{0}, true}),
    [](auto const& entry) { return entry.param.name; });

TEST(Jitter, WhenDrawnThenTheWaitChangesByAFifthAtMost) {
    EXPECT_EQ(after_failure(FailureClass::transient, false, 2, seconds{0}, 0.0).wait, seconds{4});
    EXPECT_EQ(after_failure(FailureClass::transient, false, 2, seconds{0}, 1.0).wait, seconds{6});
}

TEST(ACrash, WhenRepeatedThenTheMessageRunsAloneAndThenDies) {
    EXPECT_EQ(after_crash(1), CrashDecision::again);
    EXPECT_EQ(after_crash(2), CrashDecision::alone);
    EXPECT_EQ(after_crash(3), CrashDecision::last_chance);
    EXPECT_EQ(after_crash(4), CrashDecision::dead);
}

TEST(AnError, WhenTheHandlerGivesItThenItsClassFollows) {
    EXPECT_EQ(class_of({Errc::unavailable, "database"}), FailureClass::transient);
    EXPECT_EQ(class_of({Errc::unavailable, "breaker"}), FailureClass::blocked);
    EXPECT_EQ(class_of({Errc::timed_out, "statement"}), FailureClass::transient);
    EXPECT_EQ(class_of({Errc::rate_limited, "45009"}), FailureClass::blocked);
    EXPECT_EQ(class_of({Errc::conflict, "serialization"}), FailureClass::transient);
    EXPECT_EQ(class_of({Errc::conflict, "customer_no_key"}), FailureClass::permanent);
    EXPECT_EQ(class_of({Errc::forbidden, "permission"}), FailureClass::permanent);
}

struct SendCase {
    int errcode;
    bool is_update;
    int tries;
    OutboxState next;
    microseconds wait;
};

class AfterARefusal : public ::testing::TestWithParam<SendCase> {};

TEST_P(AfterARefusal, ThenTheClassDecides) {
    auto const& given = GetParam();
    auto const klass = class_of_answer(wecom::classify(given.errcode), given.errcode, given.is_update);
    auto const decision = after_refusal(klass, given.tries, middle);
    EXPECT_EQ(decision.next, given.next) << given.errcode;
    EXPECT_EQ(decision.wait, given.wait) << given.errcode;
}

INSTANTIATE_TEST_SUITE_P(Outbox, AfterARefusal,
                         ::testing::Values(SendCase{0, false, 1, OutboxState::sent, seconds{0}},              //
                                           SendCase{-1, false, 1, OutboxState::retry, seconds{1}},            //
                                           SendCase{-1, false, 4, OutboxState::retry, seconds{30}},           //
                                           SendCase{60140, true, 1, OutboxState::sent, seconds{0}},           //
                                           SendCase{45033, false, 1, OutboxState::retry, milliseconds{1500}},  //
                                           SendCase{60020, false, 1, OutboxState::held, seconds{0}},          //
                                           SendCase{42001, false, 1, OutboxState::held, seconds{0}},          //
                                           SendCase{60111, false, 1, OutboxState::dead, seconds{0}},          //
                                           SendCase{44004, false, 1, OutboxState::dead, seconds{0}},          //
                                           SendCase{999999, false, 3, OutboxState::retry, seconds{9}},        //
                                           SendCase{999999, false, 4, OutboxState::dead, seconds{0}}));

TEST(AnUnknownOutcome, WhenRepeatingIsHarmlessThenItIsRepeated) {
    auto const card = traits_of("message/send", R"({"msgtype":"template_card","template_card":{"task_id":"e1"}})");
    EXPECT_TRUE(card.is_interactive_card);
    EXPECT_EQ(after_unknown(card, 2, 1, hours{20}, middle).next, OutboxState::retry);
    auto const update = traits_of("message/update_template_card", "{}");
    EXPECT_EQ(after_unknown(update, 0, 3, hours{1}, middle).next, OutboxState::retry);
    auto const checked = traits_of("message/send", R"({"enable_duplicate_check":1,"duplicate_check_interval":120})");
    EXPECT_EQ(after_unknown(checked, 0, 1, seconds{10}, middle).next, OutboxState::retry);
}

TEST(AnUnknownOutcome, WhenWeComWouldNotNoticeTheRepeatThenItIsUncertain) {
    auto const checked = traits_of("message/send", R"({"enable_duplicate_check":1,"duplicate_check_interval":120})");
    EXPECT_EQ(after_unknown(checked, 0, 2, seconds{60}, middle).next, OutboxState::uncertain);
    EXPECT_EQ(after_unknown(BodyTraits{}, 2, 1, seconds{0}, middle).next, OutboxState::uncertain);
    EXPECT_EQ(after_unknown(BodyTraits{}, 1, 1, seconds{0}, middle).next, OutboxState::retry) << "an approval is repeated once";
    EXPECT_EQ(after_unknown(BodyTraits{}, 1, 2, seconds{9}, middle).next, OutboxState::uncertain);
}

TEST(ARateRefusal, WhenItComesAgainThenThePauseGrows) {
    auto const now = parse_rfc3339("2026-11-25T16:30:00+08:00").value();
    EXPECT_EQ(rate_pause(1, now), seconds{60});
    EXPECT_EQ(rate_pause(2, now), minutes{30});
    EXPECT_EQ(rate_pause(3, now), hours{7} + minutes{30});
}

TEST(ALateTimer, WhenItsGraceIsOverThenItIsMissed) {
    auto const due = parse_rfc3339("2026-11-25T08:00:00Z").value();
    EXPECT_EQ(lateness_of(due, hours{4}, due + minutes{10}), Lateness::on_time);
    EXPECT_EQ(lateness_of(due, hours{4}, due + minutes{11}), Lateness::late);
    EXPECT_EQ(lateness_of(due, hours{4}, due + hours{5}), Lateness::missed);
}

}  // namespace
}  // namespace wescrm::jobs
