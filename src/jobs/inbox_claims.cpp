#include "arrival.hpp"
#include "inbox_store.hpp"
#include "signal.hpp"

#include <wescrm/base/log.hpp>
#include <wescrm/jobs/inbox_worker.hpp>

#include <algorithm>

// What the inbox worker takes from the database: fresh messages, those beside which a worker died, and what was lost.
namespace wescrm::jobs {

using database::Pool;
using database::Scope;
using database::Session;
using Steady = std::chrono::steady_clock;

asio::awaitable<void> InboxWorker::work() {
    while (!is_stopping_) {
        auto const more = co_await claim();
        start_ready();
        if (more && held_ < config_.held) continue;
        auto wait = std::chrono::duration_cast<async::Duration>(config_.poll);
        if (next_due_ > Steady::now()) wait = std::min(wait, next_due_ - Steady::now());
        if (!is_steady_) wait = std::min(wait, std::max(steady_at_ - Steady::now(), async::Duration{}));
        if (has_suspects_) wait = std::min<async::Duration>(wait, milliseconds{20});
        co_await wake_->wait(wait);
    }
}

asio::awaitable<bool> InboxWorker::claim() {
    if (!is_steady_ && Steady::now() >= steady_at_) {
        is_steady_ = true;
        has_suspects_ = true;
    }
    if (held_ >= config_.held || buckets_.owned().empty()) co_return false;
    if (has_suspects_) co_return co_await claim_suspects();
    auto const rows = co_await claim_rows(std::nullopt, config_.batch);
    if (!rows) co_return false;
    is_caught_up_ = rows->size() < config_.batch && held_back_.lanes.empty();
    for (auto const& item : *rows) enqueue(item);
    co_return rows->size() == config_.batch;
}

// Messages that were under way when a worker died are worked before all others: side by side as fast as they can begin,
// and those that saw it twice one by one with nothing beside them. So one that kills the process is found without
// taking others with it. What is about to be given up gets its last chance when this node has been up for a while;
// until then its conversation waits, and all others go on.
asio::awaitable<bool> InboxWorker::claim_suspects() {
    if (is_alone_ || running_ >= config_.handlers) co_return false;
    if (is_steady_ && !held_back_.lanes.empty()) {
        if (running_ > 0) co_return false;
        auto const found = co_await claim_alone(CrashDecision::last_chance);
        if (!found || *found) co_return false;
        held_back_ = {};
    }
    auto const rows = co_await claim_rows(CrashDecision::again, config_.handlers - running_);
    if (!rows) co_return false;
    for (auto const& item : *rows) enqueue(item);
    start_ready();
    if (!rows->empty() || running_ > 0) co_return false;
    for (auto const decision : {CrashDecision::alone, CrashDecision::last_chance}) {
        if (decision == CrashDecision::last_chance && !is_steady_) break;
        auto const found = co_await claim_alone(decision);
        if (!found || *found) co_return false;
    }
    has_suspects_ = false;
    co_return true;
}

// Whether there was one.
asio::awaitable<Result<bool>> InboxWorker::claim_alone(CrashDecision decision) {
    auto const rows = co_await claim_rows(decision, 1);
    if (!rows) co_return rows.error();
    is_alone_ = !rows->empty();
    for (auto const& item : *rows) enqueue(item);
    co_return is_alone_;
}

asio::awaitable<Result<std::vector<InboxItem>>> InboxWorker::claim_rows(std::optional<CrashDecision> suspects,
                                                                        std::size_t limit) {
    auto what = inbox_store::Claim{buckets_.owned(), {}, limit, node(), clock_.now()};
    if (suspects != CrashDecision::last_chance) what.held_back = held_back_;
    auto job = [&what, suspects, after = claimed_](Session& sql) -> Result<std::vector<InboxItem>> {
        if (suspects) return inbox_store::claim_suspects(sql, what, *suspects);
        return inbox_store::claim_in_turn(sql, what, after);
    };
    auto rows = co_await db_.run(Pool::worker, Scope::of_queues(), std::move(job));
    if (!rows) co_return rows;
    claimed_ = last_in_turn(claimed_, *rows);
    for (auto& item : *rows) {
        auto opened = sealer_.open(item.message, body_context(item.tenant, item.dedupe_key));
        item.message = opened ? std::move(*opened) : Bytes{};
    }
    co_return rows;
}

asio::awaitable<void> InboxWorker::take_over(std::vector<int> buckets) {
    is_caught_up_ = false;
    if (!buckets.empty()) {
        auto const owned = buckets_.owned();
        buckets.insert(buckets.end(), owned.begin(), owned.end());
        co_await recover(std::move(buckets));
        has_suspects_ = true;  // of the worker before, too, which may have died before it came to them
    }
    wake_->raise();
}

asio::awaitable<void> InboxWorker::recover_expired() {
    auto const freed = co_await recover(buckets_.owned());
    if (!freed || *freed == 0) co_return;
    log::warning("inbox_leases_expired", {{"count", *freed}});
    has_suspects_ = true;
    wake_->raise();
}

// Frees what lost its worker and notes the conversations that must wait for a last chance. How many were freed.
asio::awaitable<Result<std::int64_t>> InboxWorker::recover(std::vector<int> buckets) {
    auto waiting = LaneList{};
    auto job = [&waiting, &buckets, node = node()](Session& sql) -> Result<std::int64_t> {
        auto const freed = inbox_store::recover(sql, buckets, node, true);
        waiting = inbox_store::lanes_of_last_chances(sql, buckets);
        return freed;
    };
    auto const freed = co_await db_.run(Pool::worker, Scope::of_queues(), std::move(job));
    if (!freed) co_return freed;
    held_back_ = std::move(waiting);
    if (!held_back_.lanes.empty()) is_caught_up_ = false;  // what arrives for them must be found in its order
    co_return freed;
}

// What this node holds, waiting or under way.
InboxWorker::HeldRows InboxWorker::held_rows() const {
    auto rows = HeldRows{};
    auto const add = [&rows](TenantId tenant, std::int64_t id) {
        rows.tenants.push_back(tenant);
        rows.ids.push_back(id);
    };
    for (auto const& [key, lane] : lanes_) {
        for (auto const& item : lane.items) add(item.tenant, item.id);
        if (lane.is_running) add(key.first, lane.awaited);
    }
    return rows;
}

asio::awaitable<void> InboxWorker::release_forgotten() {
    auto job = [buckets = buckets_.owned(), held = held_rows().ids,
                node = node()](Session& sql) -> Result<std::int64_t> {
        return inbox_store::release_forgotten(sql, buckets, held, node);
    };
    auto const freed = co_await db_.run(Pool::worker, Scope::of_queues(), std::move(job));
    if (!freed || *freed == 0) co_return;
    log::warning("inbox_claims_forgotten", {{"count", *freed}});
    wake_->raise();
}

asio::awaitable<void> InboxWorker::renew() {
    auto const pause = std::make_shared<Wake>(strand_);
    auto next = Steady::now() + config_.renew_every;
    auto next_recovery = Steady::now();
    while (!is_stopping_) {
        co_await pause->wait(std::min<milliseconds>(config_.poll, config_.renew_every));
        if (!buckets_.owned().empty() && Steady::now() >= next_recovery) {
            next_recovery = Steady::now() + seconds{5};
            co_await recover_expired();
            co_await release_forgotten();
        }
        if (Steady::now() < next || held_ == 0) continue;
        next = Steady::now() + config_.renew_every;
        auto const rows = held_rows();
        auto job = [&, node = node()](Session& sql) -> Result<int> {
            inbox_store::renew(sql, rows.tenants, rows.ids, node);
            return 0;
        };
        co_await db_.run(Pool::worker, Scope::of_queues(), std::move(job));
    }
}

}  // namespace wescrm::jobs
