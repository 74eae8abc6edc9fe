#include "../grace.hpp"
#include "../lead/scores.hpp"
#include "../tags/replacing.hpp"
#include "../tags/tag_rules.hpp"
#include "fair_claims.hpp"
#include "night.hpp"
#include "records.hpp"

// The nightly run: begins at its hour, works through the records that come due in steps, tells everybody once at the
// end.
namespace wescrm::sales {
namespace {

using database::bind;

struct Run {
    Date day{};
    Instant started;
    std::string phase;  ///< customer, lead, tell, done
    std::optional<Instant> due;
    std::int64_t id = 0;
};
BOOST_DESCRIBE_STRUCT(Run, (), (day, started, phase, due, id))

std::optional<Run> current(operation::Context& ctx) {
    return ctx.sql().record<Run>(
        "select day, started_at, phase, cursor_due, cursor_id from high_sea_run where tenant_id = :tenant and phase <> "
        "'done' order by day desc limit 1 for update",
        {bind("tenant", ctx.tenant())});
}

void next_step(operation::Context& ctx) {
    auto step = operation::Timer{"high_sea_batch", "high_sea_run", 0, ctx.now()};
    step.grace = work_grace;
    ctx.timers().schedule(step);
}

void enter(operation::Context& ctx, Run const& run, std::string_view phase) {
    ctx.sql().execute(
        "update high_sea_run set phase = :phase, cursor_due = null, cursor_id = 0, finished_at = case when "
        ":phase = 'done' then :now::timestamptz end where tenant_id = :tenant and day = :day",
        {bind("tenant", ctx.tenant()), bind("day", run.day), bind("phase", phase), bind("now", ctx.now())});
}

void count(operation::Context& ctx, Run const& run, NightCounts const& done, Instant due, std::int64_t id) {
    ctx.sql().execute(
        "update high_sea_run set warned = warned + :warned, postponed = postponed + :postponed, recycled = recycled + "
        ":recycled, failed = failed + :failed, failures = failures || to_jsonb(:failures::text[]), cursor_due = "
        ":due, cursor_id = :id where tenant_id = :tenant and day = :day",
        {bind("tenant", ctx.tenant()), bind("day", run.day), bind("warned", done.warned),
         bind("postponed", done.postponed), bind("recycled", done.recycled), bind("failed", done.failed),
         bind("failures", done.failures), bind("due", due), bind("id", id)});
}

// One transaction's worth of records in the order in which they come due.
void work_some(operation::Context& ctx, Run const& run, HighSeaConfig const& config,
               std::vector<PoolFollower> const& followers) {
    auto const object = run.phase == "lead" ? PoolObject::lead : PoolObject::customer;
    auto const horizon = end_of(ctx.zone(), add_days(run.day, RuleBook{ctx, object}.longest_step()));
    auto const rows = ctx.sql().rows<std::int64_t, Instant>(
        "select id, recycle_due_at from " + std::string{name_of(object)} +
            " where tenant_id = :tenant and recycle_due_at is not null and deleted_at is null and recycle_due_at <= "
            ":horizon and (recycle_due_at, id) > (coalesce(:due::timestamptz, '-infinity'), :id::bigint) order by "
            "recycle_due_at, id limit :limit",
        {bind("tenant", ctx.tenant()), bind("horizon", horizon), bind("due", run.due), bind("id", run.id),
         bind("limit", config.batch)});
    if (rows.empty()) {
        enter(ctx, run, object == PoolObject::customer ? "lead" : "tell");
        return;
    }
    auto ids = std::vector<std::int64_t>{};
    for (auto const& [id, due] : rows) ids.push_back(id);
    auto const done = work_night(ctx, object, ids, followers);
    count(ctx, run, done, std::get<1>(rows.back()), std::get<0>(rows.back()));
}

Result<void> on_night(operation::Context& ctx, HighSeaConfig const& config) {
    schedule_night(ctx, config);
    note_deliveries(ctx);
    schedule_all_tag_rules(ctx);
    for (auto const object : {PoolObject::customer, PoolObject::lead}) end_protections(ctx, object);
    ctx.sql().execute(
        "update high_sea_run set phase = 'done' where tenant_id = :tenant and phase <> 'done' and day < "
        ":day",
        {bind("tenant", ctx.tenant()), bind("day", ctx.today())});
    auto const begun = ctx.sql().execute(
        "insert into high_sea_run (tenant_id, day, started_at) values (:tenant, :day, "
        ":now) on conflict do nothing",
        {bind("tenant", ctx.tenant()), bind("day", ctx.today()), bind("now", ctx.now())});
    if (begun > 0) next_step(ctx);
    return {};
}

Result<void> on_batch(operation::Context& ctx, HighSeaConfig const& config,
                      std::vector<PoolFollower> const& followers) {
    auto const run = current(ctx);
    if (!run) return {};
    if (run->phase == "tell") {
        tell_night(ctx, run->day, run->started, config.tell_at);
        enter(ctx, *run, "done");
        return {};
    }
    work_some(ctx, *run, config, followers);
    next_step(ctx);
    return {};
}

}  // namespace

void schedule_night(operation::Context& ctx, HighSeaConfig const& config) {
    auto at = ctx.zone().start_of(ctx.today()) + config.run_at;
    if (at <= ctx.now()) at = ctx.zone().start_of(add_days(ctx.today(), 1)) + config.run_at;
    auto night = operation::Timer{"high_sea_night", "tenant", ctx.tenant().value(), at};
    night.grace = work_grace;
    ctx.timers().schedule(night);
}

TimerHandlers high_sea_timers(HighSeaConfig const& config, std::vector<PoolFollower> followers, TagLimits const& tags) {
    auto handlers = TimerHandlers{};
    handlers["high_sea_night"] = [config](operation::Context& ctx, operation::Timer const&) {
        return on_night(ctx, config);
    };
    handlers["high_sea_batch"] = [config, followers = std::move(followers)](operation::Context& ctx,
                                                                            operation::Timer const&) {
        return on_batch(ctx, config, followers);
    };
    handlers["high_sea_recompute"] = [](operation::Context& ctx, operation::Timer const& timer) -> Result<void> {
        recompute_from(ctx, timer.ref_kind == "lead" ? PoolObject::lead : PoolObject::customer, timer.ref_id);
        return {};
    };
    handlers["high_sea_round"] = [](operation::Context& ctx, operation::Timer const& timer) {
        return decide_round(ctx, timer.ref_id);
    };
    handlers["lead_rescore"] = [](operation::Context& ctx, operation::Timer const& timer) -> Result<void> {
        rescore_from(ctx, timer.ref_id);
        return {};
    };
    handlers["tag_replace"] = [tags](operation::Context& ctx, operation::Timer const& timer) -> Result<void> {
        replace_some(ctx, TagId{timer.ref_id}, tags.replaced);
        return {};
    };
    handlers["tag_rules"] = [config](operation::Context& ctx, operation::Timer const& timer) -> Result<void> {
        work_tag_checks(ctx, tagged_object(timer.ref_kind), config.batch);
        return {};
    };
    handlers["tag_rules_all"] = [tags](operation::Context& ctx, operation::Timer const& timer) -> Result<void> {
        find_tag_checks(ctx, tagged_object(timer.ref_kind), timer.ref_id, tags.rule_records);
        return {};
    };
    return handlers;
}

}  // namespace wescrm::sales
