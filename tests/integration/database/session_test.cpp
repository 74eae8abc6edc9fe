#include "support/database_test.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

#include <atomic>
#include <future>
#include <thread>

namespace wescrm::database {
namespace {

using wescrm::testing::DatabaseTest;

struct GivenADatabase : DatabaseTest {
    GivenADatabase() {
        in(Scope::of_nobody(), [](Session& sql) {
            sql.script(
                "create table note (tenant_id bigint not null, id bigint not null, body text, constraint note_pkey "
                "primary key "
                "(tenant_id, id)); select protect_by_tenant('note')");
        });
    }
    Result<int> add(Session& sql, std::int64_t id, std::string const& body) const {
        sql.execute("insert into note values (:tenant, :id, :body)",
                    {bind("tenant", tenant), bind("id", id), bind("body", body)});
        return 1;
    }
    std::int64_t count() {
        return in_tenant([&](Session& sql) {
            return sql
                .value<std::int64_t>("select count(*) from note where tenant_id = :tenant", {bind("tenant", tenant)})
                .value();
        });
    }
};

TEST_F(GivenADatabase, WhenValuesTravelThenTheyComeBackUnchanged) {
    auto const at = parse_rfc3339("2026-11-25T08:30:00.123456Z").value();
    auto const texts = std::vector<std::string>{"宏达", "a\"b\\c,{}", "NULL", ""};
    auto const bytes = Blob{Bytes("\0\xff'", 3)};
    auto const row = in_tenant([&](Session& sql) {
        return sql
            .row<Instant, std::vector<std::string>, Blob, bool, Money, std::optional<std::string>, Date>(
                "select :at::timestamptz, :texts::text[], :bytes::bytea, :yes::boolean, :money::bigint, :none::text, "
                ":day::date",
                {bind("at", at), bind("texts", texts), bind("bytes", bytes), bind("yes", true),
                 bind("money", Money::from_fen(-7)), bind("none", std::nullopt),
                 bind("day", parse_date("2026-02-28").value())})
            .value();
    });
    EXPECT_EQ(std::get<0>(row), at);
    EXPECT_EQ(std::get<1>(row), texts);
    EXPECT_EQ(std::get<2>(row), bytes);
    EXPECT_TRUE(std::get<3>(row));
    EXPECT_EQ(std::get<4>(row), Money::from_fen(-7));
    EXPECT_EQ(std::get<5>(row), std::nullopt);
    EXPECT_EQ(format_date(std::get<6>(row)), "2026-02-28");
}

TEST_F(GivenADatabase, WhenTheJobFailsThenNothingStays) {
    auto const refused = db->run_blocking(Pool::worker, Scope::of(tenant), [&](Session& sql) -> Result<int> {
        static_cast<void>(add(sql, 1, "x"));
        return Error{Errc::forbidden, "no"};
    });
    EXPECT_EQ(refused.error().reason, "no");
    EXPECT_EQ(count(), 0);
}

TEST_F(GivenADatabase, WhenAConstraintBreaksThenItsNameIsTheReason) {
    auto const twice = db->run_blocking(Pool::worker, Scope::of(tenant), [&](Session& sql) -> Result<int> {
        static_cast<void>(add(sql, 1, "x"));
        return add(sql, 1, "y");
    });
    ASSERT_FALSE(twice);
    EXPECT_EQ(twice.error().code, Errc::conflict);
    EXPECT_EQ(twice.error().reason, "note_pkey");
    EXPECT_EQ(count(), 0);
}

TEST_F(GivenADatabase, WhenARefusedStatementIsPassedOverThenTheJobDoesNotCountAsDone) {
    EXPECT_THROW(db->run_blocking(Pool::worker, Scope::of(tenant),
                                  [&](Session& sql) -> Result<int> {
                                      static_cast<void>(add(sql, 1, "x"));
                                      try {
                                          sql.execute("select 1 / 0");
                                      } catch (SqlError const&) {
                                      }
                                      return 1;
                                  }),
                 SqlError);
    EXPECT_EQ(count(), 0);
}

TEST_F(GivenADatabase, WhenTheConnectionIsLostWhileCommittingThenTheOutcomeIsUnknown) {
    in(Scope::of_nobody(), [](Session& sql) {
        sql.script(
            "create function die() returns trigger language plpgsql as "
            "'begin perform pg_terminate_backend(pg_backend_pid()); return null; end'; "
            "create constraint trigger die_at_commit after insert on note initially deferred for each row execute "
            "function die()");
    });
    auto const failed = db->run_blocking(Pool::worker, Scope::of(tenant),
                                         [&](Session& sql) -> Result<int> { return add(sql, 1, "x"); });
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().reason, "commit_unknown");
    EXPECT_EQ(count(), 0);
}

// T-07: what a job leaves behind is gone before the next one, whatever company that is for.
TEST_F(GivenADatabase, T07WhenAJobEndsBadlyThenTheNextOneFindsNoTransactionAndNoSetting) {
    auto config = db->config();
    config.worker.connections = 1;
    config.worker.statement = std::chrono::milliseconds{50};
    auto one = Database{config};
    auto const other = add_company("ww-other");
    auto const badly = std::vector<std::function<void(Session&)>>{
        [](Session&) { throw std::runtime_error{"mistake"}; },
        [](Session& sql) { sql.execute("select pg_sleep(5)"); },
        [](Session& sql) { sql.execute("select no_such_column"); },
        [](Session& sql) { sql.script("commit; begin; select set_config('app.tenant', '1', false)"); },
        [](Session& sql) { sql.execute("select pg_terminate_backend(pg_backend_pid())"); },
    };
    for (auto const& end : badly) {
        try {
            static_cast<void>(one.run_blocking(Pool::worker, Scope::of(tenant), [&](Session& sql) -> Result<int> {
                static_cast<void>(add(sql, 1, "half"));
                end(sql);
                return Errc::forbidden;
            }));
        } catch (std::exception const&) {
        }
        auto const found = one.run_blocking(Pool::worker, Scope::of(other), [](Session& sql) {
            return Result<std::tuple<std::string, std::int64_t>>{
                sql.row<std::string, std::int64_t>("select current_setting('app.tenant'), (select count(*) from note)")
                    .value()};
        });
        ASSERT_TRUE(found);
        EXPECT_EQ(*found, (std::tuple{std::to_string(other.value()), std::int64_t{0}}));
        auto const unscoped = one.run_blocking(Pool::worker, Scope::of_nobody(), [](Session& sql) {
            return Result<std::int64_t>{sql.value<std::int64_t>("select count(*) from note").value()};
        });
        EXPECT_EQ(unscoped.value(), 0);
        in_tenant([this](Session& sql) {
            sql.execute("delete from note where tenant_id = :tenant", {bind("tenant", tenant)});
        });
    }
}

TEST_F(GivenADatabase, WhenAnAttemptFailsThenTheRestOfTheTransactionGoesOn) {
    in_tenant([&](Session& sql) {
        static_cast<void>(add(sql, 1, "x"));
        auto const error = sql.attempt([&] { static_cast<void>(add(sql, 1, "y")); });
        ASSERT_TRUE(error);
        EXPECT_EQ(error->constraint, "note_pkey");
        EXPECT_FALSE(sql.attempt([&] { static_cast<void>(add(sql, 2, "z")); }));
    });
    EXPECT_EQ(count(), 2);
}

TEST_F(GivenADatabase, WhenAStatementIsRepeatedThenItIsPlannedOnceUnlessAValueShapesItsPlan) {
    auto plans = [](Session& sql) {
        return sql
            .row<int, int>(
                "select generic_plans::int, custom_plans::int from pg_prepared_statements where statement like "
                "'select body from note where tenant_id = $1 and id = any%'")
            .value();
    };
    in_tenant([&](Session& sql) {
        auto const ids = std::vector<std::int64_t>{1, 2};
        auto const ask = [&](bool shapes_plan) {
            auto known = bind("ids", ids);
            known.shapes_plan = shapes_plan;
            sql.values<std::string>("select body from note where tenant_id = :tenant and id = any(:ids::bigint[])",
                                    {bind("tenant", tenant), known});
        };
        for (auto i = 0; i < 7; ++i) ask(false);
        EXPECT_EQ(plans(sql), (std::tuple{7, 0}));
        ask(true);
        EXPECT_EQ(plans(sql), (std::tuple{7, 1}));
        // What is undone with a savepoint is undone for the choice of plans, too.
        EXPECT_TRUE(sql.attempt([&] {
            ask(false);
            sql.execute("select 1 / 0");
        }));
        ask(false);
        ask(true);
        EXPECT_EQ(plans(sql), (std::tuple{9, 2}));
        return 0;
    });
}

TEST_F(GivenADatabase, WhenNoTenantIsSetThenNoRowIsSeenOrWritten) {
    in_tenant([&](Session& sql) { static_cast<void>(add(sql, 1, "x")); });
    auto const other = add_company("ww-other");
    for (auto const& scope : {Scope::of_nobody(), Scope::of(other), Scope::of_queues()}) {
        EXPECT_EQ(in(scope, [](Session& sql) { return sql.value<std::int64_t>("select count(*) from note").value(); }),
                  0);
        auto const written = db->run_blocking(Pool::worker, scope, [&](Session& sql) -> Result<bool> {
            return sql.attempt([&] { static_cast<void>(add(sql, 2, "y")); }).has_value();
        });
        EXPECT_TRUE(written.value());
    }
}

TEST_F(GivenADatabase, WhenTheBackendIsKilledThenTheNextJobFindsAFreshConnection) {
    auto const lost = db->run_blocking(Pool::worker, Scope::of(tenant), [&](Session& sql) -> Result<int> {
        static_cast<void>(add(sql, 1, "x"));
        sql.execute("select pg_terminate_backend(pg_backend_pid())");
        return 1;
    });
    ASSERT_FALSE(lost);
    EXPECT_EQ(lost.error().code, Errc::unavailable);
    for (auto i = 0; i < 8; ++i) EXPECT_EQ(count(), 0);
}

TEST_F(GivenADatabase, WhenTwoTransactionsDeadlockThenBothEndWell) {
    in_tenant([&](Session& sql) {
        static_cast<void>(add(sql, 1, "0"));
        static_cast<void>(add(sql, 2, "0"));
    });
    auto holding = std::atomic<int>{0};
    auto const raise = [&](std::int64_t first, std::int64_t second) {
        return db->run_blocking(Pool::worker, Scope::of(tenant), [&, first, second](Session& sql) -> Result<int> {
            auto const update = [&](std::int64_t id) {
                sql.execute("update note set body = (body::int + 1)::text where tenant_id = :tenant and id = :id",
                            {bind("tenant", tenant), bind("id", id)});
            };
            update(first);
            for (++holding; holding < 2;) std::this_thread::yield();
            update(second);
            return 1;
        });
    };
    auto one = Result<int>{Error{}};
    auto worker = std::thread{[&] { one = raise(1, 2); }};
    auto const two = raise(2, 1);
    worker.join();
    EXPECT_TRUE(one);
    EXPECT_TRUE(two);
    auto const bodies = in_tenant([&](Session& sql) {
        return sql.values<std::string>("select body from note where tenant_id = :tenant", {bind("tenant", tenant)});
    });
    EXPECT_EQ(bodies, (std::vector<std::string>{"2", "2"}));
}

TEST_F(GivenADatabase, WhenCommittedThenTheActionsRunAndOtherwiseNot) {
    auto runs = 0;
    in_tenant([&](Session& sql) { sql.after_commit([&] { ++runs; }); });
    static_cast<void>(db->run_blocking(Pool::worker, Scope::of(tenant), [&](Session& sql) -> Result<int> {
        sql.after_commit([&] { ++runs; });
        return Errc::forbidden;
    }));
    EXPECT_EQ(runs, 1);
}

TEST_F(GivenADatabase, WhenAStatementTakesTooLongThenItTimesOut) {
    auto config = db->config();
    config.web.statement = std::chrono::milliseconds{20};
    auto impatient = Database{config};
    auto const slow = impatient.run_blocking(Pool::web, Scope::of(tenant), [](Session& sql) -> Result<int> {
        sql.execute("select pg_sleep(5)");
        return 1;
    });
    ASSERT_FALSE(slow);
    EXPECT_EQ(slow.error().code, Errc::timed_out);
}

/// One connection, one place in the queue, and a job that holds the connection until it is let go.
struct GivenABusyPool : GivenADatabase {
    GivenABusyPool() {
        auto config = db->config();
        config.web.connections = 1;
        config.web.queue = 1;
        config.web.wait = std::chrono::milliseconds{100};
        narrow = std::make_unique<Database>(config);
        holder = start([this](Session&) -> Result<int> {
            begun.set_value();
            released.wait();
            return 1;
        });
        begun.get_future().wait();
    }
    ~GivenABusyPool() override {
        let_go();
        narrow.reset();
    }
    void let_go() {
        if (!std::exchange(is_let_go, true)) release.set_value();
    }

    template <class Job>
    std::future<Result<int>> start(Job job) {
        auto work = [](Database& pool, TenantId whose, Job what) -> Async<int> {
            co_return co_await pool.run(Pool::web, Scope::of(whose), std::move(what));
        };
        return asio::co_spawn(callers, work(*narrow, tenant, std::move(job)), asio::use_future);
    }
    std::unique_ptr<Database> narrow;
    std::promise<void> begun;
    std::promise<void> release;
    std::shared_future<void> released = release.get_future().share();
    std::future<Result<int>> holder;
    std::atomic<int> runs{0};
    bool is_let_go = false;
    asio::thread_pool callers{1};
};

TEST_F(GivenABusyPool, WhenItsQueueIsFullThenTheNextJobIsRefusedAtOnce) {
    auto const job = [this](Session&) -> Result<int> { return ++runs; };
    auto waiting = start(job);
    auto refused = start(job);
    ASSERT_EQ(refused.wait_for(std::chrono::seconds{5}), std::future_status::ready);
    EXPECT_EQ(refused.get().error().reason, "overloaded");
    EXPECT_EQ(runs, 0);
    let_go();
    static_cast<void>(waiting.get());
    EXPECT_TRUE(holder.get());
    EXPECT_TRUE(start(job).get()) << "there is room again";
}

TEST_F(GivenABusyPool, WhenAJobHasWaitedTooLongThenItIsDroppedUndone) {
    auto waiting = start([this](Session&) -> Result<int> { return ++runs; });
    auto blocked =
        narrow->run_blocking(Pool::web, Scope::of(tenant), [this](Session&) -> Result<int> { return ++runs; });
    EXPECT_EQ(blocked.error().reason, "overloaded");  // it began to wait later, so the other one's time is over too
    let_go();
    EXPECT_EQ(waiting.get().error().reason, "overloaded");
    EXPECT_EQ(runs, 0);
}

TEST(Database, WhenThereIsNoServerThenItSaysSo) {
    auto config = Config{};
    config.url = "postgresql:///x?host=/nonexistent";
    auto db = Database{config};
    auto const failed = db.run_blocking(Pool::web, Scope::of_nobody(), [](Session&) -> Result<int> { return 1; });
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().reason, "database");
    EXPECT_FALSE(db.is_reachable());
}

}  // namespace
}  // namespace wescrm::database
