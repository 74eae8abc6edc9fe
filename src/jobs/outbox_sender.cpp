#include "outbox_store.hpp"
#include "signal.hpp"

#include <wescrm/base/crypto.hpp>
#include <wescrm/base/log.hpp>
#include <wescrm/base/text.hpp>

#include <algorithm>

namespace wescrm::jobs {

using database::Pool;
using database::Scope;
using database::Session;
using Steady = std::chrono::steady_clock;

OutboxSender::OutboxSender(asio::any_io_executor strand, database::Database& db, Buckets& buckets, Clock const& clock,
                           MessageSender& sender, Metrics& metrics, OutboxConfig config, OutboxHooks hooks)
    : strand_{std::move(strand)},
      db_{db},
      buckets_{buckets},
      clock_{clock},
      sender_{sender},
      metrics_{metrics},
      config_{config},
      hooks_{std::move(hooks)},
      rates_{config.rates},
      wake_{std::make_shared<Wake>(strand_)},
      write_wake_{std::make_shared<Wake>(strand_)},
      loops_{std::make_unique<Loops>(strand_)},
      writer_{std::make_unique<Loops>(strand_)} {
    buckets_.on_taken([this](std::vector<int> taken) { return take_over(std::move(taken)); });
}

OutboxSender::~OutboxSender() = default;

void OutboxSender::start() {
    loops_->start(work(), "outbox");
    loops_->start(keep(), "outbox_upkeep");
    writer_->start(write(), "outbox_results");
}

void OutboxSender::wake(TenantId) { wake_->raise_from_anywhere(); }

asio::awaitable<void> OutboxSender::drain(milliseconds limit) {
    is_stopping_ = true;
    wake_->raise();
    auto tenants = std::vector<TenantId>{};
    auto ids = std::vector<std::int64_t>{};
    for (auto& [key, lane] : lanes_) {
        for (auto const& item : lane.items) {
            tenants.push_back(item.tenant);
            ids.push_back(item.id);
        }
        held_ -= lane.items.size();
        lane.items.clear();
    }
    ready_.clear();
    if (!ids.empty()) {
        auto job = [&, node = buckets_.node()](Session& sql) -> Result<int> {
            outbox_store::release(sql, tenants, ids, node);
            return 0;
        };
        co_await db_.run(Pool::worker, Scope::of_queues(), std::move(job));
    }
    if (!co_await loops_->wait_for_end(limit)) log::warning("outbox_stopped_late", {{"sending", running_}});
    is_done_ = true;
    write_wake_->raise();
    co_await writer_->wait_for_end(seconds{3});
}

// ---- claiming
// --------------------------------------------------------------------------------------------------------------------

asio::awaitable<void> OutboxSender::work() {
    while (!is_stopping_) {
        auto const more = co_await claim();
        start_ready();
        if (more && held_ < config_.held) continue;
        auto wait = std::chrono::duration_cast<async::Duration>(config_.poll);
        if (next_due_ > Steady::now()) wait = std::min(wait, next_due_ - Steady::now());
        co_await wake_->wait(wait);
    }
}

asio::awaitable<bool> OutboxSender::claim() {
    if (held_ >= config_.held || is_stopping_) co_return false;
    auto buckets = buckets_.owned();
    if (buckets.empty()) co_return false;
    auto job = [buckets = std::move(buckets), after = claimed_, limit = config_.batch, node = buckets_.node(),
                now = clock_.now()](Session& sql) -> Result<std::vector<OutboxItem>> {
        return outbox_store::claim(sql, buckets, after, limit, node, now);
    };
    auto items = co_await db_.run(Pool::worker, Scope::of_queues(), std::move(job));
    if (!items) co_return false;
    auto const is_full = items->size() == config_.batch;
    claimed_ = last_in_turn(claimed_, *items);
    for (auto& item : *items) enqueue(std::move(item));
    co_return is_full;
}

asio::awaitable<void> OutboxSender::take_over(std::vector<int> buckets) {
    if (!buckets.empty()) {
        auto job = [&buckets,
                    now = clock_.now()](Session& sql) -> Result<std::vector<std::tuple<std::int64_t, Instant>>> {
            return outbox_store::sent_recently(sql, buckets, now);
        };
        auto const sent = co_await db_.run(Pool::worker, Scope::of_queues(), std::move(job));
        if (sent)
            for (auto const& [lane, at] : *sent) rates_.remember(lane, at);
        co_await recover(std::move(buckets));
    }
    wake_->raise();
}

// Claimed by a sender that is gone: each outcome is unknown.
asio::awaitable<void> OutboxSender::recover(std::vector<int> buckets) {
    auto job = [&buckets, node = buckets_.node()](Session& sql) -> Result<std::vector<OutboxItem>> {
        return outbox_store::lost(sql, buckets, node);
    };
    auto const items = co_await db_.run(Pool::worker, Scope::of_queues(), std::move(job));
    if (!items) co_return;
    for (auto const& item : *items) {
        auto answer = wecom::Answer{};
        answer.failure = wecom::ErrorClass::unknown;
        answer.message = "the sender ended before an answer came";
        outcomes_.push_back(judge(item, answer, state_of(item.tenant)));
    }
    if (!items->empty()) write_wake_->raise();
}

asio::awaitable<void> OutboxSender::keep() {
    auto const pause = std::make_shared<Wake>(strand_);
    auto next_renewal = Steady::now() + config_.renew_every;
    auto next_recovery = Steady::now() + seconds{5};
    auto next_probe = clock_.now() + config_.probe_every;
    while (!is_stopping_) {
        co_await pause->wait(config_.poll);
        if (buckets_.owned().empty()) continue;
        if (Steady::now() >= next_recovery) {
            next_recovery = Steady::now() + seconds{5};
            co_await recover(buckets_.owned());
            co_await release_forgotten();
        }
        if (Steady::now() >= next_renewal) {
            next_renewal = Steady::now() + config_.renew_every;
            rates_.forget_idle(clock_.now());
            co_await renew();
        }
        for (auto& [tenant, app] : companies_) {
            if (app.limit >= config_.in_flight_per_tenant || clock_.now() < app.raise_at) continue;
            ++app.limit;
            app.raise_at = clock_.now() + minutes{1};
        }
        if (clock_.now() >= next_probe) {
            next_probe = clock_.now() + config_.probe_every;
            co_await probe_held();
        }
    }
}

// What this node holds: waiting, under way, or with an outcome that is not written yet.
OutboxSender::HeldRows OutboxSender::held_rows() const {
    auto rows = HeldRows{};
    auto const add = [&rows](TenantId tenant, std::int64_t id) {
        rows.tenants.push_back(tenant);
        rows.ids.push_back(id);
    };
    for (auto const& [key, lane] : lanes_) {
        for (auto const& item : lane.items) add(item.tenant, item.id);
        if (lane.is_running) add(lane.current.tenant, lane.current.id);
    }
    for (auto const& outcome : outcomes_) add(outcome.tenant, outcome.id);
    return rows;
}

asio::awaitable<void> OutboxSender::release_forgotten() {
    auto job = [buckets = buckets_.owned(), held = held_rows().ids,
                node = buckets_.node()](Session& sql) -> Result<std::int64_t> {
        return outbox_store::release_forgotten(sql, buckets, held, node);
    };
    auto const freed = co_await db_.run(Pool::worker, Scope::of_queues(), std::move(job));
    if (!freed || *freed == 0) co_return;
    log::warning("outbox_claims_forgotten", {{"count", *freed}});
    wake_->raise();
}

asio::awaitable<void> OutboxSender::renew() {
    auto const rows = held_rows();
    if (rows.ids.empty()) co_return;
    auto job = [&rows, node = buckets_.node()](Session& sql) -> Result<int> {
        outbox_store::renew(sql, rows.tenants, rows.ids, node);
        return 0;
    };
    co_await db_.run(Pool::worker, Scope::of_queues(), std::move(job));
}

asio::awaitable<void> OutboxSender::probe_held() {
    auto job = [buckets = buckets_.owned(), node = buckets_.node(),
                now = clock_.now()](Session& sql) -> Result<std::vector<OutboxItem>> {
        return outbox_store::claim_probes(sql, buckets, node, now);
    };
    auto items = co_await db_.run(Pool::worker, Scope::of_queues(), std::move(job));
    if (!items) co_return;
    for (auto& item : *items) {
        probed_.insert({item.tenant, item.app_id});
        enqueue(std::move(item));
    }
    start_ready();
}

asio::awaitable<void> OutboxSender::release_held(TenantId tenant, std::int64_t app) {
    auto job = [tenant, app](Session& sql) -> Result<int> {
        outbox_store::release_held(sql, tenant, app);
        return 0;
    };
    co_await db_.run(Pool::worker, Scope::of_queues(), std::move(job));
    wake_->raise();
}

// ---- results
// ---------------------------------------------------------------------------------------------------------------------

asio::awaitable<void> OutboxSender::write() {
    while (!is_done_ || !outcomes_.empty()) {
        if (outcomes_.empty()) {
            co_await write_wake_->wait(config_.poll);
            if (outcomes_.size() < config_.write_rows && !is_done_) co_await write_wake_->wait(config_.write_every);
            continue;
        }
        auto const went_well = co_await write_some();
        if (went_well) continue;
        if (is_done_) co_return;
        co_await async::sleep_for(milliseconds{200});
    }
}

asio::awaitable<bool> OutboxSender::write_some() {
    auto const count = std::min(outcomes_.size(), config_.write_rows);
    auto result = outbox_store::Result{};
    for (std::size_t i = 0; i < count; ++i) {
        auto const& outcome = outcomes_[i];
        result.tenants.push_back(outcome.tenant);
        result.ids.push_back(outcome.id);
        result.claims.push_back(outcome.claim);
        result.states.push_back(static_cast<int>(outcome.state));
        result.not_before.push_back(outcome.not_before);
        result.uncounted.push_back(outcome.counts ? 0 : 1);
        result.errcodes.push_back(outcome.errcode);
        result.messages.push_back(outcome.message);
        result.wecom_ids.push_back(outcome.wecom_id);
        result.response_codes.push_back(outcome.response_code);
    }
    auto job = [&result, now = clock_.now()](Session& sql) -> Result<std::int64_t> {
        return outbox_store::write(sql, result, now);
    };
    auto const written = co_await db_.run(Pool::worker, Scope::of_queues(), std::move(job));
    if (!written) co_return false;
    auto const refused = static_cast<std::int64_t>(count) - *written;
    if (refused > 0) {
        metrics_.fence_rejected += refused;
        log::warning("outbox_claims_lost", {{"count", refused}});
    }
    auto const has_retry = std::any_of(outcomes_.begin(), outcomes_.begin() + static_cast<std::ptrdiff_t>(count),
                                       [](auto const& outcome) { return outcome.state == OutboxState::retry; });
    outcomes_.erase(outcomes_.begin(), outcomes_.begin() + static_cast<std::ptrdiff_t>(count));
    if (has_retry) wake_->raise();
    co_return true;
}

}  // namespace wescrm::jobs
