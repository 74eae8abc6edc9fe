#include "decisions.hpp"
#include "rules/guard.hpp"
#include "rules/plan_digest.hpp"
#include "store.hpp"
#include "work.hpp"

#include <wescrm/base/crypto.hpp>
#include <wescrm/base/encoding.hpp>

#include <algorithm>
#include <chrono>

// A sync: read, compared with what is stored, confirmed, applied.
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

}  // namespace

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

}  // namespace wescrm::org
