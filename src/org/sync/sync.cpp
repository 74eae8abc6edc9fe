#include "decisions.hpp"
#include "notices.hpp"
#include "resolve.hpp"
#include "rules/diff.hpp"
#include "rules/guard.hpp"
#include "rules/plan_digest.hpp"
#include "store.hpp"
#include "undo.hpp"

#include <wescrm/base/crypto.hpp>
#include <wescrm/base/encoding.hpp>
#include <wescrm/base/log.hpp>
#include <wescrm/org/handover.hpp>
#include <wescrm/org/sync.hpp>

#include <algorithm>
#include <chrono>

namespace wescrm::org {
namespace {

using database::bind;
using database::Pool;
using database::Scope;
using database::Session;

using Stopwatch = std::chrono::steady_clock;

double seconds_since(Stopwatch::time_point start) {
    return std::chrono::duration<double>(Stopwatch::now() - start).count();
}

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

template <class Rows>
std::vector<std::int64_t> ids_of(Rows const& rows) {
    auto ids = std::vector<std::int64_t>{};
    for (auto const& row : rows) ids.push_back(row.row.id);
    return ids;
}

}  // namespace

/// One run on its way.
struct Sync::Work {
    TenantId tenant;
    SyncOptions options;
    Instant t0;
    SyncReport report;
    Snapshot snapshot;
    std::int64_t root = 0;
    bool is_range_changed = false;
    bool was_incomplete = false;
    bool is_first = true;  ///< nothing was synchronised before
    std::size_t next_id = 0;
    std::vector<std::int64_t> new_ids;
    rules::Plan plan;
    std::vector<rules::Leaver> going;  ///< who will be switched off by this run
    std::vector<std::int64_t> removed_departments;
    std::string digest;                   ///< of everything that this run does
    std::optional<std::string> expected;  ///< what the preview has shown that shall be applied
    bool is_outdated = false;             ///< it is something else now: nothing is done

    [[nodiscard]] bool writes() const { return !options.is_dry_run && !is_outdated; }
    void tell(std::string step, std::size_t done, std::size_t total) const {
        if (options.progress) options.progress({std::move(step), done, total});
    }
};

// With those who go now: whether somebody is gone depends on when, and whom, WeCom was asked.
std::string Sync::digest_of(Work const& work) {
    auto all = rules::digest_of(work.plan) + work.report.held_reason;
    auto going = std::vector<std::int64_t>{};
    for (auto const& leaver : work.going) going.push_back(leaver.employee.id);
    std::ranges::sort(going);
    for (auto const id : going) all += "\t" + std::to_string(id);
    for (auto const id : work.removed_departments) all += "\td" + std::to_string(id);
    return to_base64url(sha256(all));
}

Async<SyncReport> Sync::run(TenantId tenant, ContactSource& source, SyncOptions options) {
    auto work = Work{};
    work.tenant = tenant;
    work.options = std::move(options);
    work.t0 = clock_.now();
    auto const is_recorded = !work.options.is_dry_run || work.options.is_preview();
    if (is_recorded)
        if (auto started = co_await start(work); !started) co_return started.error();
    work.tell("read", 0, 0);
    work.snapshot = co_await read_snapshot(source, config_.read);
    work.tell("read", work.snapshot.members.size(), work.snapshot.members.size());
    auto failure = std::optional<Error>{};
    if (work.snapshot.problem) {
        work.report.state = "incomplete";
        work.report.problem = *work.snapshot.problem;
    } else if (auto merged = co_await merge(work, source); !merged) {
        work.report.state = "incomplete";  // not "running": the next try need not wait until this one counts as dead
        work.report.problem = "写入未完成";
        failure = merged.error();
    }
    if (is_recorded) {
        auto finished = co_await finish(work);
        if (!finished && !failure) failure = finished.error();
    }
    if (failure) co_return std::move(*failure);
    co_return std::move(work.report);
}

Async<void> Sync::merge(Work& work, ContactSource& source) {
    auto const began = Stopwatch::now();
    if (auto compared = co_await compare(work); !compared) co_return compared.error();
    work.report.database_seconds = seconds_since(began);
    if (work.report.held_reason.empty()) co_await confirm(work, source);
    work.digest = digest_of(work);
    work.is_outdated = work.options.as_previewed && work.expected != work.digest;
    auto const applying = Stopwatch::now();
    if (work.writes())
        if (auto applied = co_await apply(work); !applied) co_return applied.error();
    work.report.database_seconds += seconds_since(applying);
    work.report.state = work.report.held_reason.empty() ? "done" : "held";
    co_return Result<void>{};
}

// A decision that nobody made in time is to keep them.
void Sync::keep_expired(Session& sql, Work const& work) const {
    auto const expired = sql.values<SyncRunId>(
        "select id from sync_run where tenant_id = :tenant and state = 'held' and started_at < :before",
        {bind("tenant", work.tenant), bind("before", work.t0 - config_.decision)});
    for (auto const run : expired) keep_people(sql, work.tenant, run, work.t0);
}

Async<void> Sync::start(Work& work) {
    auto job = [this, &work](Session& sql) -> Result<SyncRunId> {
        sql.execute("select pg_advisory_xact_lock(6071, hashtext(:tenant::text))", {bind("tenant", work.tenant)});
        sql.execute(
            "update sync_run set state = 'incomplete', problem = '同步中断', finished_at = :now where tenant_id = "
            ":tenant and "
            "state = 'running' and started_at < :before",
            {bind("tenant", work.tenant), bind("now", work.t0), bind("before", work.t0 - config_.abandoned)});
        auto const other =
            sql.value<std::int64_t>("select id from sync_run where tenant_id = :tenant and state = 'running' limit 1",
                                    {bind("tenant", work.tenant)});
        if (other) return Error{Errc::conflict, "sync_running", "同步正在进行，请稍后再试"};
        keep_expired(sql, work);
        sql.execute(
            "update sync_run set state = 'kept', decided_at = :now where tenant_id = :tenant and state = 'held' and "
            "started_at < :before",
            {bind("tenant", work.tenant), bind("now", work.t0), bind("before", work.t0 - config_.decision)});
        return sql
            .value<SyncRunId>(
                "insert into sync_run (tenant_id, started_at, trigger) values (:tenant, :now, :trigger) returning id",
                {bind("tenant", work.tenant), bind("now", work.t0), bind("trigger", work.options.trigger)})
            .value();
    };
    auto run = co_await db_.run(Pool::worker, Scope::of(work.tenant), std::move(job));
    if (!run) co_return run.error();
    work.report.run = *run;
    co_return Result<void>{};
}

Async<void> Sync::compare(Work& work) {
    work.tell("compare", 0, work.snapshot.members.size());
    auto job = [this, &work](Session& sql) -> Result<int> {
        auto store = OrgStore{sql, work.tenant};
        work.root = store.root();
        auto const stored = store.load();
        auto const before = sql.row<std::string>(
            "select state from sync_run where tenant_id = :tenant and id <> :run and state <> 'running' and trigger <> "
            "'preview' order by started_at desc limit 1",
            {bind("tenant", work.tenant), bind("run", work.report.run)});
        work.is_first = !before;
        if (work.options.as_previewed)
            work.expected = sql.value<std::string>(
                "select plan_digest from sync_run where tenant_id = :tenant and id = :run and state = 'preview' and "
                "plan_digest is not null",
                {bind("tenant", work.tenant), bind("run", *work.options.as_previewed)});
        work.was_incomplete = before && std::get<0>(*before) == "incomplete";
        auto const range = sql.value<std::string>(
            "select range_digest from sync_run where tenant_id = :tenant and state in ('done', 'accepted') and "
            "range_digest is not null "
            "order by started_at desc limit 1",
            {bind("tenant", work.tenant)});
        work.is_range_changed = range && *range != work.snapshot.range_digest;
        auto const fresh = std::size_t{work.snapshot.departments.size() + work.snapshot.members.size()};
        auto const known = std::min(fresh, stored.departments.size() + stored.employees.size());
        work.new_ids = store.new_ids(fresh - known + 64);
        work.next_id = 0;
        auto const new_id = [&work, &store] {
            if (work.next_id == work.new_ids.size()) work.new_ids = store.new_ids(1'000), work.next_id = 0;
            return work.new_ids[work.next_id++];
        };
        work.plan = rules::diff({stored, work.snapshot, work.root, work.t0, new_id, config_.kept_changes});
        auto const reason =
            rules::hold_reason(stored, work.plan.leavers, work.is_range_changed, work.was_incomplete, {});
        work.report.held_reason = reason.value_or("");
        return 0;
    };
    auto done = co_await db_.run(Pool::worker, Scope::of(work.tenant), std::move(job));
    if (!done) co_return done.error();
    work.snapshot.members = {};
    work.snapshot.departments = {};
    work.report.added = work.plan.added;
    work.report.changed = work.plan.changed;
    work.report.missing = work.plan.leavers.size();
    work.report.changes = std::move(work.plan.changes);
    co_return Result<void>{};
}

// Missing for the second time, or WeCom says so when asked for the single person.
Async<void> Sync::confirm(Work& work, ContactSource& source) {
    auto asked = std::size_t{0};
    for (auto const& leaver : work.plan.leavers) {
        auto const& missing = leaver.employee.missing_since;
        auto is_gone = leaver.is_listed || (missing && *missing + config_.between_misses <= work.t0);
        if (!is_gone && asked < config_.confirmations) {
            ++asked;
            auto const member = co_await source.member(leaver.employee.user);
            is_gone = !member && member.error().code == Errc::not_found;
        }
        if (is_gone) work.going.push_back(leaver);
    }
    for (auto const& department : work.plan.missing_departments)
        if (department.missing_since && *department.missing_since + config_.between_misses <= work.t0)
            work.removed_departments.push_back(department.id);
    co_return Result<void>{};
}

Async<void> Sync::apply_in_chunks(Work& work, std::string step, std::size_t total,
                                  std::function<std::int64_t(Session&, std::size_t, std::size_t)> write) {
    for (std::size_t from = 0; from < total; from += config_.chunk) {
        auto const to = std::min(total, from + config_.chunk);
        auto job = [&write, from, to](Session& sql) -> Result<std::int64_t> { return write(sql, from, to); };
        auto written = co_await db_.run(Pool::worker, Scope::of(work.tenant), std::move(job));
        if (!written) co_return written.error();
        work.report.rows_written += *written;
        work.tell(step, to, total);
    }
    co_return Result<void>{};
}

Async<void> Sync::apply(Work& work) {
    auto const& plan = work.plan;
    auto departments = [&](Session& sql, std::size_t from, std::size_t to) {
        auto const rows = std::span{plan.departments}.subspan(from, to - from);
        auto store = OrgStore{sql, work.tenant};
        if (from == config_.chunk) store.expect_growth({"department"}, plan.departments.size());
        remember_departments(sql, work.tenant, work.report.run, ids_of(rows));
        return store.write_departments(rows, work.t0);
    };
    if (auto done = co_await apply_in_chunks(work, "departments", plan.departments.size(), departments); !done)
        co_return done.error();
    auto employees = [&](Session& sql, std::size_t from, std::size_t to) {
        auto const rows = std::span{plan.employees}.subspan(from, to - from);
        if (from == config_.chunk)
            OrgStore{sql, work.tenant}.expect_growth({"employee", "employee_department", "role_member", "department"},
                                                     plan.employees.size());
        remember_employees(sql, work.tenant, work.report.run, ids_of(rows));
        return write_people(sql, work, rows);
    };
    if (auto done = co_await apply_in_chunks(work, "employees", plan.employees.size(), employees); !done)
        co_return done.error();
    auto superiors = [&](Session& sql, std::size_t from, std::size_t to) {
        return OrgStore{sql, work.tenant}.write_superiors(std::span{plan.superiors}.subspan(from, to - from));
    };
    if (auto done = co_await apply_in_chunks(work, "superiors", plan.superiors.size(), superiors); !done)
        co_return done.error();
    co_return co_await mark_missing(work);
}

// One person that cannot be written does not keep the others from it.
std::int64_t Sync::write_people(Session& sql, Work& work, std::span<rules::EmployeeRow const> rows) {
    auto store = OrgStore{sql, work.tenant};
    auto written = std::int64_t{0};
    auto const write = [&](std::span<rules::EmployeeRow const> some) {
        auto refused = sql.attempt([&] { written += store.write_employees(some, work.t0); });
        // Classes 22 and 23 are about what was to be written; anything else is about the database.
        if (refused && !refused->sqlstate.starts_with("22") && !refused->sqlstate.starts_with("23")) throw *refused;
        return refused;
    };
    if (!write(rows)) return written;
    for (std::size_t at = 0; at < rows.size(); ++at) {
        auto const refused = write(rows.subspan(at, 1));
        if (!refused) continue;
        auto const& row = rows[at].row;
        log::warning("member_not_written", {{"tenant", work.tenant.value()}, {"sqlstate", refused->sqlstate}});
        ++work.report.failed;
        work.report.changes.push_back(
            {"error", "employee", row.user.value(), row.name, "没有写入（" + refused->sqlstate + "）", "", ""});
    }
    return written;
}

Async<void> Sync::mark_missing(Work& work) {
    if (work.plan.leavers.empty() && work.plan.missing_departments.empty() && work.plan.found_employees.empty() &&
        work.plan.found_departments.empty())
        co_return Result<void>{};
    auto job = [&work](Session& sql) -> Result<std::int64_t> {
        auto store = OrgStore{sql, work.tenant};
        auto rows = store.found(work.plan.found_departments, work.plan.found_employees);
        auto departments = std::vector<std::int64_t>{};
        auto employees = std::vector<std::int64_t>{};
        for (auto const& department : work.plan.missing_departments) departments.push_back(department.id);
        for (auto const& leaver : work.plan.leavers)
            if (!leaver.is_listed) employees.push_back(leaver.employee.id);
        rows += store.missing(departments, employees, work.t0);
        auto gone = std::vector<std::int64_t>{};
        for (auto const* status : {"left", "disabled"}) {
            auto ids = std::vector<std::int64_t>{};
            for (auto const& leaver : work.going)
                if (leaver.status == status) ids.push_back(leaver.employee.id);
            remember_employees(sql, work.tenant, work.report.run, ids);
            rows += store.deactivate(ids, status, "wecom", work.t0, work.t0);
            gone.insert(gone.end(), ids.begin(), ids.end());
        }
        resolve_after_departure(sql, work.tenant, gone);
        remember_departments(sql, work.tenant, work.report.run, work.removed_departments);
        return rows + store.remove_departments(work.removed_departments, work.t0);
    };
    auto written = co_await db_.run(Pool::worker, Scope::of(work.tenant), std::move(job));
    if (!written) co_return written.error();
    work.report.rows_written += *written;
    work.report.deactivated = work.going.size();
    co_return Result<void>{};
}

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
