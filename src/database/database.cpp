#include "connection.hpp"

#include <wescrm/async/offload.hpp>
#include <wescrm/base/crypto.hpp>
#include <wescrm/base/log.hpp>
#include <wescrm/database/database.hpp>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace wescrm::database {
namespace {

using Steady = std::chrono::steady_clock;

constexpr int attempts_per_job = 5;

char const* name_of(Pool pool) {
    switch (pool) {
        case Pool::intake:
            return "intake";
        case Pool::web:
            return "web";
        case Pool::worker:
            return "worker";
        case Pool::report:
            return "report";
    }
    return "unknown";
}

Error no_database() { return {Errc::unavailable, "database", "数据库暂时不可用，请稍后再试"}; }
Error overloaded() { return {Errc::unavailable, "overloaded", "系统繁忙，请稍后再试"}; }

bool is_connection_class(std::string_view sqlstate) {
    return sqlstate.starts_with("08") || sqlstate == "57P01" || sqlstate == "57P02" || sqlstate == "57P03";
}
bool may_be_repeated(std::string_view sqlstate) { return sqlstate == "40001" || sqlstate == "40P01"; }

void pause_before_repeating(int attempt) {
    auto const jitter = static_cast<unsigned char>(random_bytes(1).front());
    std::this_thread::sleep_for(std::chrono::milliseconds{attempt * 5 + jitter % 10});
}

}  // namespace

std::optional<Error> translate(SqlError const& error) {
    auto const& state = error.sqlstate;
    if (is_connection_class(state)) return no_database();
    if (state.starts_with("23")) return Error{Errc::conflict, error.constraint, "数据冲突，请刷新后再试"};
    if (state == "57014") return Error{Errc::timed_out, "statement", "处理超时，请稍后再试"};
    if (state == "55P03") return Error{Errc::timed_out, "lock", "记录正在被他人修改，请稍后再试"};
    if (state.starts_with("53")) return overloaded();
    if (may_be_repeated(state)) return Error{Errc::conflict, "serialization", "记录正在被他人修改，请稍后再试"};
    return std::nullopt;
}

namespace {

// The threads and connections of one pool. A thread takes the connection that was given back last: it has the most
// statements at hand.
class Members {
public:
    Members(Pool pool, PoolConfig const& config, Config const& database, std::string const& url, Counters& counters)
        : config{config}, threads{config.connections} {
        for (std::size_t i = 0; i < config.connections; ++i)
            connections_.push_back(std::make_unique<Connection>(url, std::string{"wescrm-"} + name_of(pool),
                                                                database.connect, database.kept_statements, &counters));
        for (auto const& connection : connections_) free_.push_back(connection.get());
    }
    ~Members() { threads.join(); }

    Connection* take(Steady::time_point until) {
        auto lock = std::unique_lock{mutex_};
        if (!returned_.wait_until(lock, until, [this] { return !free_.empty(); })) return nullptr;
        auto* connection = free_.back();
        free_.pop_back();
        return connection;
    }
    void give_back(Connection* connection) {
        {
            auto const lock = std::lock_guard{mutex_};
            free_.push_back(connection);
        }
        returned_.notify_one();
    }

    PoolConfig config;
    std::atomic<std::size_t> queued{0};

private:
    std::mutex mutex_;
    std::condition_variable returned_;
    std::vector<std::unique_ptr<Connection>> connections_;
    std::vector<Connection*> free_;

public:
    asio::thread_pool threads;  // last: no job outlives its connection
};

class Lease {
public:
    Lease(Members& members, Steady::time_point until) : members_{members}, connection_{members.take(until)} {}
    ~Lease() {
        if (connection_) members_.give_back(connection_);
    }
    Lease(Lease const&) = delete;
    Lease& operator=(Lease const&) = delete;
    [[nodiscard]] Connection* get() const noexcept { return connection_; }

private:
    Members& members_;
    Connection* connection_;
};

}  // namespace

class Database::Impl {
public:
    explicit Impl(Config given)
        : config{std::move(given)},
          counters_{config.url, config.connect},
          intake_{Pool::intake, config.intake, config, config.url, counters_},
          web_{Pool::web, config.web, config, config.url, counters_},
          worker_{Pool::worker, config.worker, config, config.url, counters_},
          report_{Pool::report, config.report, config, config.replica_url.empty() ? config.url : config.replica_url,
                  counters_} {}

    Members& members(Pool pool) {
        switch (pool) {
            case Pool::intake:
                return intake_;
            case Pool::web:
                return web_;
            case Pool::worker:
                return worker_;
            case Pool::report:
                break;
        }
        return report_;
    }

    // Leases a connection and runs the job; an Error that is not the job's own comes back, the job's own is in its
    // result.
    std::optional<Error> execute(Pool pool, Scope const& scope, Steady::time_point queued_at, RawJob const& job) {
        auto& own = members(pool);
        auto const until = queued_at + own.config.wait;
        if (Steady::now() > until) return overloaded();
        auto const lease = Lease{own, until};
        if (!lease.get()) return overloaded();
        if (observer) observer(pool, std::chrono::duration<double>(Steady::now() - queued_at).count());
        auto const settings = TransactionSettings{scope, own.config.statement, config.lock_wait,
                                                  config.idle_in_transaction, pool != Pool::report};
        for (auto attempt = 1;; ++attempt) {
            auto retry = false;
            auto failure = execute_once(*lease.get(), settings, job, attempt < attempts_per_job, retry);
            if (!retry) return failure;
            pause_before_repeating(attempt);
        }
    }

    Config config;
    std::atomic<bool> is_reachable{false};
    std::atomic<bool> is_pooled{false};
    std::function<void(Pool, double)> observer;

private:
    // A kept connection may have died unnoticed; nothing has been done on it yet, so a fresh one may take its place.
    bool begin(Connection& connection, TransactionSettings const& settings) {
        for (auto attempt = 0; attempt < 2; ++attempt) {
            if (!connection.ensure_connected()) break;
            is_pooled = connection.is_pooled();
            try {
                connection.begin(settings);
                is_reachable = true;
                return true;
            } catch (SqlError const& error) {
                connection.disconnect();
                if (!is_connection_class(error.sqlstate)) break;
            }
        }
        is_reachable = false;
        return false;
    }

    std::optional<Error> execute_once(Connection& connection, TransactionSettings const& settings, RawJob const& job,
                                      bool may_retry, bool& retry) {
        if (!begin(connection, settings)) return no_database();
        auto committing = false;
        try {
            if (job(connection) == Outcome::roll_back) {
                connection.roll_back();
                return std::nullopt;
            }
            committing = true;
            connection.commit();
        } catch (SqlError const& error) {
            auto const lost = !connection.is_alive();
            connection.roll_back();
            if (lost) {
                connection.disconnect();
                is_reachable = false;
                if (committing) return Error{Errc::unavailable, "commit_unknown", "数据库连接中断，结果待确认"};
                return no_database();
            }
            retry = may_retry && may_be_repeated(error.sqlstate);
            if (auto translated = translate(error)) return translated;
            log::error("sql_mistake", {{"error", error.what()}});
            throw;
        } catch (...) {
            connection.roll_back();
            throw;
        }
        connection.run_after_commit();
        return std::nullopt;
    }

    Counters counters_;
    Members intake_;
    Members web_;
    Members worker_;
    Members report_;
};

Database::Database(Config config) : impl_{std::make_unique<Impl>(std::move(config))} {}
Database::~Database() = default;

asio::awaitable<std::optional<Error>> Database::on_thread(Pool pool, Scope scope, RawJob job) {
    auto& members = impl_->members(pool);
    if (members.queued.fetch_add(1) >= members.config.queue + members.config.connections) {
        members.queued.fetch_sub(1);
        co_return overloaded();
    }
    auto const queued_at = Steady::now();
    auto work = [this, &members, pool, &scope, queued_at, &job] {
        struct Leave {
            std::atomic<std::size_t>& queued;
            ~Leave() { queued.fetch_sub(1); }
        } const leave{members.queued};
        return impl_->execute(pool, scope, queued_at, job);
    };
    co_return co_await async::offload(members.threads, std::move(work));
}

std::optional<Error> Database::here(Pool pool, Scope scope, RawJob const& job) {
    return impl_->execute(pool, scope, Steady::now(), job);
}

bool Database::is_reachable() const noexcept { return impl_->is_reachable; }
bool Database::is_pooled() const noexcept { return impl_->is_pooled; }
Config const& Database::config() const noexcept { return impl_->config; }
void Database::on_wait(std::function<void(Pool, double)> observer) { impl_->observer = std::move(observer); }

}  // namespace wescrm::database
