#include "notices.hpp"
#include "undo.hpp"
#include "work.hpp"

#include <wescrm/base/log.hpp>
#include <wescrm/org/handover.hpp>

// The end of a sync: what it did is kept, and whoever waits for it is told.
namespace wescrm::org {
namespace {

using database::bind;
using database::Pool;
using database::Scope;
using database::Session;

void keep_changes(Session& sql, TenantId tenant, SyncRunId run, std::vector<Change> const& changes) {
    auto kinds = std::vector<std::string>{};
    auto objects = std::vector<std::string>{};
    auto keys = std::vector<std::string>{};
    auto names = std::vector<std::string>{};
    auto details = std::vector<std::string>{};
    auto befores = std::vector<std::string>{};
    auto afters = std::vector<std::string>{};
    for (auto const& change : changes) {
        kinds.push_back(change.kind);
        objects.push_back(change.object);
        keys.push_back(change.key);
        names.push_back(change.name);
        details.push_back(change.detail);
        befores.push_back(change.before);
        afters.push_back(change.after);
    }
    sql.execute(
        "insert into sync_change (tenant_id, run_id, seq, kind, object, object_key, name, detail, before_text, "
        "after_text) select :tenant, :run, n.seq, n.kind, n.object, n.key, n.name, n.detail, n.before, n.after from "
        "unnest(:kinds::text[], :objects::text[], :keys::text[], :names::text[], :details::text[], :befores::text[], "
        ":afters::text[]) with ordinality n(kind, object, key, name, detail, before, after, seq)",
        {bind("tenant", tenant), bind("run", run), bind("kinds", kinds), bind("objects", objects), bind("keys", keys),
         bind("names", names), bind("details", details), bind("befores", befores), bind("afters", afters)});
}

}  // namespace

Async<void> Sync::finish(Work& work) {
    auto& report = work.report;
    if (!report.held_reason.empty())
        for (auto const& leaver : work.plan.leavers)
            report.changes.push_back(
                {"hold", "employee", leaver.employee.user.value(), leaver.employee.name, leaver.status});
    for (auto const& leaver : work.going)
        report.changes.push_back(
            {"deactivate", "employee", leaver.employee.user.value(), leaver.employee.name, leaver.status});
    auto const is_preview = work.options.is_preview() || work.is_outdated;
    if (is_preview && report.state != "incomplete") report.state = "preview";
    if (work.is_outdated) report.problem = "预览之后通讯录又有变化，没有改动任何内容。这是新的差异，请查看后再应用";
    if (!is_preview && work.options.trigger != "manual" && !work.is_first)
        report.lost_events = report.added + report.changed + report.missing;
    auto job = [this, &work, &report, is_preview](Session& sql) -> Result<int> {
        sql.execute(
            "update sync_run set finished_at = :now, state = :state, problem = nullif(:problem, ''), range_digest = "
            "nullif(:range, ''), "
            "failed = :failed, lost_events = :lost, added = :added, changed = :changed, missing = :missing, "
            "deactivated = :gone, rows_written = :rows, "
            "plan_digest = nullif(:digest, ''), held_reason = nullif(:held, '') where tenant_id = :tenant and id = "
            ":run",
            {bind("tenant", work.tenant), bind("run", report.run), bind("now", clock_.now()),
             bind("state", report.state), bind("problem", report.problem), bind("range", work.snapshot.range_digest),
             bind("added", report.added), bind("changed", report.changed), bind("missing", report.missing),
             bind("gone", report.deactivated), bind("rows", report.rows_written), bind("held", report.held_reason),
             bind("failed", report.failed), bind("lost", report.lost_events), bind("digest", work.digest)});
        keep_changes(sql, work.tenant, report.run, report.changes);
        auto ctx = operation::Context{sql, operation::system_actor(work.tenant, operation::Channel::sync), clock_.now(),
                                      services_};
        if (work.is_outdated && services_.renderer) tell_requesters(ctx, report);
        if (is_preview) return 0;
        seal_undo(sql, work.tenant, report.run);
        if (services_.renderer && report.state != "done") tell_administrators(ctx, report);
        auto gone = std::vector<EmployeeId>{};
        for (auto const& leaver : work.going) gone.emplace_back(leaver.employee.id);
        remind_of_handover(ctx, gone);
        if (services_.renderer) tell_requesters(ctx, report);
        return 0;
    };
    auto done = co_await db_.run(Pool::worker, Scope::of(work.tenant), std::move(job));
    if (!done) co_return done.error();
    log::info("org_synced", {{"tenant", work.tenant.value()},
                             {"state", report.state},
                             {"added", report.added},
                             {"changed", report.changed},
                             {"missing", report.missing},
                             {"deactivated", report.deactivated},
                             {"failed", report.failed},
                             {"lost_events", report.lost_events},
                             {"rows", report.rows_written}});
    co_return Result<void>{};
}

}  // namespace wescrm::org
