#include "handed_over.hpp"
#include "opportunity/opportunity_operations.hpp"

// A leaver's opportunities keep their stages and histories.
namespace wescrm::sales {
namespace {

using database::bind;
using operation::Context;
using operation::Handover;

std::int64_t count(Context& ctx, EmployeeId from) {
    return ctx.sql()
        .value<std::int64_t>(
            "select count(*) from opportunity where tenant_id = :tenant and owner_id = :from and deleted_at is null",
            {bind("tenant", ctx.tenant()), bind("from", from)})
        .value_or(0);
}

Result<std::int64_t> move(Context& ctx, Handover const& handover) {
    auto const moved = count(ctx, handover.from);
    auto const ids = ctx.sql().values<std::int64_t>(
        "select id from opportunity where tenant_id = :tenant and owner_id = :from order by id for update",
        {bind("tenant", ctx.tenant()), bind("from", handover.from)});
    if (ids.empty()) return moved;
    ctx.sql().execute(
        "update opportunity set owner_id = :to, owner_department_id = (select main_department_id from employee where "
        "tenant_id = :tenant and id = :to), updated_at = :now, version = version + 1 where tenant_id = :tenant and id "
        "= "
        "any(:ids::bigint[])",
        {bind("tenant", ctx.tenant()), bind("ids", ids), bind("to", handover.to), bind("now", ctx.now())});
    ctx.sql().execute(
        "delete from team_member where tenant_id = :tenant and object = 'opportunity' and employee_id = :to and "
        "object_id = any(:ids::bigint[])",
        {bind("tenant", ctx.tenant()), bind("ids", ids), bind("to", handover.to)});
    append_handed_over(ctx, "opportunity", handover, ids);
    audit_handed_over(ctx, "opportunity", handover, ids);
    return moved;
}

}  // namespace

void add_opportunity_handover(operation::HandoverKinds& kinds) {
    auto opportunities = operation::HandoverKind{};
    opportunities.name = "opportunity";
    opportunities.title = "商机";
    opportunities.hint = "阶段和历史保持不变";
    opportunities.count = count;
    opportunities.move = move;
    kinds.add(std::move(opportunities));
}

}  // namespace wescrm::sales
