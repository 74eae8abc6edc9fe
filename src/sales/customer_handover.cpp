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

void append_ownership(Context& ctx, Handover const& handover, std::vector<std::int64_t> const& ids) {
    auto const actor = ctx.actor().is_system() ? std::nullopt : std::optional{ctx.actor().employee};
    ctx.sql().execute(
        "insert into ownership_event (tenant_id, object, object_id, kind, from_id, to_id, from_department_id, "
        "to_department_id, actor_id, channel, reason, at) select :tenant, 'customer', i.id, 'handover', :from, :to, "
        "(select main_department_id from employee where tenant_id = :tenant and id = :from), (select "
        "main_department_id from employee where tenant_id = :tenant and id = :to), :actor::bigint, :channel, :reason, "
        ":now::timestamptz from unnest(:ids::bigint[]) i(id)",
        {bind("tenant", ctx.tenant()), bind("ids", ids), bind("from", handover.from), bind("to", handover.to),
         bind("actor", actor), bind("channel", name_of(ctx.actor().channel)), bind("reason", handover.reason),
         bind("now", ctx.now())});
}

void audit(Context& ctx, Handover const& handover, std::vector<std::int64_t> const& ids) {
    auto const owner = [](UserId const& user) {
        auto value = json::Document{rapidjson::kObjectType};
        json::set(value, "owner_user_id", user.value(), value.GetAllocator());
        return json::write(value);
    };
    auto entry = operation::AuditEntry{};
    entry.object = "customer";
    entry.action = "customer.handover";
    entry.before = owner(handover.from_user);
    entry.after = owner(handover.to_user);
    entry.reason = handover.reason;
    operation::audit_each(ctx, entry, ids);
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
    append_ownership(ctx, handover, ids);
    recompute_due(ctx, PoolObject::customer, ids);
    audit(ctx, handover, ids);
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
