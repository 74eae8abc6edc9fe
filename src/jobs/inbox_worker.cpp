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
    steady_at_ = Steady::now() + config_.last_chance_after;
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
