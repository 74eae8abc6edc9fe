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
    // Nothing passes what is in the spool, so that one node keeps its own order.
    if (is_broken_ || (spool_ && !spool_->is_empty())) return loops_->start(spool(std::move(items)), "intake_spool");
    for (auto& item : items) take(std::move(item));
    start_groups();
}

void Intake::take(Item item) {
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
    auto records = std::vector<Bytes>{};
    records.reserve(items.size());
    for (auto const& item : items) records.push_back(encode(item->arrival));
    auto const is_stored = spool_ && (co_await spool_->append(std::move(records))).has_value();
    for (auto const& item : items) {
        if (!item->is_settled) item->outcome = is_stored ? Stored::spooled : Stored::refused;
        if (is_stored) spooled_.insert(item->arrival.tenant);
    }
    settle(items);
    if (!is_stored) co_return;
    metrics_.stored_in_spool += static_cast<std::int64_t>(items.size());
    wake_->raise();
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
    if (!late.empty()) loops_->start(spool(std::move(late)), "intake_spool");
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
    std::erase_if(group, [](auto const& item) { return item->is_late; });
    if (!group.empty()) loops_->start(spool(std::move(group)), "intake_spool");
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

}  // namespace wescrm::jobs
