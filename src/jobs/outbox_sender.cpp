#include <algorithm>

#include "outbox_store.hpp"
#include "signal.hpp"

#include <wescrm/base/crypto.hpp>
#include <wescrm/base/log.hpp>
#include <wescrm/base/text.hpp>

namespace wescrm::jobs {

using database::Pool;
using database::Scope;
using database::Session;
using Steady = std::chrono::steady_clock;

namespace {

double draw() { return static_cast<double>(static_cast<unsigned char>(random_bytes(1).front())) / 255.0; }

// Who waits (a reply, an approval) overtakes what does not.
std::pair<int, std::int64_t> rank(OutboxItem const& item) { return {item.priority <= 1 ? 0 : 1, item.id}; }

bool names_recipient(wecom::Answer const& answer, char const* member) {
    return answer.body.IsObject() && json::find_string(answer.body, member).value_or("") != "";
}

}  // namespace

asio::awaitable<wecom::Answer> WecomSender::send(OutboxItem const& item) {
    auto account = companies_.account(item.tenant, item.app_id);
    if (!account) {
        auto answer = wecom::Answer{};
        answer.failure = wecom::ErrorClass::configuration;
        answer.message = "no credentials";
        co_return answer;
    }
    co_return co_await client_.post(std::move(*account), item.endpoint, item.body);
}

OutboxSender::OutboxSender(asio::any_io_executor strand, database::Database& db, Buckets& buckets, Clock const& clock, MessageSender& sender,
                           Metrics& metrics, OutboxConfig config, OutboxHooks hooks)
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

// ---- claiming --------------------------------------------------------------------------------------------------------------------

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
    auto job = [buckets = std::move(buckets), limit = config_.batch, node = buckets_.node(),
                now = clock_.now()](Session& sql) -> Result<std::vector<OutboxItem>> {
        return outbox_store::claim(sql, buckets, limit, node, now);
    };
    auto items = co_await db_.run(Pool::worker, Scope::of_queues(), std::move(job));
    if (!items) co_return false;
    auto const is_full = items->size() == config_.batch;
    for (auto& item : *items) enqueue(std::move(item));
    co_return is_full;
}

asio::awaitable<void> OutboxSender::take_over(std::vector<int> buckets) {
    if (!buckets.empty()) {
        auto job = [&buckets, now = clock_.now()](Session& sql) -> Result<std::vector<std::tuple<std::int64_t, Instant>>> {
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
    auto job = [buckets = buckets_.owned(), held = held_rows().ids, node = buckets_.node()](Session& sql) -> Result<std::int64_t> {
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
    auto job = [buckets = buckets_.owned(), node = buckets_.node(), now = clock_.now()](Session& sql) -> Result<std::vector<OutboxItem>> {
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

// ---- order and fairness ----------------------------------------------------------------------------------------------------------

OutboxSender::AppState& OutboxSender::state_of(TenantId tenant) {
    auto const [found, is_new] = companies_.try_emplace(tenant);
    if (is_new) {
        found->second.limit = config_.in_flight_per_tenant;
        found->second.breaker = http::Breaker{config_.breaker};
    }
    return found->second;
}

void OutboxSender::enqueue(OutboxItem item) {
    auto const key = LaneKey{item.tenant, item.lane};
    auto& lane = lanes_[key];
    auto const place = std::upper_bound(lane.items.begin(), lane.items.end(), rank(item),
                                        [](auto const& wanted, OutboxItem const& other) { return wanted < rank(other); });
    lane.items.insert(place, std::move(item));
    ++held_;
    auto& ready = ready_[key.first];
    if (!lane.is_running && std::find(ready.begin(), ready.end(), key) == ready.end()) ready.push_back(key);
}

void OutboxSender::start_ready() {
    auto passed_over = std::size_t{0};
    while (!is_stopping_ && running_ < config_.in_flight && !ready_.empty() && passed_over <= ready_.size()) {
        auto company = ready_.upper_bound(last_served_);
        if (company == ready_.end()) company = ready_.begin();
        last_served_ = company->first;
        auto& app = state_of(company->first);
        auto& lanes = company->second;
        auto has_started = false;
        for (auto left = lanes.size(); left > 0 && !has_started && app.in_flight < app.limit; --left) {
            auto const key = lanes.front();
            lanes.pop_front();
            has_started = start_one(key);
            auto const lane = lanes_.find(key);
            if (!has_started && lane != lanes_.end() && !lane->second.is_running && !lane->second.items.empty()) lanes.push_back(key);
        }
        if (lanes.empty()) ready_.erase(company);
        passed_over = has_started ? 0 : passed_over + 1;
    }
}

bool OutboxSender::start_one(LaneKey const& key) {
    auto const found = lanes_.find(key);
    if (found == lanes_.end() || found->second.is_running || found->second.items.empty()) return false;
    auto& lane = found->second;
    if (lane.awaited != 0 && lane.items.front().id != lane.awaited && lane.items.front().priority > 1 && Steady::now() < lane.until) return false;
    auto item = std::move(lane.items.front());
    lane.items.pop_front();
    lane.is_running = true;
    lane.current.tenant = item.tenant;
    lane.current.id = item.id;
    ++running_;
    ++state_of(key.first).in_flight;
    loops_->start(run(key, std::move(item)), "outbox_send");
    return true;
}

asio::awaitable<void> OutboxSender::run(LaneKey key, OutboxItem item) {
    auto const id = item.id;
    auto outcome = std::optional<Outcome>{};
    try {
        outcome = co_await deliver(std::move(item));
    } catch (std::exception const& e) {
        log::error("outbox_send_failed", {{"id", id}, {"error", e.what()}});
    }
    --running_;
    --held_;
    --state_of(key.first).in_flight;
    auto const found = lanes_.find(key);
    if (found != lanes_.end()) {
        auto& lane = found->second;
        lane.is_running = false;
        if (lane.awaited == id) lane.awaited = 0;
        if (outcome && outcome->state == OutboxState::retry) {
            lane.awaited = id;
            if (lane.until < Steady::now()) lane.until = Steady::now() + config_.lane_patience;
            next_due_ = Steady::now() + std::max(microseconds{0}, outcome->not_before - clock_.now());
        }
        if (!lane.items.empty()) ready_[key.first].push_back(key);
        else if (lane.awaited == 0) lanes_.erase(found);
    }
    if (outcome) outcomes_.push_back(std::move(*outcome));
    write_wake_->raise();
    start_ready();
}

// ---- one message -----------------------------------------------------------------------------------------------------------------

// Limits, pauses and breakers say "later", not "no".
std::optional<Instant> OutboxSender::must_wait_until(OutboxItem const& item, AppState& app) {
    auto const now = clock_.now();
    auto at = rates_.free_at(item.tenant.value(), item.lane, item.endpoint, now);
    if (auto const pause = app.paused.find(item.endpoint); pause != app.paused.end()) {
        if (pause->second <= now) app.paused.erase(pause);
        else at = std::max(at, pause->second);
    }
    if (at > now) return at;
    auto const steady = Steady::now();
    if (app.breaker.allow(steady)) return std::nullopt;
    return now + std::chrono::ceil<microseconds>(app.breaker.opens_until(steady) - steady) + milliseconds{100};
}

asio::awaitable<OutboxSender::Outcome> OutboxSender::deliver(OutboxItem item) {
    auto outcome = Outcome{item.tenant, item.id, item.claim, OutboxState::expired, clock_.now(), true, 0, {}, {}, {}};
    if (item.expires_at <= clock_.now()) co_return outcome;
    auto& app = state_of(item.tenant);
    auto const later = buckets_.owns(item.tenant) ? must_wait_until(item, app) : std::optional<Instant>{clock_.now()};
    if (later) {
        outcome.state = OutboxState::retry;
        outcome.not_before = *later;
        outcome.counts = false;
        co_return outcome;
    }
    rates_.count(item.tenant.value(), item.lane, item.endpoint, clock_.now());
    auto answer = co_await sender_.send(item);
    if (class_of_answer(answer.failure, answer.errcode, false) == SendClass::media && hooks_.refresh_media) {
        auto fresh = co_await hooks_.refresh_media(item);
        if (fresh) {
            item.body = std::move(*fresh);
            answer = co_await sender_.send(item);
        }
    }
    co_return judge(item, answer, app);
}

OutboxSender::Outcome OutboxSender::judge(OutboxItem const& item, wecom::Answer const& answer, AppState& app) {
    auto const now = clock_.now();
    auto outcome = Outcome{item.tenant, item.id, item.claim, OutboxState::sent, now, true, answer.errcode, text::truncate_bytes(answer.message, 500), {}, {}};
    auto const traits = traits_of(item.endpoint, item.body);
    auto const klass = class_of_answer(answer.failure, answer.errcode, traits.is_card_update);
    auto const is_outage = klass == SendClass::not_sent || klass == SendClass::unknown || klass == SendClass::busy;
    if (is_outage) app.breaker.failed(Steady::now());
    else app.breaker.succeeded(Steady::now());
    if (klass == SendClass::sent) {
        ++metrics_.sent;
        if (probed_.erase({item.tenant, item.app_id}) > 0) loops_->start(release_held(item.tenant, item.app_id), "outbox_release");
        outcome.message.clear();
        if (answer.body.IsObject()) {
            outcome.wecom_id = json::find_string(answer.body, "msgid").value_or("");
            outcome.response_code = json::find_string(answer.body, "response_code").value_or("");
        }
        // Sent to nobody: the person is not in the visible range, or has no licence.
        if (names_recipient(answer, "invaliduser") || names_recipient(answer, "unlicenseduser")) {
            outcome.state = OutboxState::dead;
            outcome.message = names_recipient(answer, "invaliduser") ? "invaliduser" : "unlicenseduser";
            if (hooks_.on_recipient_unknown) hooks_.on_recipient_unknown(item.tenant, item.recipient);
        }
        return outcome;
    }
    auto const decision = klass == SendClass::unknown
                              ? after_unknown(traits, item.priority, item.attempts, now - item.first_try_at, draw())
                              : after_refusal(klass, item.attempts, draw());
    outcome.state = decision.next;
    outcome.not_before = now + decision.wait;
    if (klass == SendClass::rate || klass == SendClass::concurrency) note_pause(klass, item, app, outcome);
    if (klass == SendClass::recipient && hooks_.on_recipient_unknown) hooks_.on_recipient_unknown(item.tenant, item.recipient);
    if (outcome.state == OutboxState::held && hooks_.on_configuration) hooks_.on_configuration(item.tenant, item.app_id, answer.errcode);
    if (outcome.state == OutboxState::uncertain) ++metrics_.uncertain;
    if (outcome.state == OutboxState::dead)
        log::error("outbox_dead", {{"id", item.id}, {"errcode", answer.errcode}, {"endpoint", item.endpoint}});
    return outcome;
}

void OutboxSender::note_pause(SendClass failure, OutboxItem const& item, AppState& app, Outcome& outcome) {
    auto const now = clock_.now();
    if (failure == SendClass::concurrency) {
        app.limit = std::max<std::size_t>(1, app.limit / 2);
        app.raise_at = now + minutes{1};
        return;
    }
    std::erase_if(app.refusals, [now](Instant at) { return at < now - minutes{5}; });
    app.refusals.push_back(now);
    auto const until = now + rate_pause(static_cast<int>(app.refusals.size()), now);
    app.paused[item.endpoint] = until;
    outcome.not_before = until;
    outcome.counts = false;
    log::warning("wecom_rate_pause", {{"tenant", item.tenant.value()}, {"endpoint", item.endpoint}, {"until", format_rfc3339(until)}});
}

// ---- results ---------------------------------------------------------------------------------------------------------------------

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
    auto job = [&result, now = clock_.now()](Session& sql) -> Result<std::int64_t> { return outbox_store::write(sql, result, now); };
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
