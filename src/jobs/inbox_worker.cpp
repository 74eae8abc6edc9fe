#include "arrival.hpp"
#include "inbox_store.hpp"
#include "signal.hpp"

#include <wescrm/base/crypto.hpp>
#include <wescrm/base/log.hpp>
#include <wescrm/jobs/inbox_worker.hpp>

#include <algorithm>

namespace wescrm::jobs {

using database::Pool;
using database::Scope;
using database::Session;
using Steady = std::chrono::steady_clock;

namespace {

double draw() { return static_cast<double>(static_cast<unsigned char>(random_bytes(1).front())) / 255.0; }

}  // namespace

InboxHandler const* handler_for(InboxHandlers const& handlers, std::string_view kind) {
    InboxHandler const* best = nullptr;
    for (auto const& [prefix, handler] : handlers)  // sorted, so that a longer prefix comes after its own beginning
        if (kind.starts_with(prefix)) best = &handler;
    return best;
}

InboxWorker::InboxWorker(asio::any_io_executor strand, database::Database& db, Buckets& buckets,
                         Companies const& companies, Sealer sealer, Clock const& clock,
                         operation::Services const& services, InboxHandlers handlers, Metrics& metrics,
                         InboxConfig config)
    : strand_{std::move(strand)},
      db_{db},
      buckets_{buckets},
      companies_{companies},
      sealer_{std::move(sealer)},
      clock_{clock},
      services_{services},
      handlers_{std::move(handlers)},
      metrics_{metrics},
      config_{config},
      wake_{std::make_shared<Wake>(strand_)},
      loops_{std::make_unique<Loops>(strand_)} {
    buckets_.on_taken([this](std::vector<int> taken) { return take_over(std::move(taken)); });
}

InboxWorker::~InboxWorker() = default;

bool InboxWorker::may_claim(TenantId tenant) const {
    return is_caught_up_ && !has_suspects_ && !is_stopping_ && held_ < config_.held / 2 && buckets_.owns(tenant);
}

void InboxWorker::adopt(InboxItem item) {
    enqueue(std::move(item));
    start_ready();
}

void InboxWorker::arrived(TenantId tenant) {
    if (!buckets_.owns(tenant)) return;
    is_caught_up_ = false;
    wake_->raise();
}

void InboxWorker::start() {
    loops_->start(work(), "inbox");
    loops_->start(renew(), "inbox_leases");
}

asio::awaitable<void> InboxWorker::drain(milliseconds limit) {
    is_stopping_ = true;
    wake_->raise();
    auto tenants = std::vector<TenantId>{};
    auto ids = std::vector<std::int64_t>{};
    for (auto& [key, lane] : lanes_)
        for (auto const& item : lane.items) {
            tenants.push_back(item.tenant);
            ids.push_back(item.id);
        }
    lanes_.clear();
    ready_.clear();
    held_ = running_;
    if (!ids.empty()) {
        auto job = [&, node = node()](Session& sql) -> Result<int> {
            inbox_store::release(sql, tenants, ids, node);
            return 0;
        };
        co_await db_.run(Pool::worker, Scope::of_queues(), std::move(job));
    }
    if (!co_await loops_->wait_for_end(limit)) log::warning("inbox_stopped_late", {{"running", running_}});
}

// ---- claiming
// --------------------------------------------------------------------------------------------------------------------

asio::awaitable<void> InboxWorker::work() {
    while (!is_stopping_) {
        auto const more = co_await claim();
        start_ready();
        if (more && held_ < config_.held) continue;
        auto wait = std::chrono::duration_cast<async::Duration>(config_.poll);
        if (next_due_ > Steady::now()) wait = std::min(wait, next_due_ - Steady::now());
        if (has_suspects_) wait = std::min<async::Duration>(wait, milliseconds{20});
        co_await wake_->wait(wait);
    }
}

// Messages that were under way when a worker died are worked before all others: side by side as fast as they can begin,
// and those that saw it twice one by one with nothing beside them. So one that kills the process is found without
// taking others with it.
asio::awaitable<bool> InboxWorker::claim() {
    if (held_ >= config_.held || buckets_.owned().empty()) co_return false;
    if (!has_suspects_) {
        auto const rows = co_await claim_rows(Mode::normal, config_.batch);
        if (!rows) co_return false;
        is_caught_up_ = rows->size() < config_.batch;
        for (auto const& item : *rows) enqueue(item);
        co_return rows->size() == config_.batch;
    }
    if (is_alone_ || running_ >= config_.handlers) co_return false;
    auto const rows = co_await claim_rows(Mode::careful, config_.handlers - running_);
    if (!rows) co_return false;
    for (auto const& item : *rows) enqueue(item);
    start_ready();
    if (!rows->empty() || running_ > 0) co_return false;
    auto const alone = co_await claim_rows(Mode::alone, 1);
    if (!alone) co_return false;
    if (alone->empty())
        has_suspects_ = false;
    else
        is_alone_ = true;
    for (auto const& item : *alone) enqueue(item);
    co_return alone->empty();
}

asio::awaitable<Result<std::vector<InboxItem>>> InboxWorker::claim_rows(Mode mode, std::size_t limit) {
    auto const which = mode == Mode::alone ? inbox_store::Which::crashed_again : inbox_store::Which::crashed_once;
    auto job = [buckets = buckets_.owned(), mode, which, limit, node = node(), after = claimed_,
                now = clock_.now()](Session& sql) -> Result<std::vector<InboxItem>> {
        if (mode == Mode::normal) return inbox_store::claim_in_turn(sql, buckets, after, limit, node, now);
        return inbox_store::claim_suspects(sql, buckets, which, limit, node, now);
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
        auto job = [&buckets, node = node()](Session& sql) -> Result<std::int64_t> {
            return inbox_store::recover(sql, buckets, node, true);
        };
        co_await db_.run(Pool::worker, Scope::of_queues(), std::move(job));
        has_suspects_ = true;  // of the worker before, too, which may have died before it came to them
    }
    wake_->raise();
}

asio::awaitable<void> InboxWorker::recover_expired() {
    auto job = [buckets = buckets_.owned(), node = node()](Session& sql) -> Result<std::int64_t> {
        return inbox_store::recover(sql, buckets, node, true);
    };
    auto const freed = co_await db_.run(Pool::worker, Scope::of_queues(), std::move(job));
    if (!freed || *freed == 0) co_return;
    log::warning("inbox_leases_expired", {{"count", *freed}});
    has_suspects_ = true;
    wake_->raise();
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

// ---- order and fairness
// ----------------------------------------------------------------------------------------------------------

void InboxWorker::enqueue(InboxItem item) {
    auto const key = LaneKey{item.tenant, item.lane};
    auto& lane = lanes_[key];
    auto const place = std::upper_bound(lane.items.begin(), lane.items.end(), item.id,
                                        [](std::int64_t id, InboxItem const& other) { return id < other.id; });
    lane.items.insert(place, std::move(item));
    ++held_;
    auto& ready = ready_[key.first];
    if (!lane.is_running && std::find(ready.begin(), ready.end(), key) == ready.end()) ready.push_back(key);
}

// One lane of each company in turn.
void InboxWorker::start_ready() {
    auto passed_over = std::size_t{0};
    while (running_ < config_.handlers && !(is_alone_ && running_ > 0) && !ready_.empty() &&
           passed_over <= ready_.size()) {
        auto company = ready_.upper_bound(last_served_);
        if (company == ready_.end()) company = ready_.begin();
        last_served_ = company->first;
        auto& lanes = company->second;
        auto has_started = false;
        for (auto left = lanes.size(); left > 0 && !has_started; --left) {
            auto const key = lanes.front();
            lanes.pop_front();
            has_started = start_one(key);
            auto const lane = lanes_.find(key);
            if (!has_started && lane != lanes_.end() && !lane->second.is_running)
                lanes.push_back(key);  // it is held back for a while
        }
        if (lanes.empty()) ready_.erase(company);
        passed_over = has_started ? 0 : passed_over + 1;
    }
}

bool InboxWorker::start_one(LaneKey const& key) {
    auto const found = lanes_.find(key);
    if (found == lanes_.end() || found->second.is_running || found->second.items.empty()) return false;
    auto& lane = found->second;
    if (lane.awaited != 0 && lane.items.front().id > lane.awaited && Steady::now() < lane.until) return false;
    auto item = std::move(lane.items.front());
    lane.items.pop_front();
    lane.is_running = true;
    lane.awaited = item.id;  // while it runs: what is under way
    lane.until = {};
    ++running_;
    loops_->start(run(key, std::move(item)), "inbox_handler");
    return true;
}

asio::awaitable<void> InboxWorker::run(LaneKey key, InboxItem item) {
    auto const id = item.id;
    try {
        co_await handle(std::move(item));
    } catch (std::exception const& e) {
        log::error("inbox_item_failed", {{"id", id}, {"error", e.what()}});
    }
    --running_;
    --held_;
    is_alone_ = false;
    auto const found = lanes_.find(key);
    if (found != lanes_.end()) {
        auto& lane = found->second;
        lane.is_running = false;
        if (Steady::now() >= lane.until) lane.awaited = 0;
        if (!lane.items.empty())
            ready_[key.first].push_back(key);
        else if (lane.awaited == 0)
            lanes_.erase(found);
    }
    start_ready();
    if (has_suspects_ || (!is_caught_up_ && held_ < config_.held)) wake_->raise();
}

// ---- one message
// -----------------------------------------------------------------------------------------------------------------

operation::Actor InboxWorker::actor_for(InboxItem const& item) const {
    auto const company = companies_.find(item.tenant);
    auto const channel = item.channel == CallbackChannel::app ? operation::Channel::chat : operation::Channel::sync;
    auto actor = operation::system_actor(item.tenant, channel, company ? company->zone : Zone{});
    actor.request_id = "in-" + std::to_string(item.id);
    return actor;
}

asio::awaitable<void> InboxWorker::handle(InboxItem item) {
    if (!buckets_.owns(item.tenant)) co_return;  // whoever owns it now finds it when its lease ends
    auto const* handler = handler_for(handlers_, item.kind);
    auto failure = FailureClass::bug;
    auto reason = std::string{};
    try {
        auto done = Result<void>{};
        if (handler)
            done = co_await attempt(*handler, item);
        else {
            auto job = [&item, now = clock_.now()](Session& sql) -> Result<void> {
                if (!inbox_store::ignore(sql, item, now)) return Error{Errc::stale, "fenced"};
                return {};
            };
            done = co_await db_.run(Pool::worker, Scope::of(item.tenant), std::move(job));
        }
        if (done) {
            ++metrics_.handled;
            co_return;
        }
        if (done.error().code == Errc::stale && done.error().reason == "fenced") {
            ++metrics_.fence_rejected;
            log::warning("inbox_claim_lost", {{"id", item.id}});
            co_return;
        }
        failure = class_of(done.error());
        reason = std::string{wescrm::name_of(done.error().code)} + ":" + done.error().reason;
    } catch (std::exception const& e) {
        reason = std::string{"exception: "} + e.what();
        log::error("inbox_handler_failed", {{"id", item.id}, {"kind", item.kind}, {"error", e.what()}});
    }
    co_await fail(handler, item, failure, std::move(reason));
}

asio::awaitable<Result<void>> InboxWorker::attempt(InboxHandler const& handler, InboxItem& item) {
    if (handler.prepare) {
        auto prepared = co_await handler.prepare(item);
        if (!prepared) co_return prepared.error();
        item.prepared = std::move(*prepared);
    }
    auto job = [this, &handler, &item, now = clock_.now()](Session& sql) -> Result<void> {
        auto context = operation::Context{sql, actor_for(item), now, services_};
        auto handled = handler.handle(context, item);
        if (!handled) return handled;
        if (!inbox_store::complete(sql, item, now)) return Error{Errc::stale, "fenced"};
        return {};
    };
    co_return co_await db_.run(Pool::worker, Scope::of(item.tenant), std::move(job));
}

// Until it is written the message stays ours: a database that is away must not make it look as if a worker had died.
asio::awaitable<void> InboxWorker::fail(InboxHandler const* handler, InboxItem const& item, FailureClass failure,
                                        std::string reason) {
    auto const decision = after_failure(failure, handler && handler->someone_waits, item.attempts,
                                        clock_.now() - item.received_at, draw());
    auto const began = Steady::now();
    for (auto tries = 1; tries <= 100 && buckets_.is_sure(); ++tries) {
        auto const written = co_await write_outcome(handler, item, decision, reason);
        if (written) break;
        if (written.error().reason == "fenced") {
            // The lost answer of a commit that went through looks the same; either way the message is not ours any
            // more.
            if (reason.find("commit_unknown") == std::string::npos) ++metrics_.fence_rejected;
            co_return;
        }
        co_await async::sleep_for(std::min(milliseconds{100} * tries, milliseconds{1'000}));
    }
    if (decision.next == InboxState::dead)
        log::error("inbox_dead", {{"id", item.id}, {"kind", item.kind}, {"reason", reason}});
    if (decision.next != InboxState::retry) co_return;
    next_due_ = began + decision.wait;
    if (!handler || !handler->someone_waits) co_return;
    if (auto const lane = lanes_.find({item.tenant, item.lane}); lane != lanes_.end())
        lane->second.until = began + config_.lane_patience;
}

asio::awaitable<Result<int>> InboxWorker::write_outcome(InboxHandler const* handler, InboxItem const& item,
                                                        InboxDecision decision, std::string reason) {
    auto const gives_up = decision.next == InboxState::dead && handler && handler->give_up;
    auto job = [&, gives_up, now = clock_.now()](Session& sql) -> Result<int> {
        if (!inbox_store::settle(sql, item, decision, reason, now)) return Error{Errc::stale, "fenced"};
        if (!gives_up) return 0;
        auto context = operation::Context{sql, actor_for(item), now, services_};
        handler->give_up(context, item);
        return 0;
    };
    try {
        co_return co_await db_.run(Pool::worker, Scope::of(item.tenant), std::move(job));
    } catch (std::exception const& e) {
        log::error("inbox_outcome_failed", {{"id", item.id}, {"error", e.what()}});
    }
    auto bare = [&, now = clock_.now()](Session& sql) -> Result<int> {
        if (!inbox_store::settle(sql, item, decision, reason, now)) return Error{Errc::stale, "fenced"};
        return 0;
    };
    co_return co_await db_.run(Pool::worker, Scope::of(item.tenant), std::move(bare));
}

}  // namespace wescrm::jobs
