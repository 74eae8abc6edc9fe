#pragma once
#include <wescrm/async/async.hpp>
#include <wescrm/base/ids.hpp>
#include <wescrm/database/session.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>

namespace wescrm::database {

/// Who works: pools do not lend to each other, so reports cannot starve callbacks.
enum class Pool { intake, web, worker, report };

struct PoolConfig {
    std::size_t connections = 4;                 ///< as many threads
    std::size_t queue = 64;                      ///< jobs that may wait for a thread; beyond: unavailable "overloaded"
    std::chrono::milliseconds wait{2'000};       ///< a job that waited longer is dropped: unavailable "overloaded"
    std::chrono::milliseconds statement{5'000};  ///< statement_timeout
};

struct Config {
    std::string url;          ///< libpq URI of a role that owns the database and need not be a superuser
    std::string direct_url;   ///< for the listener and migrations when `url` is a pooler; empty: `url`
    std::string replica_url;  ///< for Pool::report; empty: `url`
    PoolConfig intake{4, 2'048, std::chrono::milliseconds{200}, std::chrono::milliseconds{800}};
    PoolConfig web{6, 256, std::chrono::milliseconds{2'000}, std::chrono::milliseconds{3'000}};
    PoolConfig worker{6, 1'024, std::chrono::milliseconds{5'000}, std::chrono::milliseconds{5'000}};
    PoolConfig report{2, 64, std::chrono::milliseconds{5'000}, std::chrono::milliseconds{60'000}};
    std::chrono::milliseconds lock_wait{2'000};
    std::chrono::milliseconds idle_in_transaction{10'000};
    std::chrono::seconds connect{3};
    std::size_t kept_statements = 256;  ///< per connection; more are forgotten between transactions
};

/// Whose rows a transaction may touch. Row-level security enforces it: without a tenant no business row is visible.
struct Scope {
    TenantId tenant;
    EmployeeId actor;         ///< empty: the system
    bool all_queues = false;  ///< inbox, outbox, timers and leases of every tenant; no business rows

    [[nodiscard]] static Scope of(TenantId tenant, EmployeeId actor = {}) { return {tenant, actor, false}; }
    [[nodiscard]] static Scope of_queues() { return {{}, {}, true}; }
    /// Tables without a tenant only (tenant directory, nodes).
    [[nodiscard]] static Scope of_nobody() { return {}; }
};

/// The only place where a thread waits for PostgreSQL. Pools of sessions, each with threads of its own; lost
/// connections are replaced, sessions come back clean, queues are bounded.
class Database {
public:
    explicit Database(Config config);
    ~Database();  ///< waits for running jobs

    /// Runs `job(Session&)` in one transaction on a database thread and resumes the caller on its own executor. `job`
    /// returns a Result: a value commits; an error or exception rolls back. After a serialization failure or deadlock
    /// the whole job is repeated (up to 5 times), so it must only change what the transaction rolls back. unavailable
    /// "overloaded" | "database" (no connection) | "commit_unknown" (the connection was lost while committing);
    /// conflict with the constraint's name as reason; timed_out "statement" | "lock". Anything else is a mistake in our
    /// SQL: it is logged and thrown.
    template <class Job>
    asio::awaitable<std::invoke_result_t<Job&, Session&>> run(Pool pool, Scope scope, Job job) {
        using R = std::invoke_result_t<Job&, Session&>;
        auto result = std::optional<R>{};
        auto failure = co_await on_thread(pool, scope, [&job, &result](Session& sql) -> Outcome {
            result.emplace(job(sql));
            return result->has_value() ? Outcome::commit : Outcome::roll_back;
        });
        if (failure) co_return std::move(*failure);
        co_return std::move(*result);
    }

    /// The same for programs and tests that may wait: blocks the calling thread.
    template <class Job>
    std::invoke_result_t<Job&, Session&> run_blocking(Pool pool, Scope scope, Job job) {
        using R = std::invoke_result_t<Job&, Session&>;
        auto result = std::optional<R>{};
        auto failure = here(pool, scope, [&job, &result](Session& sql) -> Outcome {
            result.emplace(job(sql));
            return result->has_value() ? Outcome::commit : Outcome::roll_back;
        });
        if (failure) return std::move(*failure);
        return std::move(*result);
    }

    /// True once a statement went through; false after one failed for want of a connection. For health checks and
    /// breakers.
    [[nodiscard]] bool is_reachable() const noexcept;
    /// True if `url` leads through a pooler in transaction mode (PQbackendPID differs from pg_backend_pid()).
    [[nodiscard]] bool is_pooled() const noexcept;
    [[nodiscard]] Config const& config() const noexcept;

    /// Called with how long a job waited for a thread, in seconds. Set before the first job.
    void on_wait(std::function<void(Pool, double)> observer);

private:
    enum class Outcome { commit, roll_back };
    using RawJob = std::function<Outcome(Session&)>;
    asio::awaitable<std::optional<Error>> on_thread(Pool pool, Scope scope, RawJob job);
    std::optional<Error> here(Pool pool, Scope scope, RawJob const& job);

    class Impl;
    std::unique_ptr<Impl> impl_;
};

/// The Error that a refused statement means to a caller; nullopt for a mistake in our SQL.
[[nodiscard]] std::optional<Error> translate(SqlError const& error);

}  // namespace wescrm::database
