// How long a night takes in which many records go back into their pool, and what others feel of it:
// `recycle_bench DATABASE_URL [--records N]`. Works in a database that it may fill: give it one of its own. Prints
// JSON.
#include "given.hpp"

#include <wescrm/agenda/operations.hpp>
#include <wescrm/base/clock.hpp>
#include <wescrm/base/crypto.hpp>
#include <wescrm/sales/customer.hpp>
#include <wescrm/sales/high_sea_jobs.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <iostream>
#include <thread>

namespace {

using namespace wescrm;
using database::bind;
using database::Pool;
using database::Scope;
using database::Session;
using Steady = std::chrono::steady_clock;

constexpr auto pause_between_lookups = milliseconds{20};
constexpr std::size_t lookups_before = 150;

struct Bench {
    database::Database& db;
    ManualClock& clock;
    TenantId tenant;
    bench::PlainRenderer renderer{};

    template <class Job>
    void run(Job const& job) {
        auto const done = db.run_blocking(Pool::worker, Scope::of(tenant), [&](Session& sql) -> Result<int> {
            auto const services = operation::Services{&renderer, {}, {}};
            auto ctx = operation::Context{sql, operation::system_actor(tenant, operation::Channel::timer), clock.now(),
                                          services};
            job(ctx);
            return 0;
        });
        if (!done) throw std::runtime_error{done.error().reason + " " + done.error().message};
    }

    // Records that nobody followed for two months, the rule that takes them, and the warnings that have arrived.
    void prepare(std::int64_t records) {
        run([&](operation::Context& ctx) {
            auto& sql = ctx.sql();
            sql.execute("update high_sea_rule set enabled = (kind = 'no_follow') where tenant_id = :t",
                        {bind("t", tenant)});
            sql.execute(
                "insert into customer (tenant_id, no, name, name_core, owner_id, acquired_at, created_at, updated_at, "
                "recycle_due_at, recycle_rule_id, recycle_high_sea_id) select :t, 'B' || n, '压测客户' || n, "
                "'压测客户' "
                "|| n, o.ids[1 + n % cardinality(o.ids)], :then, :then, :then, :due, r.id, r.high_sea_id from "
                "generate_series(1, :count::bigint) n cross join (select array_agg(id) as ids from employee where "
                "tenant_id = :t and position = '销售代表') o cross join (select r.id, r.high_sea_id from high_sea_rule "
                "r "
                "join high_sea h on h.id = r.high_sea_id and h.tenant_id = r.tenant_id where r.tenant_id = :t and "
                "r.enabled and h.object = 'customer' and h.is_open limit 1) r",
                {bind("t", tenant), bind("count", records), bind("then", clock.now() - days{60}), bind("due", due())});
            sql.execute(
                "insert into recycle_warning (tenant_id, object, object_id, due_at, step, owner_id, effect_key, "
                "warned_at, delivered_at) select tenant_id, 'customer', id, recycle_due_at, 1, owner_id, '', "
                ":then, :then from customer where tenant_id = :t and no like 'B%'",
                {bind("t", tenant), bind("then", clock.now() - days{3})});
            sql.script("analyze customer; analyze recycle_warning");
        });
    }
    [[nodiscard]] Instant due() const {
        auto const zone = Zone{};
        return zone.start_of(add_days(zone.date(clock.now() - days{60}), 31)) - seconds{1};
    }

    double lookup() {
        auto const begun = Steady::now();
        auto const done = db.run_blocking(Pool::web, Scope::of(tenant), [&](Session& sql) -> Result<int> {
            auto actor = operation::load_actor(sql, tenant, UserId{"zhoushaohua"}, operation::Channel::chat);
            if (!actor) return actor.error();
            auto const services = operation::Services{&renderer, {}, {}};
            auto ctx = operation::Context{sql, std::move(*actor), clock.now(), services};
            auto const found = sales::search_customers(ctx, {"科技", std::nullopt});
            if (!found) return found.error();
            return 0;
        });
        if (!done) std::cerr << done.error().reason << '\n';
        return std::chrono::duration<double, std::milli>(Steady::now() - begun).count();
    }
};

double percentile(std::vector<double> values, double share) {
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    return values[std::min(values.size() - 1, static_cast<std::size_t>(share * static_cast<double>(values.size())))];
}

// Steps of the run until it is done, as the timer worker takes them.
int work_off(Bench& bench, sales::TimerHandlers const& handlers) {
    auto steps = 0;
    for (auto is_done = false; !is_done; ++steps)
        bench.run([&](operation::Context& ctx) {
            auto const done = handlers.at("high_sea_batch")(ctx, {"high_sea_batch", "high_sea_run", 0, ctx.now()});
            if (!done) throw std::runtime_error{done.error().message};
            is_done = ctx.sql()
                          .value<int>(
                              "select 1 where not exists (select 1 from high_sea_run where tenant_id = :t and phase <> "
                              "'done')",
                              {bind("t", ctx.tenant())})
                          .has_value();
        });
    return steps;
}

int measure(Bench& bench, std::int64_t records) {
    auto const handlers = sales::high_sea_timers({}, {agenda::follow_pool_entry});
    bench.prepare(records);
    auto before = std::vector<double>{};
    for (std::size_t i = 0; i < lookups_before; ++i) {
        before.push_back(bench.lookup());
        std::this_thread::sleep_for(pause_between_lookups);
    }
    auto is_running = std::atomic<bool>{true};
    auto during = std::vector<double>{};
    auto others = std::thread{[&] {
        while (is_running) {
            during.push_back(bench.lookup());
            std::this_thread::sleep_for(pause_between_lookups);
        }
    }};
    auto const begun = Steady::now();
    bench.run([&](operation::Context& ctx) {
        (void)handlers.at("high_sea_night")(ctx, {"high_sea_night", "tenant", ctx.tenant().value(), ctx.now()});
    });
    auto const steps = work_off(bench, handlers);
    auto const took = std::chrono::duration<double>(Steady::now() - begun).count();
    is_running = false;
    others.join();
    auto recycled = std::int64_t{0};
    bench.run([&](operation::Context& ctx) {
        recycled = ctx.sql()
                       .value<std::int64_t>(
                           "select count(*) from customer where tenant_id = :t and no like 'B%' and "
                           "owner_id is null",
                           {bind("t", ctx.tenant())})
                       .value_or(0);
    });
    std::cout << "{\"records\":" << records << ",\"recycled\":" << recycled << ",\"seconds\":" << took
              << ",\"transactions\":" << steps << ",\"lookup_ms\":{\"before\":{\"p50\":" << percentile(before, 0.5)
              << ",\"p99\":" << percentile(before, 0.99) << "},\"during\":{\"p50\":" << percentile(during, 0.5)
              << ",\"p99\":" << percentile(during, 0.99) << ",\"count\":" << during.size() << "}}}\n";
    return recycled == records ? 0 : 1;
}

}  // namespace

int main(int count, char** words) {
    if (count < 2) {
        std::cerr << "recycle_bench DATABASE_URL [--records N]\n";
        return 2;
    }
    auto records = std::int64_t{20'000};
    if (count == 4 && std::string_view{words[2]} == "--records") records = std::stoll(words[3]);
    auto config = database::Config{};
    config.url = words[1];
    if (!bench::migrate(config.url)) return 1;
    auto db = database::Database{config};
    // A Wednesday, so that the night takes what is due.
    auto clock = ManualClock{parse_rfc3339("2026-11-25T02:00:00+08:00").value()};
    auto const company = bench::demo_company(db, demo::Size::small, clock);
    if (!company) return 1;
    auto bench = Bench{db, clock, company->tenant};
    return measure(bench, records);
}
