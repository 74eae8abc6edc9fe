#pragma once
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <wescrm/jobs/buckets.hpp>
#include <wescrm/jobs/companies.hpp>
#include <wescrm/jobs/metrics.hpp>
#include <wescrm/jobs/retry.hpp>
#include <wescrm/operation/context.hpp>

namespace wescrm::jobs {

struct FiredTimer {
    TenantId tenant;
    std::int64_t id = 0;
    std::string kind;
    std::string ref_kind;
    std::int64_t ref_id = 0;
    Instant due;
    int occurrence = 0;
    Lateness lateness = Lateness::on_time;  ///< late: say so and name the original time
    int attempts = 0;
};

struct TimerHandlers {
    /// By kind. Runs inside the transaction that marks the timer fired, under Scope::of(tenant), as the system of the company; whatever it
    /// schedules or tells commits with it. unavailable, timed_out: tried again.
    std::map<std::string, std::function<Result<void>(operation::Context&, FiredTimer const&)>> fire;
    /// Timers of one company that are later than their grace, together, for one digest per person. Empty: they go to `fire` as missed.
    std::function<Result<void>(operation::Context&, std::vector<FiredTimer> const&)> missed;
    /// The kinds that go to `missed`, others are work that must be done however late; none: all do.
    std::set<std::string> missed_kinds;
};

struct TimerConfig {
    milliseconds poll{1'000};
    std::size_t batch = 200;
    int late_per_second = 50;  ///< after an outage
    int attempts = 5;          ///< exceptions of a handler before the timer is dead
};

/// Fires timers in due order, each in one transaction with what it causes. All on one strand.
class TimerWorker {
public:
    TimerWorker(asio::any_io_executor strand, database::Database& db, Buckets& buckets, Companies const& companies, Clock const& clock,
                operation::Services const& services, TimerHandlers handlers, Metrics& metrics, TimerConfig config = {});
    ~TimerWorker();

    void start();
    asio::awaitable<void> drain(milliseconds limit);
    /// A timer was committed. From any thread.
    void wake(TenantId tenant);

    /// For the clock of tests: works off what is due until `until` in due order, moving the clock to each instant first, so that what fires
    /// sees the day it was meant for and its followers come in their turn. Gives up when `limit` timers have fired. On the strand.
    asio::awaitable<std::size_t> work_off(Instant until, std::function<void(Instant)> move_clock, std::size_t limit = 100'000);

private:
    asio::awaitable<void> work();
    asio::awaitable<std::vector<FiredTimer>> due(std::vector<int> buckets, Instant until, std::size_t limit);
    asio::awaitable<std::size_t> fire_all(std::vector<FiredTimer> timers);
    asio::awaitable<bool> fire(FiredTimer timer);
    asio::awaitable<bool> fire_missed(std::vector<FiredTimer> timers);
    asio::awaitable<void> fail(FiredTimer timer, bool is_bug, std::string reason);
    [[nodiscard]] operation::Actor actor_for(TenantId tenant) const;

    asio::any_io_executor strand_;
    database::Database& db_;
    Buckets& buckets_;
    Companies const& companies_;
    Clock const& clock_;
    operation::Services const& services_;
    TimerHandlers handlers_;
    Metrics& metrics_;
    TimerConfig config_;
    std::map<std::pair<TenantId, std::int64_t>, std::chrono::steady_clock::time_point> not_before_;  // of failed ones
    bool is_stopping_ = false;
    bool is_working_off_ = false;
    std::shared_ptr<Wake> wake_;
    std::unique_ptr<Loops> loops_;
};

}  // namespace wescrm::jobs
