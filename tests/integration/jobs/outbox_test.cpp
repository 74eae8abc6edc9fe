#include "integration/jobs/node.hpp"
#include "outbox_store.hpp"

#include <wescrm/http/client.hpp>

namespace wescrm::jobs {
namespace {

using database::bind;
using database::Blob;
using database::Scope;
using database::Session;

struct TheOutbox : JobsTest {
    TheOutbox() { quick.outbox.breaker.fewest_calls = 1'000; }

    void put(std::string const& user, std::string const& body, int priority = 2, minutes lasts = minutes{60}) {
        put_for(tenant, user, body, priority, lasts);
    }
    void put_for(TenantId company, std::string const& user, std::string const& body, int priority,
                 minutes lasts = minutes{60}) {
        in(Scope::of(company), [&](Session& sql) {
            sql.execute(
                "insert into outbox (tenant_id, bucket, app_id, effect_key, recipient, lane, priority, body, "
                "created_at, not_before, "
                "expires_at) values (:tenant, :bucket, :app, :key, :user, :lane, :priority, :body, :now, :now, "
                ":expires)",
                {bind("tenant", company), bind("bucket", company.value() % 256), bind("app", app),
                 bind("key", "k" + std::to_string(++keys)), bind("user", user),
                 bind("lane", static_cast<std::int64_t>(std::hash<std::string>{}(user) >> 2U)),
                 bind("priority", priority), bind("body", Blob{body}), bind("now", clock.now()),
                 bind("expires", clock.now() + lasts)});
        });
    }
    auto state_is(OutboxState state, int number) {
        return eventually([&] {
            clock.advance(milliseconds{20});
            return count("select count(*) from outbox where state = " + std::to_string(static_cast<int>(state))) ==
                   number;
        });
    }
    int keys = 0;
};

struct NoTokens : wecom::TokenStore {
    asio::awaitable<std::pair<std::optional<wecom::Token>, wecom::Answer>> token(wecom::Account const&,
                                                                                 std::optional<std::int64_t>,
                                                                                 Fetch) override {
        co_return std::pair{std::optional<wecom::Token>{}, wecom::Answer{}};
    }
};

TEST_F(TheOutbox, WhenItsCompanyWasAddedAMomentAgoThenAMessageIsTriedAgainSoonInsteadOfWaitingForAnAdministrator) {
    auto node = Node{url, sealer, clock, quick, noting(1)};
    auto tokens = NoTokens{};
    auto http = http::Client{node.io.get_executor(), {}};
    auto client = wecom::Client{http, tokens, "http://127.0.0.1:9"};
    auto wecom = WecomSender{client, node.companies};
    auto const failure_for = [&](TenantId company) {
        auto item = OutboxItem{};
        item.tenant = company;
        item.app_id = app + 1'000;
        return node.await(wecom.send(item)).failure;
    };
    EXPECT_EQ(failure_for(TenantId{987'654'321}), wecom::ErrorClass::not_sent);
    EXPECT_EQ(failure_for(tenant), wecom::ErrorClass::configuration) << "it is known and has no such app";
}

TEST_F(TheOutbox, WhenOnePersonGetsSeveralThenTheyArriveInOrder) {
    auto expected = std::vector<std::string>{};
    for (auto i = 0; i < 20; ++i) {
        put("zhang", std::to_string(i));
        expected.push_back("zhang:" + std::to_string(i));
    }
    auto node = Node{url, sealer, clock, quick, noting(1)};
    EXPECT_TRUE(state_is(OutboxState::sent, 20));
    EXPECT_EQ(node.sender.all(), expected);
}

TEST_F(TheOutbox, WhenOneCompanySendsVeryMuchThenAnotherIsServedAmongItsFirst) {  // T-14
    quick.outbox.batch = 10;
    quick.outbox.held = 20;
    for (auto i = 0; i < 200; ++i) put("user" + std::to_string(i), "flood", 0);
    auto const other = add_company("ww-other");
    put_for(other, "li", "waits", 0);
    auto node = Node{url, sealer, clock, quick, noting(1)};
    EXPECT_TRUE(state_is(OutboxState::sent, 201));
    auto const sent = node.sender.all();
    EXPECT_LT(std::find(sent.begin(), sent.end(), "li:waits") - sent.begin(), 40);
}

TEST_F(TheOutbox, WhenWeComIsBusyThenTheMessageIsRepeatedBeforeLaterOnes) {
    put("zhang", "1");
    put("zhang", "2");
    auto node = Node{url, sealer, clock, quick, noting(1)};
    {
        auto const lock = std::lock_guard{node.sender.mutex};
        node.sender.errcodes = {-1, -1};
    }
    EXPECT_TRUE(state_is(OutboxState::sent, 2));
    auto const sent = node.sender.all();
    EXPECT_EQ(sent.back(), "zhang:2");
    EXPECT_EQ(std::count(sent.begin(), sent.end(), "zhang:2"), 1);
}

TEST_F(TheOutbox, WhenTheAnswerIsLostThenOnlyAHarmlessRepeatIsMade) {  // F-07 towards WeCom
    auto const checked = std::string{R"({"enable_duplicate_check":1,"duplicate_check_interval":14400})"};
    put("zhang", "plain");
    put("li", checked);
    auto node = Node{url, sealer, clock, quick, noting(1)};
    {
        auto const lock = std::lock_guard{node.sender.mutex};
        node.sender.errcodes = {ScriptedSender::no_answer, ScriptedSender::no_answer};
    }
    auto const settled = eventually([&] {
        clock.advance(milliseconds{50});
        return count("select count(*) from outbox where state in (2, 7)") == 2;
    });
    EXPECT_TRUE(settled);
    auto const sent = node.sender.all();
    if (count("select count(*) from outbox where state = 7") == 0)
        GTEST_SKIP() << "both were sent before the script was in place";
    EXPECT_EQ(std::count(sent.begin(), sent.end(), "zhang:plain"), 1);
    EXPECT_EQ(std::count(sent.begin(), sent.end(), "li:" + checked), 2);
    EXPECT_EQ(node.metrics.uncertain, 1);
}

TEST_F(TheOutbox, WhenThePersonIsUnknownThenTheMessageDies) {
    auto node = Node{url, sealer, clock, quick, noting(1)};
    node.on_strand([&] { node.sender.errcodes = {60111}; });
    put("nobody", "hello");
    node.workers->wake_sender(tenant);
    EXPECT_TRUE(state_is(OutboxState::dead, 1));
    EXPECT_EQ(count("select errcode from outbox"), 60111);
}

TEST_F(TheOutbox, WhenTheConfigurationIsWrongThenMessagesAreHeldUntilAProbeSucceeds) {
    auto node = Node{url, sealer, clock, quick, noting(1)};
    node.on_strand([&] { node.sender.errcodes = {60020}; });
    put("zhang", "hello");
    node.workers->wake_sender(tenant);
    EXPECT_TRUE(state_is(OutboxState::held, 1));
    clock.advance(minutes{11});
    EXPECT_TRUE(state_is(OutboxState::sent, 1));
}

TEST_F(TheOutbox, WhenItExpiredThenItIsNotSent) {
    put("zhang", "too late", 2, minutes{-1});
    auto node = Node{url, sealer, clock, quick, noting(1)};
    EXPECT_TRUE(state_is(OutboxState::expired, 1));
    EXPECT_TRUE(node.sender.all().empty());
}

TEST_F(TheOutbox, WhenAPersonWouldGetTooManyThenTheRestWaitsForTheNextMinute) {
    for (auto i = 0; i < 27; ++i) put("zhang", std::to_string(i));
    auto node = Node{url, sealer, clock, quick, noting(1)};
    EXPECT_TRUE(eventually([&] { return count("select count(*) from outbox where state = 2") == 25; }));
    // The next one is put off; the one behind it keeps its place in the order.
    EXPECT_TRUE(eventually([&] { return count("select count(*) from outbox where state = 3") == 1; }));
    EXPECT_EQ(count("select count(*) from outbox where state in (1, 3)"), 2);
    EXPECT_EQ(node.sender.all().size(), 25U);
    clock.advance(minutes{1});
    EXPECT_TRUE(eventually([&] { return count("select count(*) from outbox where state = 2") == 27; }));
}

TEST_F(TheOutbox, WhenSeveralPeopleReachTheirLimitAtOnceThenEachGetsItsShareAndTheRestWaits) {
    for (auto const* user : {"zhang", "li", "wang", "zhao", "sun", "zhou"}) {
        for (auto i = 0; i < 30; ++i) put(user, std::to_string(i));
    }
    auto node = Node{url, sealer, clock, quick, noting(1)};
    EXPECT_TRUE(eventually([&] { return count("select count(*) from outbox where state = 2") == 150; }));
    EXPECT_EQ(node.sender.all().size(), 150U);
    clock.advance(minutes{1});
    EXPECT_TRUE(eventually([&] { return count("select count(*) from outbox where state = 2") == 180; }));
}

TEST_F(TheOutbox, WhenANodeDoesNotKnowOfItsClaimThenTheMessageIsSentSoon) {
    auto node = Node{url, sealer, clock, quick, noting(1)};
    put("li", "plain");
    in(Scope::of_queues(), [&](Session& sql) {
        sql.execute(
            "update outbox set state = 1, claim = 5, attempts = 1, claimed_by = :node, first_try_at = :now, "
            "lease_until = now() + interval "
            "'49 seconds', sent_at = null",
            {bind("node", node.workers->buckets().node()), bind("now", clock.now())});
    });
    EXPECT_TRUE(eventually(
        [&] { return count("select count(*) from outbox where state = 2 and attempts = 1 and claim = 6") == 1; }));
}

TEST_F(TheOutbox, WhenTheSenderIsGoneInMidSendThenTheOutcomeIsUnknown) {
    put("zhang", R"({"template_card":{"task_id":"e1"}})");
    put("li", "plain");
    in(Scope::of_queues(), [&](Session& sql) {
        sql.execute(
            "update outbox set state = 1, claim = 1, attempts = 1, claimed_by = 99, first_try_at = :now, lease_until = "
            "now() + interval '1 "
            "minute'",
            {bind("now", clock.now())});
    });
    auto node = Node{url, sealer, clock, quick, noting(1)};
    EXPECT_TRUE(state_is(OutboxState::uncertain, 1));
    EXPECT_TRUE(state_is(OutboxState::sent, 1));
    EXPECT_EQ(node.sender.all().size(), 1U);
}

TEST_F(TheOutbox, WhenTheSuccessorIsKilledBeforeItWritesTheOutcomeThenTheNextOneTakesOverAtOnce) {
    put("li", "plain");
    in(Scope::of_queues(), [&](Session& sql) {
        sql.execute(
            "update outbox set state = 1, claim = 1, attempts = 1, claimed_by = 99, first_try_at = :now, lease_until = "
            "now() + interval '1 "
            "minute'",
            {bind("now", clock.now())});
        auto const bucket = static_cast<int>(tenant.value() % 256);
        EXPECT_EQ(outbox_store::lost(sql, {bucket}, 98).size(), 1U);
    });
    auto node = Node{url, sealer, clock, quick, noting(1)};
    EXPECT_TRUE(eventually([&] { return count("select count(*) from outbox where state = 1") == 0; }));
}

}  // namespace
}  // namespace wescrm::jobs
