#include "integration/jobs/node.hpp"

#include <wescrm/jobs/token_store.hpp>

namespace wescrm::jobs {
namespace {

using database::bind;
using database::Scope;
using database::Session;

struct TheTimers : JobsTest {
    void schedule(std::string const& kind, std::int64_t ref, Instant due, minutes grace = minutes{240}) {
        in_tenant([&](Session& sql) { operation::Timers{sql, tenant, Zone{}, {}}.schedule({kind, "task", ref, due, grace, 0}); });
    }
    /// Notes what fires, with the day on which it did.
    TimerHandlers noting_timers() {
        auto handlers = TimerHandlers{};
        auto note = [](operation::Context& context, FiredTimer const& timer) -> Result<void> {
            context.sql().execute("insert into effect (tenant_id, node, note) values (:tenant, 1, :note)",
                                  {bind("tenant", timer.tenant), bind("note", timer.kind + " " + std::to_string(timer.ref_id) + " " +
                                                                                  format_date(context.today()))});
            return {};
        };
        handlers.fire["remind"] = note;
        handlers.fire["daily"] = [note](operation::Context& context, FiredTimer const& timer) -> Result<void> {
            context.timers().schedule({"daily", timer.ref_kind, timer.ref_id, timer.due + days{1}, minutes{60}, 0});
            return note(context, timer);
        };
        handlers.fire["broken"] = [](operation::Context&, FiredTimer const&) -> Result<void> { throw std::runtime_error{"a mistake"}; };
        handlers.missed = [](operation::Context& context, std::vector<FiredTimer> const& missed) -> Result<void> {
            context.sql().execute("insert into effect (tenant_id, node, note) values (:tenant, 1, :note)",
                                  {bind("tenant", context.tenant()), bind("note", "missed " + std::to_string(missed.size()))});
            return {};
        };
        return handlers;
    }
};

TEST_F(TheTimers, WhenTwoNodesSeeOneTimerThenItFiresOnce) {
    schedule("remind", 1, clock.now() + minutes{5});
    auto a = Node{url, sealer, clock, quick, noting(1), noting_timers()};
    auto b = Node{url, sealer, clock, quick, noting(2), noting_timers()};
    EXPECT_TRUE(eventually([&] { return count("select count(*) from work_bucket where owner is null") == 0; }));
    EXPECT_TRUE(effects().empty());
    clock.advance(minutes{5});
    EXPECT_TRUE(effects_are(1));
    EXPECT_EQ(a.await(a.workers->work_off_due(clock.now(), [](Instant) {})), 0U);
    EXPECT_EQ(effects(), (std::vector<std::string>{"remind 1 2026-11-25"}));
}

TEST_F(TheTimers, WhenTheClockJumpsOverDaysThenEachDayComesInItsTurn) {
    schedule("daily", 1, clock.now() + hours{1});
    schedule("remind", 2, clock.now() + hours{30});
    auto node = Node{url, sealer, clock, quick, noting(1), noting_timers()};
    auto const until = clock.now() + hours{60};
    EXPECT_EQ(node.await(node.workers->work_off_due(until, [this](Instant at) { clock.set(at); })), 4U);
    EXPECT_EQ(clock.now(), until);
    EXPECT_EQ(effects(), (std::vector<std::string>{"daily 1 2026-11-25", "daily 1 2026-11-26", "remind 2 2026-11-26", "daily 1 2026-11-27"}));
}

TEST_F(TheTimers, WhenTheirGraceIsOverThenTheyComeAsOneDigest) {
    for (auto ref = 1; ref <= 3; ++ref) schedule("remind", ref, clock.now() - hours{6});
    schedule("remind", 4, clock.now() - hours{1});
    auto node = Node{url, sealer, clock, quick, noting(1), noting_timers()};
    EXPECT_TRUE(effects_are(2));
    EXPECT_EQ(effects(), (std::vector<std::string>{"remind 4 2026-11-25", "missed 3"}));
}

TEST_F(TheTimers, WhenOnlySomeKindsAreListedThenTheOthersAreDoneHoweverLate) {
    schedule("remind", 1, clock.now() - hours{6});
    schedule("daily", 2, clock.now() - hours{6});
    auto handlers = noting_timers();
    handlers.missed_kinds = {"remind"};
    handlers.fire["daily"] = handlers.fire["remind"];
    auto node = Node{url, sealer, clock, quick, noting(1), handlers};
    EXPECT_TRUE(effects_are(2));
    auto done = effects();
    std::sort(done.begin(), done.end());
    EXPECT_EQ(done, (std::vector<std::string>{"daily 2 2026-11-25", "missed 1"}));
}

TEST_F(TheTimers, WhenAHandlerIsBrokenThenTheOthersGoOn) {
    quick.timers.attempts = 1;
    schedule("broken", 1, clock.now());
    schedule("remind", 2, clock.now());
    auto node = Node{url, sealer, clock, quick, noting(1), noting_timers()};
    EXPECT_TRUE(effects_are(1));
    EXPECT_TRUE(eventually([&] { return count("select count(*) from timer where state = 4") == 1; }));
}

// ---- tokens: F-09 ------------------------------------------------------------------------------------------------------------------

struct TheTokens : JobsTest {
    struct Process {
        Process(TheTokens& test, std::string const& url)
            : db{Node::small(url)}, store{db, test.sealer, test.clock, metrics, TokenConfig{milliseconds{10}}} {}
        database::Database db;
        Metrics metrics;
        DatabaseTokenStore store;
    };
    std::vector<std::int64_t> ask(std::vector<std::unique_ptr<Process>>& processes, int each, std::optional<std::int64_t> failed) {
        auto io = asio::io_context{1};
        auto generations = std::vector<std::int64_t>{};
        auto const account = wecom::Account{tenant, app, "ww-test", "secret"};
        auto one = [](wecom::TokenStore& store, wecom::Account whose, std::optional<std::int64_t> refused, wecom::TokenStore::Fetch fetch,
                      std::vector<std::int64_t>& out) -> asio::awaitable<void> {
            auto const [got, failure] = co_await store.token(whose, refused, fetch);
            out.push_back(got ? got->generation : -1);
        };
        for (auto& process : processes)
            for (auto i = 0; i < each; ++i)
                asio::co_spawn(io, one(process->store, account, failed, slow_fetch(), generations), [](std::exception_ptr thrown) {
                    if (thrown) std::rethrow_exception(thrown);
                });
        io.run();
        return generations;
    }
    wecom::TokenStore::Fetch slow_fetch() {
        return [this]() -> asio::awaitable<wecom::Answer> {
            ++fetches;
            co_await async::sleep_for(milliseconds{100});
            auto answer = wecom::Answer{};
            answer.body = json::parse(R"({"errcode":0,"access_token":"t)" + std::to_string(fetches) + R"(","expires_in":7200})").value();
            co_return answer;
        };
    }
    std::vector<std::unique_ptr<Process>> four() {
        auto processes = std::vector<std::unique_ptr<Process>>{};
        for (auto i = 0; i < 4; ++i) processes.push_back(std::make_unique<Process>(*this, url));
        return processes;
    }
    int fetches = 0;
};

TEST_F(TheTokens, WhenFourProcessesNeedOneThenOneFetches) {
    auto processes = four();
    EXPECT_EQ(ask(processes, 5, std::nullopt), std::vector<std::int64_t>(20, 1));
    EXPECT_EQ(fetches, 1);
}

TEST_F(TheTokens, WhenATokenIsRefusedThenItIsFetchedOncePerRefusal) {
    auto processes = four();
    ask(processes, 1, std::nullopt);
    for (auto generation = 1; generation <= 5; ++generation) {
        EXPECT_EQ(ask(processes, 5, generation), std::vector<std::int64_t>(20, generation + 1));
        EXPECT_EQ(fetches, generation + 1);
    }
    EXPECT_EQ(ask(processes, 1, 2), std::vector<std::int64_t>(4, 6)) << "a late report about an old token fetches nothing";
    EXPECT_EQ(fetches, 6);
}

TEST_F(TheTokens, WhenOneIsOldThenItIsRenewedWhileTheOldOneIsUsed) {
    auto processes = four();
    ask(processes, 1, std::nullopt);
    clock.advance(minutes{110});
    EXPECT_EQ(ask(processes, 1, std::nullopt), std::vector<std::int64_t>(4, 1));
    EXPECT_EQ(fetches, 2);
    EXPECT_EQ(count("select generation from wecom_credential"), 2);
}

TEST_F(TheTokens, WhenTheSecretIsWrongThenItIsNotTriedAgainAndAgain) {
    auto processes = four();
    auto const account = wecom::Account{tenant, app, "ww-test", "wrong"};
    auto tries = 0;
    auto fetch = [&tries]() -> asio::awaitable<wecom::Answer> {
        ++tries;
        auto answer = wecom::Answer{};
        answer.failure = wecom::ErrorClass::configuration;
        answer.errcode = 40001;
        co_return answer;
    };
    for (auto i = 0; i < 5; ++i) {
        auto io = asio::io_context{1};
        auto got = asio::co_spawn(io, processes[0]->store.token(account, std::nullopt, fetch), asio::use_future);
        io.run();
        EXPECT_EQ(got.get().second.failure, wecom::ErrorClass::configuration);
    }
    EXPECT_EQ(tries, 1);
    clock.advance(hours{1});
    EXPECT_EQ(ask(processes, 1, std::nullopt), std::vector<std::int64_t>(4, 1));
}

// ---- upkeep ------------------------------------------------------------------------------------------------------------------------

struct TheUpkeep : JobsTest {};

TEST_F(TheUpkeep, WhenDaysPassThenPartitionsComeAndGo) {
    auto metrics = Metrics{};
    auto run = [&](asio::io_context& io, Maintenance& maintenance) {
        auto done = asio::co_spawn(io, maintenance.run_once(), asio::use_future);
        io.run();
        return done.get();
    };
    auto const partitions = [&] { return count("select count(*) from pg_inherits where inhparent = 'inbox'::regclass"); };
    clock.advance(days{40});
    in(Scope::of_queues(), [&](Session& sql) {
        sql.execute("insert into inbox (tenant_id, msg_day, dedupe_key, channel, bucket, lane, kind, received_at, body, state, run_at) select "
                    ":tenant, current_date, s::text::bytea, 1, 0, 1, 'text', :now, '', s, :now from generate_series(2, 4) s",
                    {bind("tenant", tenant), bind("now", clock.now())});
    });
    auto io = asio::io_context{1};
    auto maintenance = Maintenance{io.get_executor(), *db, clock, metrics};
    ASSERT_TRUE(run(io, maintenance));
    EXPECT_EQ(partitions(), 1 + 3 + 1 + 14) << "default, three days back, today, two weeks ahead";
    EXPECT_EQ(count("select count(*) from inbox"), 2) << "the done one is gone, the waiting and the dead stay";
    EXPECT_EQ(count("select count(*) from inbox where state = 4"), 1);
}

}  // namespace
}  // namespace wescrm::jobs
