// T-08: through PgBouncer in transaction mode the answers are those of a direct connection, and no setting, prepared
// statement or transaction reaches another client.
#include "support/pooler.hpp"

#include "support/database_test.hpp"

#include <atomic>
#include <libpq-fe.h>
#include <thread>

namespace wescrm::database {
namespace {

struct GivenAPooler : wescrm::testing::DatabaseTest {
    void SetUp() override {
        if (!wescrm::testing::Pooler::is_installed()) GTEST_SKIP() << "the package pgbouncer is not installed";
        pooler = std::make_unique<wescrm::testing::Pooler>(url, 2);
        auto config = db->config();
        config.url = pooler->url();
        config.worker.connections = 8;
        config.worker.wait = std::chrono::seconds{20};
        config.web.connections = 1;
        config.web.statement = std::chrono::milliseconds{50};
        pooled = std::make_unique<Database>(config);
        in(Scope::of_nobody(), [](Session& sql) {
            sql.script(
                "create table note (tenant_id bigint not null, id bigint not null, body text not null, constraint "
                "note_pkey primary key (tenant_id, id)); select protect_by_tenant('note')");
        });
    }
    void TearDown() override {
        pooled.reset();
        pooler.reset();
    }
    std::unique_ptr<wescrm::testing::Pooler> pooler;
    std::unique_ptr<Database> pooled;
};

TEST_F(GivenAPooler, T08WhenConnectedThenItIsRecognised) {
    EXPECT_TRUE(pooled->run_blocking(Pool::worker, Scope::of(tenant), [](Session&) -> Result<int> { return 1; }));
    EXPECT_TRUE(pooled->is_pooled());
    EXPECT_FALSE(db->is_pooled());
}

TEST_F(GivenAPooler, T08WhenManyWorkForTwoCompaniesThenEveryAnswerIsRight) {
    constexpr auto rounds = 150;
    auto const companies = std::vector{tenant, add_company("ww-other")};
    auto wrong = std::atomic<int>{0};
    auto failed = std::atomic<int>{0};
    auto const work = [&](int worker) {
        for (auto i = 0; i < rounds; ++i) {
            auto const own = companies[static_cast<std::size_t>((worker + i) % 2)];
            auto const id = std::int64_t{worker} * rounds + i;
            auto const body = std::to_string(own.value()) + "/" + std::to_string(id);
            // A different text each time: a pooler that keeps statements by name would mix them up.
            auto const mark = std::to_string(worker * 1000 + i);
            auto const done = pooled->run_blocking(Pool::worker, Scope::of(own), [&](Session& sql) -> Result<int> {
                if (sql.value<std::string>("select current_setting('app.tenant')") != std::to_string(own.value()))
                    ++wrong;
                sql.execute("insert into note values (:tenant, :id, :body)",
                            {bind("tenant", own), bind("id", id), bind("body", body)});
                if (sql.value<std::int64_t>("select :n::bigint + " + mark, {bind("n", id)}) != id + std::stoll(mark))
                    ++wrong;
                if (sql.value<std::string>("select body from note where id = :id", {bind("id", id)}) != body) ++wrong;
                if (sql.value<std::int64_t>("select count(*) from note where tenant_id <> :own", {bind("own", own)}) !=
                    0)
                    ++wrong;
                return 1;
            });
            if (!done) ++failed;
        }
    };
    auto workers = std::vector<std::thread>{};
    for (auto worker = 0; worker < 8; ++worker) workers.emplace_back(work, worker);
    for (auto& worker : workers) worker.join();
    EXPECT_EQ(wrong, 0);
    EXPECT_EQ(failed, 0);
    auto total = std::int64_t{0};
    for (auto const company : companies) {
        total += in(Scope::of(company),
                    [](Session& sql) { return sql.value<std::int64_t>("select count(*) from note").value(); });
    }
    EXPECT_EQ(total, 8 * rounds);
}

TEST_F(GivenAPooler, T08WhenTransactionsHaveEndedThenTheNextClientFindsNothingOfThem) {
    for (auto i = 0; i < 20; ++i) {
        static_cast<void>(pooled->run_blocking(Pool::worker, Scope::of(tenant), [&](Session& sql) -> Result<int> {
            sql.execute("insert into note values (:tenant, :id, 'x')", {bind("tenant", tenant), bind("id", i)});
            if (i % 3 == 0) return Errc::forbidden;
            if (i % 3 == 1)
                sql.execute("insert into note values (:tenant, :id, 'x')", {bind("tenant", tenant), bind("id", i)});
            return 1;
        }));
    }
    for (auto i = 0; i < 4; ++i) {  // more clients than server connections
        auto const client = std::unique_ptr<PGconn, decltype(&PQfinish)>{PQconnectdb(pooler->url().c_str()), PQfinish};
        auto const value = [&client](char const* query) {
            auto const result = std::unique_ptr<PGresult, decltype(&PQclear)>{PQexec(client.get(), query), PQclear};
            return std::string{PQntuples(result.get()) > 0 ? PQgetvalue(result.get(), 0, 0)
                                                           : PQerrorMessage(client.get())};
        };
        EXPECT_EQ(value("select coalesce(current_setting('app.tenant', true), '')"), "");
        EXPECT_EQ(value("select coalesce(current_setting('app.queues', true), '')"), "");
        EXPECT_EQ(value("select count(*) from note"), "0");
        EXPECT_EQ(value("select count(*) from pg_prepared_statements"), "0");
        // What libpq and SOCI set for every connection alike, and nothing else.
        EXPECT_EQ(value("select coalesce(string_agg(name || '=' || setting, ' '), '') from pg_settings where source = "
                        "'session' and name not in ('extra_float_digits', 'application_name', 'client_encoding', "
                        "'DateStyle', 'TimeZone', 'standard_conforming_strings')"),
                  "");
        EXPECT_EQ(value("show statement_timeout"), "0");
    }
}

TEST_F(GivenAPooler, T08WhenAStatementTakesTooLongOrABackendDiesThenItIsAsWithoutAPooler) {
    auto const slow = pooled->run_blocking(Pool::web, Scope::of(tenant), [](Session& sql) -> Result<int> {
        sql.execute("select pg_sleep(5)");
        return 1;
    });
    EXPECT_EQ(slow.error().code, Errc::timed_out);
    auto const lost = pooled->run_blocking(Pool::worker, Scope::of(tenant), [](Session& sql) -> Result<int> {
        sql.execute("select pg_terminate_backend(pg_backend_pid())");
        return 1;
    });
    EXPECT_EQ(lost.error().code, Errc::unavailable);
    for (auto i = 0; i < 16; ++i) {
        EXPECT_TRUE(pooled->run_blocking(Pool::worker, Scope::of(tenant), [](Session&) -> Result<int> { return 1; }));
    }
}

TEST_F(GivenAPooler, T08WhenThePoolerRestartsThenTheNextJobFindsIt) {
    auto const nothing = [](Session&) -> Result<int> { return 1; };
    EXPECT_TRUE(pooled->run_blocking(Pool::web, Scope::of(tenant), nothing));
    pooler->stop();
    pooler->start();
    EXPECT_TRUE(pooled->run_blocking(Pool::web, Scope::of(tenant), nothing));
}

}  // namespace
}  // namespace wescrm::database
