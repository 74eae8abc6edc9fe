#include <algorithm>
#include <numeric>

#include "signal.hpp"

#include <wescrm/base/log.hpp>
#include <wescrm/jobs/timer_worker.hpp>

namespace wescrm::jobs {

using database::bind;
using database::Pool;
using database::Scope;
using database::Session;
using Steady = std::chrono::steady_clock;

namespace {

// Marks the occurrence fired. False: it was cancelled, moved or fired meanwhile.
bool mark_fired(Session& sql, FiredTimer const& timer) {
    return sql.execute("update timer set state = 1 where tenant_id = :tenant and id = :id and occurrence = :occurrence and state = 0",
                       {bind("tenant", timer.tenant), bind("id", timer.id), bind("occurrence", timer.occurrence)}) == 1;
}

}  // namespace

TimerWorker::TimerWorker(asio::any_io_executor strand, database::Database& db, Buckets& buckets, Companies const& companies, Clock const& clock,
                         operation::Services const& services, TimerHandlers handlers, Metrics& metrics, TimerConfig config)
    : strand_{std::move(strand)},
      db_{db},
      buckets_{buckets},
      companies_{companies},
      clock_{clock},
      services_{services},
      handlers_{std::move(handlers)},
      metrics_{metrics},
      config_{config},
      wake_{std::make_shared<Wake>(strand_)},
      loops_{std::make_unique<Loops>(strand_)} {}

TimerWorker::~TimerWorker() = default;

void TimerWorker::start() { loops_->start(work(), "timers"); }
void TimerWorker::wake(TenantId) { wake_->raise_from_anywhere(); }

asio::awaitable<void> TimerWorker::drain(milliseconds limit) {
    is_stopping_ = true;
    wake_->raise();
    if (!co_await loops_->wait_for_end(limit)) log::warning("timers_stopped_late");
}

asio::awaitable<void> TimerWorker::work() {
    auto budget = config_.late_per_second;
    auto refill = Steady::now();
    while (!is_stopping_) {
        if (Steady::now() - refill >= seconds{1}) {
            refill = Steady::now();
            budget = config_.late_per_second;
        }
        auto fired = std::size_t{0};
        if (!is_working_off_ && !buckets_.owned().empty()) {
            auto timers = co_await due(buckets_.owned(), clock_.now(), config_.batch);
            auto const now = clock_.now();
            auto kept = std::vector<FiredTimer>{};
            for (auto& timer : timers) {
                auto const is_overdue = now - timer.due > minutes{10};
                if (is_overdue && budget <= 0) continue;
                if (is_overdue) --budget;
                kept.push_back(std::move(timer));
            }
            fired = co_await fire_all(std::move(kept));
        }
        if (fired < config_.batch || budget <= 0) co_await wake_->wait(config_.poll);
    }
}

asio::awaitable<std::vector<FiredTimer>> TimerWorker::due(std::vector<int> buckets, Instant until, std::size_t limit) {
    auto job = [buckets = std::move(buckets), until, limit, now = clock_.now()](Session& sql) -> Result<std::vector<FiredTimer>> {
        auto timers = std::vector<FiredTimer>{};
        for (auto& [tenant, id, kind, ref_kind, ref, due_at, occurrence, grace_us, attempts] :
             sql.rows<TenantId, std::int64_t, std::string, std::string, std::int64_t, Instant, int, std::int64_t, int>(
                 // Bucket by bucket, for each is a place in the index; all at once would be a sort of everything that is due.
                 "select d.tenant_id, d.id, d.kind, d.ref_kind, d.ref_id, d.due_at, d.occurrence, (extract(epoch from d.grace) * "
                 "1000000)::bigint, d.attempts from unnest(:buckets::smallint[]) owned (bucket) cross join lateral (select * from timer t "
                 "where t.bucket = owned.bucket and t.state = 0 and t.due_at <= :until order by t.due_at limit :limit) d order by d.due_at, "
                 "d.id limit :limit",
                 {bind("buckets", buckets), bind("until", until), bind("limit", limit)}))
            timers.push_back({tenant, id, std::move(kind), std::move(ref_kind), ref, due_at, occurrence,
                              lateness_of(due_at, microseconds{grace_us}, std::max(now, due_at)), attempts});
        return timers;
    };
    auto found = co_await db_.run(Pool::worker, Scope::of_queues(), std::move(job));
    if (!found) co_return std::vector<FiredTimer>{};
    std::erase_if(*found, [this](FiredTimer const& timer) {
        auto const failed = not_before_.find({timer.tenant, timer.id});
        return failed != not_before_.end() && Steady::now() < failed->second;
    });
    co_return std::move(*found);
}

asio::awaitable<std::size_t> TimerWorker::fire_all(std::vector<FiredTimer> timers) {
    auto fired = std::size_t{0};
    auto missed = std::map<TenantId, std::vector<FiredTimer>>{};
    for (auto& timer : timers) {
        auto const is_digested = handlers_.missed && (handlers_.missed_kinds.empty() || handlers_.missed_kinds.contains(timer.kind));
        if (timer.lateness == Lateness::missed && is_digested) {
            missed[timer.tenant].push_back(std::move(timer));
            continue;
        }
        if (is_stopping_) co_return fired;
        if (co_await fire(std::move(timer))) ++fired;
    }
    for (auto& [tenant, list] : missed) {
        auto const count = list.size();
        if (co_await fire_missed(std::move(list))) fired += count;
    }
    co_return fired;
}

operation::Actor TimerWorker::actor_for(TenantId tenant) const {
    auto const company = companies_.find(tenant);
    return operation::system_actor(tenant, operation::Channel::timer, company ? company->zone : Zone{});
}

asio::awaitable<bool> TimerWorker::fire(FiredTimer timer) {
    auto const handler = handlers_.fire.find(timer.kind);
    auto reason = std::string{"no handler"};
    auto is_bug = true;
    if (handler != handlers_.fire.end()) {
        auto job = [&, now = clock_.now()](Session& sql) -> Result<bool> {
            if (!mark_fired(sql, timer)) return false;
            auto context = operation::Context{sql, actor_for(timer.tenant), now, services_};
            auto const done = handler->second(context, timer);
            if (!done) return done.error();
            return true;
        };
        try {
            auto const done = co_await db_.run(Pool::worker, Scope::of(timer.tenant), std::move(job));
            if (done) {
                not_before_.erase({timer.tenant, timer.id});
                if (*done) ++metrics_.timers_fired;
                co_return *done;
            }
            reason = std::string{wescrm::name_of(done.error().code)} + ":" + done.error().reason;
            is_bug = class_of(done.error()) == FailureClass::permanent;
        } catch (std::exception const& e) {
            reason = std::string{"exception: "} + e.what();
        }
    }
    co_await fail(std::move(timer), is_bug, std::move(reason));
    co_return false;
}

asio::awaitable<bool> TimerWorker::fire_missed(std::vector<FiredTimer> timers) {
    auto job = [&, now = clock_.now()](Session& sql) -> Result<bool> {
        auto marked = std::vector<FiredTimer>{};
        for (auto const& timer : timers)
            if (mark_fired(sql, timer)) marked.push_back(timer);
        if (marked.empty()) return false;
        auto context = operation::Context{sql, actor_for(timers.front().tenant), now, services_};
        auto const done = handlers_.missed(context, marked);
        if (!done) return done.error();
        return true;
    };
    auto reason = std::string{};
    try {
        auto const done = co_await db_.run(Pool::worker, Scope::of(timers.front().tenant), std::move(job));
        if (done) co_return *done;
        reason = done.error().reason;
    } catch (std::exception const& e) {
        reason = e.what();
    }
    for (auto const& timer : timers) co_await fail(timer, true, reason);
    co_return false;
}

// A failing timer must not hold up the others: it rests, longer each time, and dies if it is a mistake of ours.
asio::awaitable<void> TimerWorker::fail(FiredTimer timer, bool is_bug, std::string reason) {
    auto const is_dead = is_bug && timer.attempts + 1 >= config_.attempts;
    log::warning(is_dead ? "timer_dead" : "timer_failed", {{"id", timer.id}, {"kind", timer.kind}, {"reason", reason}});
    not_before_[{timer.tenant, timer.id}] = Steady::now() + seconds{std::min(60, 1 << std::min(timer.attempts, 6))};
    if (is_dead) not_before_.erase({timer.tenant, timer.id});
    auto job = [&](Session& sql) -> Result<int> {
        sql.execute("update timer set attempts = least(attempts + 1, 1000), last_error = :reason, state = :state where tenant_id = :tenant and id "
                    "= :id and state = 0",
                    {bind("reason", reason), bind("state", is_dead ? 4 : 0), bind("tenant", timer.tenant), bind("id", timer.id)});
        return 0;
    };
    co_await db_.run(Pool::worker, Scope::of(timer.tenant), std::move(job));
}

asio::awaitable<std::size_t> TimerWorker::work_off(Instant until, std::function<void(Instant)> move_clock, std::size_t limit) {
    is_working_off_ = true;
    auto every_bucket = std::vector<int>(256);
    std::iota(every_bucket.begin(), every_bucket.end(), 0);
    auto fired = std::size_t{0};
    while (fired < limit && !is_stopping_) {
        auto next = co_await due(every_bucket, until, 1);
        if (next.empty()) break;
        if (next.front().due > clock_.now()) move_clock(next.front().due);
        next.front().lateness = Lateness::on_time;
        if (co_await fire(std::move(next.front()))) ++fired;
    }
    if (until > clock_.now()) move_clock(until);
    is_working_off_ = false;
    wake_->raise();
    co_return fired;
}

}  // namespace wescrm::jobs
