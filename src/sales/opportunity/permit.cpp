#include "opportunity/permit.hpp"

#include "opportunity/processes.hpp"
#include "rules/stage_movers.hpp"

// Who may move: the one place where it is judged, whichever way the wish came in.
namespace wescrm::sales {
namespace {

using database::bind;

Mover moving(operation::Context& ctx) {
    auto mover = Mover{ctx.actor().user_id, {}, {}, ctx.actor().is_system() || ctx.actor().is_administrator};
    if (mover.is_free) return mover;
    auto const me = database::Params{bind("tenant", ctx.tenant()), bind("me", ctx.actor().employee)};
    mover.departments = ctx.sql().values<DepartmentId>(
        "select distinct unnest(d.path) from department d where d.tenant_id = :tenant and d.id in (select "
        "main_department_id from employee where tenant_id = :tenant and id = :me union all select department_id from "
        "employee_department where tenant_id = :tenant and employee_id = :me)",
        me);
    mover.roles = ctx.sql().values<RecordId>(
        "select role_id from role_member where tenant_id = :tenant and employee_id = :me", me);
    return mover;
}

}  // namespace

Result<MovePermit> permit_move(operation::Context& ctx, LockedOpportunity const& locked, ProcessId process,
                               Stage const& to) {
    auto const from = Processes{ctx}.stage(locked.stage);
    if (has_movers(to) || (from && has_movers(*from)))
        if (auto const may = check_movers(from ? &*from : nullptr, to, moving(ctx)); !may) return may.error();
    return MovePermit{process, to};
}

Result<void> permit_start(operation::Context& ctx, Stage const& stage) {
    if (!has_movers(stage)) return {};
    return check_movers(nullptr, stage, moving(ctx));
}

}  // namespace wescrm::sales
