#include "handed_over.hpp"
#include "opportunity/opportunity_operations.hpp"

#include <wescrm/operation/handover.hpp>
#include <wescrm/sales/high_sea.hpp>
#include <wescrm/sales/operations.hpp>

// A leaver's customers. Contacts and follow-ups hang on them and go along; stage, links and history stay as they are.
namespace wescrm::sales {
namespace {

using database::bind;
using operation::Context;
using operation::Handover;

std::int64_t count(Context& ctx, EmployeeId from) {
    return ctx.sql()
        .value<std::int64_t>(
            "select count(*) from customer where tenant_id = :tenant and owner_id = :from and deleted_at is null",
            {bind("tenant", ctx.tenant()), bind("from", from)})
        .value_or(0);
}

// Those in the recycle bin go along, so that they have an owner when they come back.
Result<std::int64_t> move(Context& ctx, Handover const& handover) {
    auto const moved = count(ctx, handover.from);
    auto const ids = ctx.sql().values<std::int64_t>(
        "select id from customer where tenant_id = :tenant and owner_id = :from order by id for update",
        {bind("tenant", ctx.tenant()), bind("from", handover.from)});
    if (ids.empty()) return moved;
    auto const params = database::Params{bind("tenant", ctx.tenant()), bind("ids", ids), bind("to", handover.to),
                                         bind("now", ctx.now())};
    ctx.sql().execute(
        "update customer set owner_id = :to, acquired_kind = 'transfer', acquired_at = :now, recycle_floor_at = null, "
        "recycle_extra_days = 0, updated_at = :now, version = version + 1 where tenant_id = :tenant and id = "
        "any(:ids::bigint[])",
        params);
    ctx.sql().execute(
        "delete from team_member where tenant_id = :tenant and object = 'customer' and employee_id = :to and "
        "object_id = any(:ids::bigint[])",
        params);
    append_handed_over(ctx, "customer", handover, ids);
    recompute_due(ctx, PoolObject::customer, ids);
    audit_handed_over(ctx, "customer", handover, ids);
    return moved;
}

}  // namespace

void add_handovers(operation::HandoverKinds& kinds) {
    auto customers = operation::HandoverKind{};
    customers.name = "customer";
    customers.title = "客户";
    customers.hint = "联系人、跟进记录随客户一起交接";
    customers.count = count;
    customers.move = move;
    kinds.add(std::move(customers));
    add_opportunity_handover(kinds);
}

}  // namespace wescrm::sales
