#include "decisions.hpp"

#include "resolve.hpp"
#include "store.hpp"
#include "undo.hpp"

#include <wescrm/org/handover.hpp>
#include <wescrm/org/sync.hpp>

namespace wescrm::org {
namespace {

using database::bind;

struct Held {
    Instant started_at;
};

// A card can be changed by the code of its sending for 24 hours.
constexpr auto code_life = hours{24};

Result<Held> lock_held(operation::Context& ctx, SyncRunId run, SyncConfig const& config) {
    auto const row = ctx.sql().row<std::string, Instant>(
        "select state, started_at from sync_run where tenant_id = :tenant and id = :run for update",
        {bind("tenant", ctx.tenant()), bind("run", run)});
    if (!row) return Error{Errc::not_found, "sync_run", "没有这次同步"};
    auto const& [state, started_at] = *row;
    if (state != "held") return Error{Errc::conflict, "decided", "这次同步没有等待确认的停用，或已处理过"};
    if (started_at + config.decision < ctx.now())
        return Error{Errc::conflict, "expired", "确认已过期，请重新同步后再确认"};
    return Held{started_at};
}

// Every administrator got the card with the question; whoever decides, all of them see the answer instead of buttons.
// The card that was pressed is changed by the press itself.
void close_cards(operation::Context& ctx, SyncRunId run, std::string const& decision) {
    auto const pressed = ctx.actor().channel == operation::Channel::chat ? ctx.actor().employee : EmployeeId{};
    for (auto const& [employee, code] : ctx.sql().rows<EmployeeId, std::string>(
             "select employee_id, response_code from outbox where tenant_id = :tenant and source_kind = 'sync_run' and "
             "source_id = :run and kind = 'sync_held' and response_code is not null and created_at > :since order by "
             "employee_id",
             {bind("tenant", ctx.tenant()), bind("run", run), bind("since", ctx.now() - code_life)})) {
        if (employee == pressed) continue;
        auto update = operation::CardUpdate{};
        update.effect_key = "sync_decided:" + std::to_string(run.value()) + ":" + std::to_string(employee.value());
        update.to = employee;
        update.response_code = code;
        update.replace_button_text = decision;
        ctx.outbox().update_card(update);
    }
}

void decide(operation::Context& ctx, SyncRunId run, std::string_view state, int count) {
    auto const by = ctx.actor().is_system() ? std::optional<EmployeeId>{} : std::optional{ctx.actor().employee};
    ctx.sql().execute(
        "update sync_run set state = :state, decided_at = :now, decided_by = :by, deactivated = deactivated + :count "
        "where tenant_id = :tenant and id = :run",
        {bind("tenant", ctx.tenant()), bind("run", run), bind("state", state), bind("now", ctx.now()), bind("by", by),
         bind("count", count)});
    auto entry = operation::AuditEntry{};
    entry.object = "sync_run";
    entry.object_id = run.value();
    entry.action = state == "accepted" ? "org.sync.accept" : "org.sync.keep";
    entry.after = R"({"deactivated":)" + std::to_string(count) + "}";
    ctx.audit(entry);
    ctx.outbox().cancel("sync_run", run.value());
    close_cards(ctx, run, state == "accepted" ? "已确认停用" : "已保留");
}

// Only those: what else the run wrote may have been changed by somebody meanwhile.
void seal_new_undo(operation::Context& ctx, SyncRunId run, std::vector<std::int64_t> const& people) {
    ctx.sql().execute(
        "update sync_undo u set version_after = e.version from employee e where u.tenant_id = :tenant and u.run_id = "
        ":run and u.object = 'employee' and u.object_id = any(:ids::bigint[]) and e.tenant_id = :tenant and e.id = "
        "u.object_id",
        {bind("tenant", ctx.tenant()), bind("run", run), bind("ids", people)});
}

void wait_for_result(operation::Context& ctx) {
    if (ctx.actor().is_system()) return;
    ctx.sql().execute(
        "insert into sync_request (tenant_id, employee_id, at) values (:tenant, :me, :now) on conflict (tenant_id, "
        "employee_id) do update set at = excluded.at",
        {bind("tenant", ctx.tenant()), bind("me", ctx.actor().employee), bind("now", ctx.now())});
}

}  // namespace

void keep_people(database::Session& sql, TenantId tenant, SyncRunId run, Instant now) {
    sql.execute(
        "update employee e set kept_at = :now from sync_change c where c.tenant_id = :tenant and c.run_id = :run and "
        "c.kind = 'hold' and c.object = 'employee' and e.tenant_id = :tenant and e.user_id = c.object_key and e.status "
        "= 'active'",
        {bind("tenant", tenant), bind("run", run), bind("now", now)});
}

Result<int> accept_deletions(operation::Context& ctx, SyncRunId run, SyncConfig const& config) {
    auto const held = lock_held(ctx, run, config);
    if (!held) return held.error();
    auto store = OrgStore{ctx.sql(), ctx.tenant()};
    auto count = std::int64_t{0};
    auto gone = std::vector<std::int64_t>{};
    for (auto const* status : {"left", "disabled"}) {
        auto const ids = ctx.sql().values<std::int64_t>(
            "select e.id from sync_change c join employee e on e.tenant_id = c.tenant_id and e.user_id = c.object_key "
            "where c.tenant_id = :tenant and c.run_id = :run and c.kind = 'hold' and c.object = 'employee' and "
            "c.detail = :status "
            "and (:status = 'disabled' or e.missing_since is not null or not exists (select 1 from sync_run later "
            "where "
            "  later.tenant_id = :tenant and later.started_at > :started and later.state in ('done', 'held')))",
            {bind("tenant", ctx.tenant()), bind("run", run), bind("status", status),
             bind("started", held->started_at)});
        remember_employees(ctx.sql(), ctx.tenant(), run, ids);
        count += store.deactivate(ids, status, "wecom", ctx.now(), held->started_at);
        gone.insert(gone.end(), ids.begin(), ids.end());
    }
    resolve_after_departure(ctx.sql(), ctx.tenant(), gone);
    auto people = std::vector<EmployeeId>{};
    for (auto const id : gone) people.emplace_back(id);
    remind_of_handover(ctx, people);
    seal_new_undo(ctx, run, gone);
    decide(ctx, run, "accepted", static_cast<int>(count));
    return static_cast<int>(count);
}

Result<int> keep_deletions(operation::Context& ctx, SyncRunId run, SyncConfig const& config) {
    auto const held = lock_held(ctx, run, config);
    if (!held) return held.error();
    keep_people(ctx.sql(), ctx.tenant(), run, ctx.now());
    decide(ctx, run, "kept", 0);
    return 0;
}

Instant next_sync(TenantId tenant, Zone const& zone, Instant now, hours pull_every) {
    constexpr auto window = minutes{180};
    auto const spread = minutes{static_cast<std::int64_t>(static_cast<std::uint64_t>(tenant.value()) % window.count())};
    auto const at = [&](Date day) { return zone.instant({day, hours{2} + spread}); };
    auto const today = zone.date(now);
    auto const nightly = at(today) > now ? at(today) : at(add_days(today, 1));
    return std::min(nightly, now + pull_every);
}

void request_sync(operation::Context& ctx) {
    ctx.timers().schedule({"org_sync", "company", ctx.tenant().value(), ctx.now()});
    wait_for_result(ctx);
}

void request_apply(operation::Context& ctx, SyncRunId preview) {
    ctx.timers().schedule({"org_sync_apply", "sync_run", preview.value(), ctx.now()});
    wait_for_result(ctx);
}

void request_preview(operation::Context& ctx) {
    ctx.timers().schedule({"org_sync_preview", "company", ctx.tenant().value(), ctx.now()});
}

void schedule_next_sync(operation::Context& ctx, hours pull_every) {
    auto timer = operation::Timer{"org_sync", "company", ctx.tenant().value(),
                                  next_sync(ctx.tenant(), ctx.zone(), ctx.now(), pull_every)};
    timer.grace = minutes{24 * 60};
    ctx.timers().schedule(timer);
}

void on_sync_timer(operation::Context& ctx, hours pull_every,
                   std::function<void(TenantId, std::string const&)> const& launch) {
    schedule_next_sync(ctx, pull_every);
    if (are_automatic_syncs_paused(ctx)) return;
    auto const asked = ctx.sql().value<int>("select 1 from sync_request where tenant_id = :tenant limit 1",
                                            {bind("tenant", ctx.tenant())});
    ctx.sql().after_commit(
        [launch, tenant = ctx.tenant(), trigger = asked ? "manual" : "timer"] { launch(tenant, trigger); });
}

}  // namespace wescrm::org
