#include "undo.hpp"

#include "resolve.hpp"

#include <wescrm/org/undo_rows.hpp>

namespace wescrm::org {
namespace {

using database::bind;

constexpr auto undoable = hours{7 * 24};

database::Params key_of(TenantId tenant, SyncRunId run) { return {bind("tenant", tenant), bind("run", run)}; }

// The rows that nobody has changed since.
constexpr std::string_view untouched =
    " u.tenant_id = :tenant and u.run_id = :run and x.tenant_id = :tenant and x.id = u.object_id and x.version = "
    "u.version_after ";

std::int64_t restore_departments(database::Session& sql, database::Params const& params) {
    auto const restored = sql.execute(
        "update department x set name = u.before ->> 'name', parent_id = (u.before ->> 'parent_id')::bigint, "
        "sort_order = (u.before ->> 'sort_order')::bigint, removed_at = (u.before ->> 'removed_at')::timestamptz, "
        "missing_since = (u.before ->> 'missing_since')::timestamptz, version = x.version + 1, updated_at = :now from "
        "sync_undo u where u.object = 'department' and u.before is not null and" +
            std::string{untouched},
        params);
    auto const removed = sql.execute(
        "update department x set removed_at = :now, version = x.version + 1, updated_at = :now from sync_undo u where "
        "u.object = 'department' and u.before is null and x.removed_at is null and" +
            std::string{untouched},
        params);
    sql.execute(
        "with recursive tree (id, path) as (select id, array[id] from department where tenant_id = :tenant and "
        "parent_id is null union all select d.id, t.path || d.id from tree t join department d on d.tenant_id = "
        ":tenant and d.parent_id = t.id where d.id <> all(t.path)) update department d set path = t.path from tree t "
        "where d.tenant_id = :tenant and d.id = t.id and d.path <> t.path",
        params);
    return restored + removed;
}

void restore_seats(database::Session& sql, database::Params const& params) {
    sql.execute(
        "delete from employee_department m using sync_undo u, employee x where m.tenant_id = :tenant and "
        "m.employee_id = x.id and u.object = 'employee' and u.before is not null and" +
            std::string{untouched},
        params);
    sql.execute(
        "insert into employee_department (tenant_id, employee_id, department_id, is_leader, sort_order, is_local, "
        "is_local_head) select :tenant, x.id, s.department_id, s.is_leader, s.sort_order, s.is_local, s.is_local_head "
        "from employee x, sync_undo u, jsonb_to_recordset(u.before -> 'seats') s(department_id bigint, is_leader "
        "boolean, sort_order bigint, is_local boolean, is_local_head boolean) where u.object = 'employee' and u.before "
        "is not null and" +
            std::string{untouched},
        params);
}

std::int64_t restore_employees(database::Session& sql, database::Params const& params) {
    restore_seats(sql, params);
    auto const restored = sql.execute(
        "update employee x set name = u.before ->> 'name', status = u.before ->> 'status', position = u.before ->> "
        "'position', mobile = u.before ->> 'mobile', main_department_id = (u.before ->> "
        "'main_department_id')::bigint, wecom_superior = u.before ->> 'wecom_superior', source = u.before ->> "
        "'source', left_at = (u.before ->> 'left_at')::timestamptz, left_reason = u.before ->> 'left_reason', "
        "missing_since = (u.before ->> 'missing_since')::timestamptz, auth_generation = x.auth_generation + 1, version "
        "= x.version + 1, updated_at = :now from sync_undo u where u.object = 'employee' and u.before is not null and" +
            std::string{untouched},
        params);
    return restored +
           sql.execute(
               "update employee x set status = 'left', left_at = :now, left_reason = 'sync_undone', auth_generation = "
               "x.auth_generation + 1, version = x.version + 1, updated_at = :now from sync_undo u where u.object = "
               "'employee' and u.before is null and x.status <> 'left' and" +
                   std::string{untouched},
               params);
}

void pause_automatic(operation::Context& ctx, bool is_paused) {
    ctx.sql().execute(
        "update tenant set settings = case when :paused then settings || '{\"sync_paused\": true}' else settings - "
        "'sync_paused' end where id = :tenant",
        {bind("tenant", ctx.tenant()), bind("paused", is_paused)});
}

}  // namespace

void remember_employees(database::Session& sql, TenantId tenant, SyncRunId run, std::vector<std::int64_t> const& ids) {
    auto params = key_of(tenant, run);
    params.add(bind("ids", ids));
    sql.execute(
        "insert into sync_undo (tenant_id, run_id, object, object_id, before) select :tenant, :run, 'employee', i.id, "
        "case when e.id is not null then jsonb_build_object('name', e.name, 'status', e.status, 'position', "
        "e.position, 'mobile', e.mobile, 'main_department_id', e.main_department_id, 'wecom_superior', "
        "e.wecom_superior, 'source', e.source, 'left_at', e.left_at, 'left_reason', e.left_reason, 'missing_since', "
        "e.missing_since, 'seats', coalesce((select jsonb_agg(jsonb_build_object('department_id', m.department_id, "
        "'is_leader', m.is_leader, 'sort_order', m.sort_order, 'is_local', m.is_local, 'is_local_head', "
        "m.is_local_head)) from employee_department m where m.tenant_id = :tenant and m.employee_id = e.id), '[]')) "
        "end from unnest(:ids::bigint[]) i(id) left join employee e on e.tenant_id = :tenant and e.id = i.id on "
        "conflict do nothing",
        params);
}

void remember_departments(database::Session& sql, TenantId tenant, SyncRunId run,
                          std::vector<std::int64_t> const& ids) {
    auto params = key_of(tenant, run);
    params.add(bind("ids", ids));
    sql.execute(
        "insert into sync_undo (tenant_id, run_id, object, object_id, before) select :tenant, :run, 'department', "
        "i.id, case when d.id is not null then jsonb_build_object('name', d.name, 'parent_id', d.parent_id, "
        "'sort_order', d.sort_order, 'removed_at', d.removed_at, 'missing_since', d.missing_since) end from "
        "unnest(:ids::bigint[]) i(id) left join department d on d.tenant_id = :tenant and d.id = i.id on conflict do "
        "nothing",
        params);
}

void seal_undo(database::Session& sql, TenantId tenant, SyncRunId run) {
    for (std::string const object : {"employee", "department"})
        sql.execute("update sync_undo u set version_after = x.version from " + object +
                        " x where u.tenant_id = :tenant and u.run_id = :run and u.object = '" + object +
                        "' and x.tenant_id = :tenant and x.id = u.object_id",
                    key_of(tenant, run));
}

Result<SyncUndone> undo_sync(operation::Context& ctx, SyncRunId run) {
    auto& sql = ctx.sql();
    auto const row = sql.row<std::string, Instant, bool>(
        "select state, started_at, undone_at is not null from sync_run where tenant_id = :tenant and id = :run for "
        "update",
        key_of(ctx.tenant(), run));
    if (!row) return Error{Errc::not_found, "sync_run", "没有这次同步"};
    auto const& [state, started_at, is_undone] = *row;
    if (is_undone) return Error{Errc::conflict, "undone", "这次同步已经撤销过了"};
    if (started_at + undoable < ctx.now()) return Error{Errc::conflict, "expired", "只能撤销 7 天内的同步"};
    auto const all = sql.value<std::int64_t>(
        "select count(*) from sync_undo where tenant_id = :tenant and run_id = :run and version_after is not null",
        key_of(ctx.tenant(), run));
    if (state == "running" || state == "preview" || all.value_or(0) == 0)
        return Error{Errc::conflict, "nothing", "这次同步没有改动任何内容"};
    auto params = key_of(ctx.tenant(), run);
    params.add(bind("now", ctx.now()));
    auto undone = SyncUndone{run, restore_departments(sql, params), 0};
    undone.restored += restore_employees(sql, params);
    undone.skipped = *all - undone.restored;
    if (auto const root = sql.value<std::int64_t>(
            "select id from department where tenant_id = :tenant and parent_id is null order by id limit 1",
            {bind("tenant", ctx.tenant())}))
        resolve_below(sql, ctx.tenant(), *root);
    auto const by = ctx.actor().is_system() ? std::optional<EmployeeId>{} : std::optional{ctx.actor().employee};
    params.add(bind("by", by));
    sql.execute("update sync_run set undone_at = :now, undone_by = :by where tenant_id = :tenant and id = :run",
                params);
    pause_automatic(ctx, true);
    ctx.audit(
        {"sync_run",
         run.value(),
         "org.sync.undo",
         "",
         R"({"restored":)" + std::to_string(undone.restored) + R"(,"skipped":)" + std::to_string(undone.skipped) + "}",
         {}});
    return undone;
}

void forget_undo_rows(operation::Context& ctx) {
    ctx.sql().execute(
        "delete from sync_undo u using sync_run r where u.tenant_id = :tenant and r.tenant_id = u.tenant_id and r.id = "
        "u.run_id and r.started_at < :before",
        {bind("tenant", ctx.tenant()), bind("before", ctx.now() - undoable)});
}

void resume_automatic_syncs(operation::Context& ctx) { pause_automatic(ctx, false); }

bool are_automatic_syncs_paused(operation::Context& ctx) {
    return ctx.sql()
        .value<bool>("select settings ? 'sync_paused' from tenant where id = :tenant", {bind("tenant", ctx.tenant())})
        .value_or(false);
}

}  // namespace wescrm::org
