#include <wescrm/jobs/maintenance.hpp>

#include "signal.hpp"

#include <wescrm/base/log.hpp>
#include <wescrm/base/text.hpp>

namespace wescrm::jobs {

using database::bind;
using database::Pool;
using database::Scope;
using database::Session;
using Steady = std::chrono::steady_clock;

namespace {

std::string partition_of(Date day) { return "inbox_" + text::replace_all(format_date(day), "-", ""); }

// Attaching takes a weaker lock than creating a table as a partition would, so intake goes on meanwhile. A day whose rows lie in the default
// partition already cannot get one of its own any more.
void make_partition(Session& sql, Date day) {
    auto const name = partition_of(day);
    sql.script("select pg_advisory_xact_lock(4004)");  // one node at a time
    if (sql.value<bool>("select to_regclass(:name) is not null", {bind("name", name)}).value_or(true)) return;
    auto const refused = sql.attempt([&] {
        sql.script("create table " + name + " (like inbox including defaults including constraints including storage); alter table " + name +
                   " set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0); "
                   "select protect_queue('" + name + "'); alter table inbox attach partition " + name + " for values from ('" +
                   format_date(day) + "') to ('" + format_date(add_days(day, 1)) + "')");
    });
    if (refused) log::warning("inbox_partition_not_made", {{"day", format_date(day)}, {"sqlstate", refused->sqlstate}});
}

struct Gauges {
    std::int64_t count = 0;
    double oldest = 0;
};

}  // namespace

Maintenance::Maintenance(asio::any_io_executor strand, database::Database& db, Clock const& clock, Metrics& metrics, MaintenanceConfig config)
    : strand_{std::move(strand)},
      db_{db},
      clock_{clock},
      metrics_{metrics},
      config_{config},
      wake_{std::make_shared<Wake>(strand_)},
      loops_{std::make_unique<Loops>(strand_)} {}

Maintenance::~Maintenance() = default;

void Maintenance::start() { loops_->start(work(), "maintenance"); }

asio::awaitable<void> Maintenance::drain(milliseconds limit) {
    is_stopping_ = true;
    wake_->raise();
    co_await loops_->wait_for_end(limit);
}

asio::awaitable<void> Maintenance::work() {
    auto next = Steady::now();
    while (!is_stopping_) {
        try {
            if (Steady::now() >= next) {
                auto const done = co_await run_once();
                next = Steady::now() + (done ? config_.every : config_.measure_every);
            }
            co_await measure();
        } catch (std::exception const& e) {
            log::error("maintenance_failed", {{"error", e.what()}});
            next = Steady::now() + config_.every;
        }
        co_await wake_->wait(config_.measure_every);
    }
}

Async<void> Maintenance::run_once() {
    auto const made = co_await make_partitions();
    if (!made) co_return made;
    auto const dropped = co_await drop_partitions();
    if (!dropped) co_return dropped;
    co_return co_await delete_old();
}

Async<void> Maintenance::make_partitions() {
    auto const today = Date{std::chrono::floor<days>(clock_.now())};
    for (auto ahead = -3; ahead <= config_.partitions_ahead; ++ahead) {
        auto job = [day = add_days(today, ahead)](Session& sql) -> Result<int> {
            make_partition(sql, day);
            return 0;
        };
        auto const done = co_await db_.run(Pool::worker, Scope::of_queues(), std::move(job));
        if (!done) co_return done.error();
    }
    co_return Result<void>{};
}

Async<void> Maintenance::drop_partitions() {
    auto const oldest = partition_of(add_days(Date{std::chrono::floor<days>(clock_.now())}, -config_.inbox_days));
    auto list = [&oldest](Session& sql) -> Result<std::vector<std::string>> {
        return sql.values<std::string>(
            "select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'inbox'::regclass and c.relname ~ "
            "'^inbox_[0-9]{8}$' and c.relname < :oldest",
            {bind("oldest", oldest)});
    };
    auto const names = co_await db_.run(Pool::worker, Scope::of_queues(), std::move(list));
    if (!names) co_return names.error();
    for (auto const& name : *names) {
        auto job = [&name](Session& sql) -> Result<int> {
            // Dead letters are kept until somebody has looked at them: they move to the default partition.
            sql.script("alter table inbox detach partition " + name);
            sql.script("insert into inbox overriding system value select * from " + name + " where state not in (2, 5)");
            sql.script("drop table " + name);
            return 0;
        };
        auto const done = co_await db_.run(Pool::worker, Scope::of_queues(), std::move(job));
        if (!done) co_return done.error();
    }
    co_return Result<void>{};
}

Async<void> Maintenance::delete_old() {
    struct Step {
        std::string_view sql;
        int days_kept;
    };
    auto const steps = {
        Step{"delete from outbox where (tenant_id, id) in (select tenant_id, id from outbox where state in (2, 5, 6) and created_at < :before limit "
             ":page)",
             config_.outbox_days},
        Step{"delete from timer where (tenant_id, id) in (select tenant_id, id from timer where state in (1, 2) and due_at < :before limit :page)",
             config_.timer_days},
        Step{"delete from inbox_default where ctid in (select ctid from inbox_default where state in (2, 5) and received_at < :before limit :page)",
             config_.inbox_days},
    };
    for (auto const& step : steps) {
        for (auto deleted = std::int64_t{config_.page}; deleted >= config_.page && !is_stopping_;) {
            auto job = [&step, before = clock_.now() - days{step.days_kept}, page = config_.page](Session& sql) -> Result<std::int64_t> {
                return sql.execute(step.sql, {bind("before", before), bind("page", page)});
            };
            auto const done = co_await db_.run(Pool::worker, Scope::of_queues(), std::move(job));
            if (!done) co_return done.error();
            deleted = *done;
        }
    }
    co_return Result<void>{};
}

Async<void> Maintenance::measure() {
    auto job = [this, now = clock_.now()](Session& sql) -> Result<int> {
        auto const gauge = [&](char const* query) {
            auto const row = sql.row<std::int64_t, std::optional<double>>(query, {bind("now", now)});
            return row ? Gauges{std::get<0>(*row), std::get<1>(*row).value_or(0)} : Gauges{};
        };
        auto const inbox = gauge("select count(*), extract(epoch from :now::timestamptz - min(run_at)) from inbox where state in (0, 3) and run_at "
                                 "<= :now");
        metrics_.inbox_depth = inbox.count;
        metrics_.inbox_lag_seconds = inbox.oldest;
        auto const outbox = gauge("select count(*), extract(epoch from :now::timestamptz - min(not_before)) from outbox where state in (0, 3) and "
                                  "not_before <= :now");
        metrics_.outbox_depth = outbox.count;
        metrics_.outbox_lag_seconds = outbox.oldest;
        for (auto& oldest : metrics_.outbox_oldest_seconds) oldest = 0;
        for (auto const& [priority, seconds_waiting] :
             sql.rows<int, double>("select priority, extract(epoch from :now::timestamptz - min(not_before)) from outbox where state in (0, 3) and "
                                   "not_before <= :now and priority between 0 and 3 group by priority",
                                   {bind("now", now)}))
            metrics_.outbox_oldest_seconds[static_cast<std::size_t>(priority)] = seconds_waiting;
        metrics_.timers_due = sql.value<std::int64_t>("select count(*) from timer where state = 0 and due_at <= :now", {bind("now", now)}).value_or(0);
        metrics_.inbox_dead = sql.value<std::int64_t>("select count(*) from inbox where state = 4").value_or(0);
        metrics_.outbox_dead = sql.value<std::int64_t>("select count(*) from outbox where state = 4").value_or(0);
        metrics_.timers_dead = sql.value<std::int64_t>("select count(*) from timer where state = 4").value_or(0);
        return 0;
    };
    auto const done = co_await db_.run(Pool::worker, Scope::of_queues(), std::move(job));
    if (!done) co_return done.error();
    co_return Result<void>{};
}

}  // namespace wescrm::jobs
