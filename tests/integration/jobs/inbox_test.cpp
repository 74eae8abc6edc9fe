#include <filesystem>
#include <numeric>

#include "arrival.hpp"
#include "inbox_store.hpp"
#include "integration/jobs/node.hpp"

#include <wescrm/jobs/queue_admin.hpp>

namespace wescrm::jobs {
namespace {

using database::bind;
using database::Scope;
using database::Session;

struct TheInbox : JobsTest {
    /// Messages of a company that wait to be worked, each of another person.
    void store_ready(TenantId company, int number) {
        in(Scope::of(company), [&](Session& sql) {
            for (auto i = 0; i < number; ++i) {
                auto const key = sha256(std::to_string(company.value()) + ":" + std::to_string(i));
                sql.execute("insert into inbox (tenant_id, msg_day, dedupe_key, channel, bucket, lane, kind, received_at, run_at, body) values "
                            "(:tenant, :now::date, :key, 1, :bucket, :lane, 'text', :now, :now, :body)",
                            {bind("tenant", company), bind("now", clock.now()), bind("key", database::Blob{key}),
                             bind("bucket", company.value() % 256), bind("lane", i),
                             bind("body", database::Blob{sealer.seal(text("zhang", "flood", "1"), body_context(company, key))})});
            }
        });
        clock.advance(milliseconds{1});  // whoever comes later is behind
    }
};

TEST_F(TheInbox, WhenOneMessageComesFourTimesAtOnceOnTwoNodesThenItHasOneEffect) {  // C-13, C-15
    auto a = Node{url, sealer, clock, quick, noting(1)};
    auto b = Node{url, sealer, clock, quick, noting(2)};
    auto const message = text("zhang", "hello", "1");
    auto answers = std::vector<std::future<CallbackAnswer>>{};
    for (auto i = 0; i < 4; ++i) {
        auto& node = i % 2 == 0 ? a : b;
        answers.push_back(asio::co_spawn(node.io, node.workers->intake().accept(callback(message)), asio::use_future));
    }
    auto stored = 0;
    for (auto& answer : answers) {
        auto const got = answer.get();
        EXPECT_EQ(got.status, 200);
        if (got.result == "stored") ++stored;
    }
    EXPECT_EQ(stored, 1);
    EXPECT_TRUE(effects_are(1));
    EXPECT_TRUE(eventually([&] { return count("select count(*) from inbox where state = 2") == 1; }));
    EXPECT_EQ(count("select count(*) from inbox"), 1);
    EXPECT_EQ(effects().size(), 1U);
}

TEST_F(TheInbox, WhenEventsOfOneSecondDifferOnlyInsideThenAllAreProcessed) {  // C-16, C-17
    auto node = Node{url, sealer, clock, quick, noting(1)};
    for (auto const& message : {approval("202611250001"), approval("202611250002"), text("zhang", "same", "11"), text("zhang", "same", "12"),
                                text("li", "same", "12")})
        EXPECT_EQ(deliver(node, message).result, "stored");
    EXPECT_EQ(deliver(node, approval("202611250001")).result, "duplicate");
    EXPECT_TRUE(effects_are(5));
    EXPECT_EQ(count("select count(*) from inbox"), 5);
}

TEST_F(TheInbox, WhenWeComRepeatsAMsgIdWithOtherBytesThenItIsTheSameMessage) {
    auto node = Node{url, sealer, clock, quick, noting(1)};
    EXPECT_EQ(deliver(node, text("zhang", "hello", "21")).result, "stored");
    EXPECT_EQ(deliver(node, text("zhang", "hello ", "21")).result, "duplicate");
}

TEST_F(TheInbox, WhenWhatComesIsNotOursThenItIsRefusedOrIgnored) {
    auto node = Node{url, sealer, clock, quick, noting(1)};
    auto forged = callback(text("zhang", "hello", "31"));
    forged.query.signature[0] = forged.query.signature[0] == 'a' ? 'b' : 'a';
    EXPECT_EQ(node.await(node.workers->intake().accept(forged)).status, 403);
    auto elsewhere = callback(text("zhang", "hello", "31"));
    elsewhere.corp_id = "ww-nobody";
    EXPECT_EQ(node.await(node.workers->intake().accept(elsewhere)).status, 404);
    auto shifted = callback(text("zhang", "hello", "31"));
    shifted.query.timestamp += "1";
    EXPECT_EQ(node.await(node.workers->intake().accept(shifted)).status, 400);
    auto old = text("zhang", "hello", "31");
    clock.advance(days{4});
    EXPECT_EQ(deliver(node, old).result, "stored");
    EXPECT_EQ(count("select count(*) from inbox where state = 5 and last_error = 'stale'"), 1);
    EXPECT_EQ(deliver(node, "no xml at all").status, 200);
    EXPECT_EQ(count("select count(*) from inbox where state = 5 and last_error = 'malformed'"), 1);
}

TEST_F(TheInbox, WhenOnePersonSendsMuchThenItsOrderIsKept) {
    auto node = Node{url, sealer, clock, quick, noting(1)};
    auto expected = std::vector<std::string>{};
    for (auto i = 0; i < 60; ++i) {
        auto const note = std::to_string(1000 + i);
        expected.push_back(note);
        ASSERT_EQ(deliver(node, text("zhang", note, "m" + note)).status, 200);
    }
    EXPECT_TRUE(effects_are(60));
    EXPECT_EQ(effects(), expected);
}

TEST_F(TheInbox, WhenOneCompanyFloodsThenTheOthersAreServedInTheirTurn) {  // T-14
    quick.inbox.batch = 10;
    quick.inbox.held = 20;
    store_ready(tenant, 400);
    auto const earlier = count("select count(*) from inbox");
    for (auto i = 0; i < 15; ++i) store_ready(add_company("ww-other" + std::to_string(i)), 2);  // more of them than one claim takes
    ASSERT_EQ(earlier, 400);
    auto node = Node{url, sealer, clock, quick, noting(1)};
    EXPECT_TRUE(effects_are(430));
    auto const last = count("select max(seq) from effect where tenant_id <> " + std::to_string(tenant.value()));
    EXPECT_LT(last, 100) << "each of the other companies waits for a few claims, not for the flood";
}

TEST_F(TheInbox, WhenOneCompanyFloodsThenAClaimDoesNotLookAtAllThatWaits) {  // T-14: as fast with much waiting as with little
    store_ready(tenant, 3'000);
    auto const other = add_company("ww-other");
    store_ready(other, 1);
    auto const claimed = in(Scope::of_queues(), [&](Session& sql) {
        auto all = std::vector<int>(256);
        std::iota(all.begin(), all.end(), 0);
        return inbox_store::claim_in_turn(sql, {all, {}, 20, 1, clock.now()}, {});
    });
    ASSERT_EQ(claimed.size(), 20U);
    EXPECT_EQ(std::count_if(claimed.begin(), claimed.end(), [&](auto const& item) { return item.tenant == other; }), 1);
    auto const owned = std::vector<int>{static_cast<int>(other.value() % 256)};
    auto const none = in(Scope::of_queues(), [&](Session& sql) { return inbox_store::claim_in_turn(sql, {owned, {}, 20, 2, clock.now()}, {}); });
    EXPECT_TRUE(none.empty()) << "what waits in buckets of other nodes is left alone";
}

TEST_F(TheInbox, WhenAHandlerFailsForAWhileThenLaterMessagesWaitAndNothingIsDoneTwice) {
    auto failures = std::make_shared<std::atomic<int>>(0);
    auto node = Node{url, sealer, clock, quick, noting(1, [failures](InboxItem const& item) -> Result<void> {
                         if (item.message.find("[first]") != std::string::npos && (*failures)++ < 2) return Error{Errc::unavailable, "database"};
                         return {};
                     })};
    ASSERT_EQ(deliver(node, text("zhang", "first", "41")).status, 200);
    ASSERT_EQ(deliver(node, text("zhang", "second", "42")).status, 200);
    EXPECT_TRUE(eventually([&] {
        clock.advance(milliseconds{100});  // the waiting times are on this clock
        return effects().size() == 2;
    }));
    EXPECT_EQ(effects(), (std::vector<std::string>{"first", "second"}));
}

TEST_F(TheInbox, WhenAHandlerThrowsEachTimeThenTheMessageDiesVisiblyAndCanBeSentAgain) {
    auto broken = std::make_shared<std::atomic<bool>>(true);
    auto node = Node{url, sealer, clock, quick, noting(1, [broken](InboxItem const&) -> Result<void> {
                         if (*broken) throw std::runtime_error{"a mistake of ours"};
                         return {};
                     })};
    ASSERT_EQ(deliver(node, text("zhang", "poison", "51")).status, 200);
    EXPECT_TRUE(eventually([&] {
        clock.advance(seconds{10});
        return count("select count(*) from inbox where state = 4") == 1;
    }));
    auto const rows = in(Scope::of_queues(), [](Session& sql) { return list_queue(sql, {"dead", "", {}, 10}).value(); });
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].attempts, 5);
    EXPECT_EQ(rows[0].error, "exception: a mistake of ours");
    auto const shown = in(Scope::of_queues(), [&](Session& sql) { return show_queue_row(sql, sealer, rows[0].id).value(); });
    EXPECT_NE(shown.find("poison"), std::string::npos);
    *broken = false;
    in(Scope::of_queues(), [&](Session& sql) { EXPECT_EQ(retry_queue(sql, {}, clock.now()).value(), 1); });
    EXPECT_TRUE(effects_are(1));
}

TEST_F(TheInbox, WhenAWorkerLostItsClaimThenItsWorkIsUndone) {
    auto entered = std::promise<void>{};
    auto go_on = std::promise<void>{};
    auto resume = std::make_shared<std::shared_future<void>>(go_on.get_future());
    auto const calls = std::make_shared<std::atomic<int>>(0);
    auto node = Node{url, sealer, clock, quick, noting(1, [&entered, resume, calls](InboxItem const&) -> Result<void> {
                         if ((*calls)++ > 0) return {};
                         entered.set_value();
                         resume->wait();
                         return {};
                     })};
    ASSERT_EQ(deliver(node, text("zhang", "once", "61")).status, 200);
    entered.get_future().wait();
    in(Scope::of_queues(), [](Session& sql) { sql.execute("update inbox set claim = claim + 1, claimed_by = 7, lease_until = now() - interval '1 s'"); });
    go_on.set_value();
    EXPECT_TRUE(eventually([&] { return node.metrics.fence_rejected == 1; }));
    EXPECT_TRUE(effects_are(1)) << "the row whose lease has ended is worked by whoever owns the bucket";
    EXPECT_EQ(effects().size(), 1U);
}

TEST_F(TheInbox, WhenANodeDoesNotKnowOfItsClaimThenTheMessageIsWorkedSoon) {  // F-02: the commit went through, its answer was lost
    auto node = Node{url, sealer, clock, quick, noting(1)};
    ASSERT_EQ(deliver(node, text("zhang", "one", "65")).status, 200);
    EXPECT_TRUE(effects_are(1));
    in(Scope::of_queues(), [&](Session& sql) {
        sql.execute("update inbox set state = 1, done_at = null, claim = claim + 1, claimed_by = :node, lease_until = now() + interval '49 seconds'",
                    {bind("node", node.workers->buckets().node())});
    });
    EXPECT_TRUE(effects_are(2));
    EXPECT_TRUE(eventually([&] { return count("select count(*) from inbox where state = 2 and attempts = 1") == 1; }));
}

TEST_F(TheInbox, WhenANodeFallsSilentThenAnotherTakesItsWorkAndNothingIsDoneTwice) {
    auto a = Node{url, sealer, clock, quick, noting(1)};
    ASSERT_EQ(deliver(a, text("zhang", "one", "71")).status, 200);
    EXPECT_TRUE(effects_are(1));
    auto b = Node{url, sealer, clock, quick, noting(2)};
    a.on_strand([&] { a.workers->buckets().freeze(); });
    EXPECT_TRUE(eventually([&] { return count("select count(*) from work_bucket where owner = " + std::to_string(b.workers->buckets().node())) == 256; }));
    ASSERT_EQ(deliver(b, text("zhang", "two", "72")).status, 200);
    EXPECT_TRUE(effects_are(2));
    EXPECT_EQ(effects(), (std::vector<std::string>{"one", "two"}));
}

TEST_F(TheInbox, WhenMessagesSawTwoCrashesThenANewWorkerRunsThemOneByOne) {
    {
        auto first = Node{url, sealer, clock, quick, noting(1)};
        for (auto i = 0; i < 4; ++i) {
            auto const number = std::to_string(i);
            EXPECT_EQ(deliver(first, text("user" + number, number, "90" + number)).status, 200);
        }
        EXPECT_TRUE(effects_are(4));
    }
    in(Scope::of_queues(), [](Session& sql) { sql.execute("update inbox set state = 3, last_error = 'crash:2'"); });
    auto mutex = std::mutex{};
    auto entered = std::condition_variable{};
    auto inside = 0;
    auto most = 0;
    auto meet = [&](InboxItem const&) -> Result<void> {
        auto lock = std::unique_lock{mutex};
        most = std::max(most, ++inside);
        entered.notify_all();
        entered.wait_for(lock, milliseconds{50}, [&] { return inside > 1; });
        --inside;
        return {};
    };
    auto second = Node{url, sealer, clock, quick, noting(2, meet)};
    EXPECT_TRUE(effects_are(8));
    EXPECT_EQ(most, 1);
}

TEST_F(TheInbox, WhenAMessageSawThreeCrashesThenItWaitsForASteadyNodeAndItsConversationWithIt) {
    {
        auto first = Node{url, sealer, clock, quick, noting(1)};
        EXPECT_EQ(deliver(first, text("zhang", "suspect", "910")).status, 200);
        EXPECT_TRUE(effects_are(1));
    }
    in(Scope::of_queues(), [](Session& sql) { sql.execute("update inbox set state = 3, last_error = 'crash:3'"); });
    {
        auto fresh = quick;
        fresh.inbox.last_chance_after = std::chrono::hours{1};
        auto second = Node{url, sealer, clock, fresh, noting(2)};
        EXPECT_EQ(deliver(second, text("zhang", "later", "911")).status, 200);
        EXPECT_EQ(deliver(second, text("li", "another", "912")).status, 200);
        EXPECT_TRUE(eventually([&] { return effects().back() == "another"; }));
    }
    EXPECT_EQ(count("select count(*) from inbox where state in (0, 3)"), 2);
    auto third = Node{url, sealer, clock, quick, noting(3)};
    EXPECT_TRUE(effects_are(4));
    EXPECT_EQ(effects(), (std::vector<std::string>{"suspect", "another", "suspect", "later"}));
}

TEST_F(TheInbox, WhenTheDatabaseIsAwayThenTheSpoolTakesItsPlaceAndIsDrained) {
    auto const folder = std::filesystem::temp_directory_path() / ("wescrm-away-" + name);
    std::filesystem::remove_all(folder);
    quick.spool.folder = folder.string();
    quick.spool.min_free_percent = 0;
    {
        auto node = Node{url, sealer, clock, quick, noting(1)};
        ASSERT_EQ(deliver(node, text("zhang", "before", "81")).result, "stored");
        EXPECT_TRUE(effects_are(1));
        auto admin = database::Database{Node::small(wescrm::testing::test_url("postgres"))};
        auto const allow = [&](char const* what) {
            auto const done = admin.run_blocking(database::Pool::web, Scope::of_nobody(), [&](Session& sql) -> Result<int> {
                sql.script("alter database " + name + " allow_connections " + what);
                sql.script("select pg_terminate_backend(pid) from pg_stat_activity where datname = '" + name + "'");
                return 0;
            });
            ASSERT_TRUE(done);
        };
        allow("false");
        for (auto i = 0; i < 20; ++i) {
            auto const answer = deliver(node, text("zhang", "during " + std::to_string(100 + i), "82-" + std::to_string(i)));
            EXPECT_EQ(answer.status, 200);
            EXPECT_EQ(answer.result, "spooled");
        }
        EXPECT_EQ(deliver(node, text("zhang", "during 100", "82-0")).result, "spooled");
        EXPECT_GT(node.metrics.spool_records, 0);
        allow("true");
        EXPECT_TRUE(eventually([&] { return node.metrics.spool_records == 0; }));
        EXPECT_TRUE(effects_are(21));
        EXPECT_EQ(effects().size(), 21U);
    }
    std::filesystem::remove_all(folder);
}

TEST_F(TheInbox, WhenACompanyIsDeletedThenItsCallbacksInTheSpoolAreDroppedAndCountedAndOthersAreKept) {  // T-13
    auto const folder = std::filesystem::temp_directory_path() / ("wescrm-gone-" + name);
    std::filesystem::remove_all(folder);
    auto const deleted = TenantId{tenant.value() + 1};  // whom nothing in the database knows any more
    {
        auto metrics = Metrics{};
        auto config = SpoolConfig{};
        config.folder = folder.string();
        config.min_free_percent = 0;
        auto spool = Spool{config, metrics};
        auto io = asio::io_context{};
        for (auto const company : {deleted, tenant, deleted}) {
            auto arrival = Arrival{};
            arrival.tenant = company;
            arrival.msg_day = Zone{}.date(clock.now());
            arrival.dedupe_key = random_bytes(32);
            arrival.agent_id = 1000002;
            arrival.kind = "text";
            arrival.received_at = clock.now();
            arrival.sealed = sealer.seal(text("zhang", "late", "1"), body_context(company, arrival.dedupe_key));
            auto stored = asio::co_spawn(io, spool.append({encode(arrival)}), asio::use_future);
            io.restart();
            io.run();
            ASSERT_TRUE(stored.get());
        }
    }
    quick.spool.folder = folder.string();
    quick.spool.min_free_percent = 0;
    {
        auto node = Node{url, sealer, clock, quick, noting(1)};
        EXPECT_TRUE(eventually([&] { return node.metrics.dropped == 2 && node.metrics.spool_records == 0; }));
        EXPECT_EQ(count("select count(*) from inbox where tenant_id = " + std::to_string(deleted.value())), 0);
        EXPECT_EQ(count("select count(*) from inbox where tenant_id = " + std::to_string(tenant.value())), 1);
    }
    std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace wescrm::jobs
