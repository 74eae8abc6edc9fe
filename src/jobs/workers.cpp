#include <wescrm/jobs/workers.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "signal.hpp"

#include <wescrm/base/log.hpp>

namespace wescrm::jobs {
namespace {

std::unique_ptr<Spool> open_spool(SpoolConfig const& config, Metrics& metrics) {
    if (config.folder.empty()) return nullptr;
    auto spool = std::make_unique<Spool>(config, metrics);
    auto const& found = spool->found_at_start();
    if (found.records > 0) log::info("spool_found", {{"records", static_cast<std::int64_t>(found.records)}});
    return spool;
}

}  // namespace

Workers::Workers(asio::any_io_executor executor, Parts parts, WorkersConfig config)
    : strand_{asio::make_strand(executor)},
      companies_{parts.companies},
      config_{std::move(config)},
      spool_{open_spool(config_.spool, parts.metrics)},
      buckets_{strand_, parts.db, parts.metrics, config_.buckets},
      inbox_{strand_, parts.db, buckets_, parts.companies, parts.sealer, parts.clock, parts.services, std::move(parts.inbox), parts.metrics,
             config_.inbox},
      outbox_{strand_, parts.db, buckets_, parts.clock, parts.sender, parts.metrics, config_.outbox, std::move(parts.hooks)},
      timers_{strand_, parts.db, buckets_, parts.companies, parts.clock, parts.services, std::move(parts.timers), parts.metrics, config_.timers},
      intake_{strand_, parts.db, parts.companies, parts.sealer, parts.clock, spool_.get(), &inbox_, parts.metrics, config_.intake},
      maintenance_{strand_, parts.db, parts.clock, parts.metrics, config_.maintenance},
      wake_{std::make_shared<Wake>(strand_)},
      loops_{std::make_unique<Loops>(strand_)} {}

Workers::~Workers() = default;

void Workers::start() {
    asio::post(strand_, [this] {
        loops_->start(keep_companies(), "companies");
        maintenance_.start();
        buckets_.start();
        intake_.start();
        inbox_.start();
        outbox_.start();
        timers_.start();
    });
}

asio::awaitable<void> Workers::keep_companies() {
    while (!is_stopping_) {
        auto const read = co_await companies_.refresh();
        if (!read) log::debug("companies_not_read", {{"reason", read.error().reason}});
        co_await wake_->wait(config_.companies_every);
    }
}

asio::awaitable<void> Workers::stop(milliseconds limit) { co_await asio::co_spawn(strand_, stop_here(limit), asio::use_awaitable); }

asio::awaitable<void> Workers::stop_here(milliseconds limit) {
    auto const until = std::chrono::steady_clock::now() + limit;
    auto const left = [until] {
        return std::max(milliseconds{100}, std::chrono::duration_cast<milliseconds>(until - std::chrono::steady_clock::now()));
    };
    is_stopping_ = true;
    wake_->raise();
    co_await timers_.drain(left());
    co_await inbox_.drain(left());
    co_await outbox_.drain(left());
    co_await intake_.stop(left());
    co_await maintenance_.drain(left());
    co_await loops_->wait_for_end(left());
    co_await buckets_.stop();
}

asio::awaitable<std::size_t> Workers::work_off_due(Instant until, std::function<void(Instant)> move_clock) {
    co_return co_await asio::co_spawn(strand_, timers_.work_off(until, std::move(move_clock)), asio::use_awaitable);
}

}  // namespace wescrm::jobs
