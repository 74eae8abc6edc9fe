#include <atomic>
#include <thread>

#include "support/database_test.hpp"

namespace wescrm::database {
namespace {

using wescrm::testing::DatabaseTest;

struct GivenADatabase : DatabaseTest {
    GivenADatabase() {
        in(Scope::of_nobody(), [](Session& sql) {
            sql.script("create table note (tenant_id bigint not null, id bigint not null, body text, constraint note_pkey primary key "
                       "(tenant_id, id)); select protect_by_tenant('note')");
        });
    }
    Result<int> add(Session& sql, std::int64_t id, std::string const& body) const {
        sql.execute("insert into note values (:tenant, :id, :body)", {bind("tenant", tenant), bind("id", id), bind("body", body)});
        return 1;
    }
    std::int64_t count() {
        return in_tenant([&](Session& sql) {
            return sql.value<std::int64_t>("select count(*) from note where tenant_id = :tenant", {bind("tenant", tenant)}).value();
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
                "select :at::timestamptz, :texts::text[], :bytes::bytea, :yes::boolean, :money::bigint, :none::text, :day::date",
                {bind("at", at), bind("texts", texts), bind("bytes", bytes), bind("yes", true), bind("money", Money::from_fen(-7)),
                 bind("none", std::nullopt), bind("day", parse_date("2026-02-28").value())})
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

TEST_F(GivenADatabase, WhenNoTenantIsSetThenNoRowIsSeenOrWritten) {
    in_tenant([&](Session& sql) { static_cast<void>(add(sql, 1, "x")); });
    auto const other = add_company("ww-other");
    for (auto const& scope : {Scope::of_nobody(), Scope::of(other), Scope::of_queues()}) {
        EXPECT_EQ(in(scope, [](Session& sql) { return sql.value<std::int64_t>("select count(*) from note").value(); }), 0);
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
