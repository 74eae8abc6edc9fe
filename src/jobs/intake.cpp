#include "arrival.hpp"
#include "signal.hpp"

#include <wescrm/async/offload.hpp>
#include <wescrm/base/log.hpp>
#include <wescrm/jobs/intake.hpp>
#include <wescrm/operation/queue_keys.hpp>
#include <wescrm/wecom/callback.hpp>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

namespace wescrm::jobs {

using database::Pool;
using database::Scope;
using database::Session;
using Steady = std::chrono::steady_clock;

namespace {

// A second insert beside the one under way pays from a quarter of a group on, or when the first one hangs.
constexpr std::size_t worthwhile_share = 4;
constexpr auto hanging = std::chrono::milliseconds{20};

}  // namespace

/// A callback between its arrival and its answer. The request's coroutine sleeps in `resume`.
struct Intake::Waiting {
    explicit Waiting(Arrival arrival_) : arrival{std::move(arrival_)} {}

    Arrival arrival;
    Steady::time_point since = Steady::now();
    std::optional<asio::executor_work_guard<asio::any_io_executor>> home;
    std::optional<asio::any_completion_handler<void()>> resume;
    Stored outcome = Stored::refused;
    bool is_late = false;     ///< nobody waits for its insert any more
    bool is_settled = false;  ///< its answer is on the way
};

Intake::Intake(asio::any_io_executor strand, database::Database& db, Companies const& companies, Sealer sealer,
               Clock const& clock, Spool* spool, InboxSink* sink, Metrics& metrics, IntakeConfig config)
    : strand_{std::move(strand)},
      db_{db},
      companies_{companies},
      sealer_{std::move(sealer)},
      clock_{clock},
      spool_{spool},
      sink_{sink},
      metrics_{metrics},
      config_{config},
      wake_{std::make_shared<Wake>(strand_)},
      time_wake_{std::make_shared<Wake>(strand_)},
      loops_{std::make_unique<Loops>(strand_)} {}

Intake::~Intake() { files_.join(); }

bool Intake::is_ready() const noexcept { return !is_broken_ || spool_; }

CallbackAnswer Intake::verify_url(CallbackRequest const& request, std::string_view echo) const {
    auto const company = companies_.find(request.corp_id);
    auto const* app = company ? company->app(request.channel, request.agent_id) : nullptr;
    if (!app) return {companies_.is_complete() ? 404 : 503, "unknown", "", ""};
    if (!wecom::is_well_formed(request.query) || echo.empty()) return {400, "malformed", "", ""};
    auto opened = wecom::open(app->keys_at(clock_.now()), request.query, echo, company->corp_id);
    if (!opened) return {403, "forbidden", "", ""};
    return {200, "verified", "", std::move(*opened)};
}

asio::awaitable<CallbackAnswer> Intake::accept(CallbackRequest request) {
    auto const began = Steady::now();
    auto answered = CallbackAnswer{503, "overloaded", "", ""};
    try {
        answered = co_await answer(std::move(request));
    } catch (std::exception const& e) {
        log::error("callback_failed", {{"error", e.what()}});
    }
    if (answered.status == 503) ++metrics_.refused;
    if (metrics_.on_callback)
        metrics_.on_callback(answered.kind, answered.result,
                             std::chrono::duration<double>(Steady::now() - began).count());
    co_return answered;
}

asio::awaitable<CallbackAnswer> Intake::answer(CallbackRequest request) {
    auto const company = companies_.find(request.corp_id);
    auto const* app = company ? company->app(request.channel, request.agent_id) : nullptr;
    if (!app) co_return CallbackAnswer{companies_.is_complete() ? 404 : 503, "unknown", "", ""};
    if (!wecom::is_well_formed(request.query)) co_return CallbackAnswer{400, "malformed", "", ""};
    auto const encrypted = wecom::encrypted_in(request.body);
    if (!encrypted) co_return CallbackAnswer{400, "malformed", "", ""};
    auto opened = wecom::open(app->keys_at(clock_.now()), request.query, *encrypted, company->corp_id);
    if (!opened) co_return CallbackAnswer{403, "forbidden", "", ""};
    if (company->is_disabled) co_return CallbackAnswer{200, "disabled", "", ""};

    auto arrival = arrival_from(*company, request, std::move(*opened));
    auto kind = arrival.kind;
    auto const outcome = co_await stored(std::move(arrival));
    switch (outcome) {
        case Stored::fresh:
            co_return CallbackAnswer{200, "stored", std::move(kind), ""};
        case Stored::duplicate:
            co_return CallbackAnswer{200, "duplicate", std::move(kind), ""};
        case Stored::spooled:
            co_return CallbackAnswer{200, "spooled", std::move(kind), ""};
        case Stored::unstorable:
            co_return CallbackAnswer{400, "malformed", std::move(kind), ""};
        case Stored::refused:
            break;
    }
    co_return CallbackAnswer{503, "overloaded", std::move(kind), ""};
}

Arrival Intake::arrival_from(Company const& company, CallbackRequest const& request, Bytes message) const {
    auto const now = clock_.now();
    auto arrival = Arrival{};
    arrival.tenant = company.tenant;
    arrival.channel = request.channel;
    arrival.agent_id = request.channel == CallbackChannel::app ? request.agent_id : 0;
    arrival.received_at = now;
    arrival.dedupe_key = wecom::dedupe_key(company.corp_id, name_of(request.channel), arrival.agent_id, message);
    arrival.sealed = sealer_.seal(message, body_context(company.tenant, arrival.dedupe_key));
    auto const parsed = wecom::parse_callback(message);
    auto const ignore = [&arrival](char const* why) {
        arrival.state = InboxState::ignored;
        arrival.note = why;
    };
    auto day = now;
    if (!parsed) {
        arrival.kind = "malformed";
        ignore("malformed");
    } else {
        arrival.kind = parsed->kind;
        arrival.lane = operation::lane_of(company.tenant, 0, parsed->lane);
        if (!parsed->message_id.empty()) arrival.said_id = parsed->message_id + "/" + parsed->from;
        if (!wecom::is_fresh(parsed->created, now))
            ignore("stale");
        else if (parsed->corp_id != company.corp_id)
            ignore("foreign");
        else if (std::holds_alternative<wecom::Unknown>(parsed->content))
            ignore("unknown");
        if (wecom::is_fresh(parsed->created, now))
            day = parsed->created;
        else
            arrival.said_id.clear();
    }
    arrival.msg_day = Date{std::chrono::floor<days>(day)};
    arrival.message = std::move(message);
    return arrival;
}

// ---- on the strand
// ---------------------------------------------------------------------------------------------------------------

// One hand-over to the strand for all that arrive before it has looked, and one back for all that were stored together:
// a wake-up of another thread costs more than all the cryptography of a callback.
asio::awaitable<Intake::Stored> Intake::stored(Arrival arrival) {
    auto const item = std::make_shared<Waiting>(std::move(arrival));
    auto start = [this, &item](auto handler) {
        item->home.emplace(asio::any_io_executor{asio::get_associated_executor(handler)});
        item->resume.emplace(std::move(handler));  // Boost 1.81: assigning would recurse for ever
        hand_in(item);
    };
    co_await asio::async_initiate<decltype(asio::use_awaitable), void()>(start, asio::use_awaitable);
    co_return item->outcome;
}

void Intake::hand_in(Item item) {
    auto is_first = false;
    {
        auto const lock = std::lock_guard{arrived_mutex_};
        is_first = arrived_.empty();
        arrived_.push_back(std::move(item));
    }
    if (is_first) asio::post(strand_, [this] { take_arrived(); });
}

void Intake::take_arrived() {
    auto items = Items{};
    {
        auto const lock = std::lock_guard{arrived_mutex_};
        items.swap(arrived_);
    }
    for (auto& item : items) take(std::move(item));
    start_groups();
}

void Intake::take(Item item) {
    if (is_broken_ || (spool_ && !spool_->is_empty())) return loops_->start(spool({std::move(item)}), "intake_spool");
    if (waiting_.size() >= config_.waiting) return settle({std::move(item)});
    auto& arrival = item->arrival;
    if (sink_ && arrival.state == InboxState::ready && sink_->may_claim(arrival.tenant))
        arrival.state = InboxState::running;
    open_.push_back(item);
    waiting_.push_back(std::move(item));
}

// From one strand to the executors of the requests: those that share one come back together.
void Intake::settle(Items const& items) {
    auto groups = std::vector<std::pair<asio::any_io_executor, Items>>{};
    for (auto const& item : items) {
        if (item->is_settled) continue;
        item->is_settled = true;
        auto const home = item->home->get_executor();
        auto const group =
            std::find_if(groups.begin(), groups.end(), [&home](auto const& other) { return other.first == home; });
        if (group == groups.end())
            groups.emplace_back(home, Items{item});
        else
            group->second.push_back(item);
    }
    while (!open_.empty() && open_.front()->is_settled) open_.pop_front();
    for (auto& [home, members] : groups)
        asio::post(home, [together = std::move(members)] {
            for (auto const& item : together) {
                auto resume = std::move(*item->resume);
                item->resume.reset();
                auto const guard = std::move(item->home);
                std::move(resume)();
            }
        });
}

asio::awaitable<void> Intake::spool(Items items) {
    for (auto const& item : items) {
        auto record = encode(item->arrival);
        auto const is_stored = spool_ && (co_await spool_->append(std::move(record))).has_value();
        if (!item->is_settled) item->outcome = is_stored ? Stored::spooled : Stored::refused;
        if (is_stored) {
            spooled_.insert(item->arrival.tenant);
            ++metrics_.stored_in_spool;
            wake_->raise();
        }
        settle({item});
    }
}

void Intake::start_groups() {
    while (in_flight_ < config_.groups_in_flight && is_group_worth_it()) {
        auto group = next_group();
        if (group.empty()) return;
        ++in_flight_;
        last_group_ = Steady::now();
        loops_->start(insert_group(std::move(group)), "intake_group");
    }
}

bool Intake::is_group_worth_it() const {
    if (waiting_.empty()) return false;
    return in_flight_ == 0 || waiting_.size() * worthwhile_share >= config_.group_rows ||
           Steady::now() - last_group_ >= hanging;
}

Intake::Items Intake::next_group() {
    auto group = Items{};
    auto bytes = std::size_t{0};
    while (!waiting_.empty() && group.size() < config_.group_rows && bytes < config_.group_bytes) {
        auto item = std::move(waiting_.front());
        waiting_.pop_front();
        if (item->is_late) continue;
        bytes += item->arrival.sealed.size();
        group.push_back(std::move(item));
    }
    return group;
}

// Looks after those that wait too long: they go to the spool, where the key makes one of both.
asio::awaitable<void> Intake::watch_time() {
    auto const tick = std::clamp(config_.database_time / 12, milliseconds{5}, milliseconds{100});
    while (!is_stopping_ || !open_.empty()) {
        co_await time_wake_->wait(tick);
        give_up_late();
        start_groups();
    }
}

void Intake::give_up_late() {
    auto late = Items{};
    auto const limit = Steady::now() - config_.database_time;
    for (auto const& item : open_) {
        if (item->since > limit) break;
        if (item->is_settled || item->is_late) continue;
        item->is_late = true;
        note_failure();
        late.push_back(item);
    }
    for (auto& item : late) loops_->start(spool({std::move(item)}), "intake_spool");
}

asio::awaitable<void> Intake::insert_group(Items group) {
    auto rows = std::vector<Arrival const*>{};
    for (auto const& item : group) rows.push_back(&item->arrival);
    auto is_content = false;
    auto inserted = Result<std::vector<StoredRow>>{Error{Errc::unavailable}};
    try {
        inserted = co_await insert(std::move(rows));
    } catch (std::exception const&) {
        is_content = true;
    }
    --in_flight_;
    start_groups();
    if (is_content || (!inserted && inserted.error().code == Errc::conflict)) {
        co_await insert_singly(std::move(group));
        co_return;
    }
    if (inserted) {
        failures_ = 0;
        finish(group, *inserted);
        co_return;
    }
    note_failure();
    for (auto const& item : group)
        if (!item->is_late) loops_->start(spool({item}), "intake_spool");
}

asio::awaitable<Result<std::vector<StoredRow>>> Intake::insert(std::vector<Arrival const*> rows) {
    auto const node = sink_ ? sink_->node() : 0;
    auto job = [rows = std::move(rows), node](Session& sql) -> Result<std::vector<StoredRow>> {
        return insert_arrivals(sql, rows, node);
    };
    co_return co_await db_.run(Pool::intake, Scope::of_queues(), std::move(job));
}

// One message must not harm the others of its group: only what PostgreSQL refuses by itself is refused.
asio::awaitable<void> Intake::insert_singly(Items group) {
    for (auto const& item : group) {
        auto rows = std::vector<Arrival const*>{&item->arrival};
        auto alone = std::vector<std::shared_ptr<Waiting>>{item};
        try {
            auto const inserted = co_await insert(std::move(rows));
            if (inserted)
                finish(alone, *inserted);
            else if (!item->is_late)
                co_await spool(std::move(alone));
        } catch (std::exception const& e) {
            log::error("callback_not_storable", {{"kind", item->arrival.kind}, {"error", e.what()}});
            item->outcome = Stored::unstorable;
            settle(alone);
        }
    }
}

void Intake::finish(Items const& group, std::vector<StoredRow> const& inserted) {
    auto ids = std::map<std::pair<TenantId, std::string_view>, std::int64_t>{};
    auto new_ones = std::vector<std::pair<Waiting*, std::int64_t>>{};
    for (auto const& row : inserted) ids.emplace(std::pair{row.tenant, std::string_view{row.dedupe_key}}, row.id);
    for (auto const& item : group) {
        auto const found = ids.find({item->arrival.tenant, item->arrival.dedupe_key});
        auto const is_new = found != ids.end();
        if (!item->is_settled) item->outcome = is_new ? Stored::fresh : Stored::duplicate;
        ++(is_new ? metrics_.stored_in_database : metrics_.duplicates);
        if (!is_new) continue;
        new_ones.emplace_back(item.get(), found->second);
        ids.erase(found);  // the same bytes twice in one group are one message
    }
    settle(group);  // the answers first, the work after them
    for (auto const& [item, id] : new_ones) hand_over(item->arrival, id);
}

void Intake::hand_over(Arrival& arrival, std::int64_t id) {
    if (!sink_ || arrival.state == InboxState::ignored) return;
    if (arrival.state == InboxState::ready) return sink_->arrived(arrival.tenant);
    auto item = InboxItem{};
    item.tenant = arrival.tenant;
    item.msg_day = arrival.msg_day;
    item.dedupe_key = arrival.dedupe_key;
    item.id = id;
    item.channel = arrival.channel;
    item.agent_id = arrival.agent_id;
    item.lane = arrival.lane;
    item.kind = arrival.kind;
    item.received_at = arrival.received_at;
    item.attempts = 1;
    item.claim = 1;
    item.message = std::move(arrival.message);
    sink_->adopt(std::move(item));
}

void Intake::note_failure() {
    auto const now = Steady::now();
    if (failures_ == 0 || now - first_failure_ > std::chrono::seconds{5}) {
        failures_ = 0;
        first_failure_ = now;
    }
    if (++failures_ < config_.breaker_failures || is_broken_) return;
    is_broken_ = true;
    log::warning("intake_database_away");
    wake_->raise();
}

// ---- after an outage
// -------------------------------------------------------------------------------------------------------------

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
    auto job = [&arrivals](Session& sql) -> Result<std::size_t> {
        auto rows = std::vector<Arrival const*>{};
        for (auto const& arrival : arrivals) rows.push_back(&arrival);
        return insert_arrivals(sql, std::move(rows), 0).size();
    };
    auto const done = co_await db_.run(Pool::intake, Scope::of_queues(), std::move(job));
    if (!done) co_return false;
    for (auto const& arrival : arrivals) {
        spooled_.insert(arrival.tenant);
        if (sink_) sink_->arrived(arrival.tenant);
    }
    auto marking = [this, &batch] { spool_->drained(batch.next, batch.records.size()); };
    co_await async::offload(files_, std::move(marking));
    co_return true;
}

}  // namespace wescrm::jobs
