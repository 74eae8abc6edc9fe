#include "arrival.hpp"
#include "signal.hpp"

#include <wescrm/async/offload.hpp>
#include <wescrm/base/log.hpp>
#include <wescrm/jobs/intake.hpp>

// After an outage: probing the database, and bringing it what the spool holds.
namespace wescrm::jobs {

using database::Pool;
using database::Scope;
using database::Session;
using Steady = std::chrono::steady_clock;

void Intake::start() {
    loops_->start(probe_and_drain(), "intake_drain");
    loops_->start(watch_time(), "intake_time");
}

asio::awaitable<void> Intake::stop(milliseconds limit) {
    is_stopping_ = true;
    wake_->raise();
    time_wake_->raise();
    if (!co_await loops_->wait_for_end(limit)) log::warning("intake_stopped_late");
}

asio::awaitable<void> Intake::probe_and_drain() {
    while (!is_stopping_) {
        auto const has_work = is_broken_ || (spool_ && !spool_->is_empty());
        if (!has_work) {
            co_await wake_->wait(config_.probe_interval);
            continue;
        }
        auto went_well = co_await (spool_ && !spool_->is_empty() ? drain_some() : probe());
        if (!went_well) {
            co_await wake_->wait(config_.probe_interval);
            continue;
        }
        if (is_broken_.exchange(false)) log::info("intake_database_back");
        failures_ = 0;
        if (spool_ && spool_->is_empty() && !spooled_.empty()) {
            auto const companies = std::exchange(spooled_, {});
            if (on_outage_over_) on_outage_over_(companies);
        }
    }
}

asio::awaitable<bool> Intake::probe() {
    auto job = [](Session& sql) -> Result<int> { return sql.value<int>("select 1").value_or(0); };
    auto const done = co_await db_.run(Pool::intake, Scope::of_nobody(), std::move(job));
    co_return done.has_value();
}

asio::awaitable<bool> Intake::drain_some() {
    auto reading = [this] { return spool_->read(config_.drain_rows); };
    auto batch = co_await async::offload(files_, std::move(reading));
    if (batch.records.empty()) co_return true;
    auto arrivals = std::vector<Arrival>{};
    for (auto const& record : batch.records) {
        auto arrival = decode_arrival(record);
        if (arrival)
            arrivals.push_back(std::move(*arrival));
        else
            log::error("spool_record_unreadable");
    }
    // A company may have been deleted while its callbacks lay in the spool: nothing of it may come back.
    auto job = [&arrivals](Session& sql) -> Result<std::vector<Arrival const*>> {
        auto const rows = of_existing_companies(sql, arrivals);
        insert_arrivals(sql, rows, 0);
        return rows;
    };
    auto const stored = co_await db_.run(Pool::intake, Scope::of_queues(), std::move(job));
    if (!stored) co_return false;
    for (auto const* arrival : *stored) {
        spooled_.insert(arrival->tenant);
        if (sink_) sink_->arrived(arrival->tenant);
    }
    if (auto const dropped = arrivals.size() - stored->size(); dropped > 0) {
        metrics_.dropped += static_cast<std::int64_t>(dropped);
        log::warning("spool_of_deleted_company_dropped", {{"records", dropped}});
    }
    auto marking = [this, &batch] { spool_->drained(batch.next, batch.records.size()); };
    co_await async::offload(files_, std::move(marking));
    co_return true;
}

}  // namespace wescrm::jobs
