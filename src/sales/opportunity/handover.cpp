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

void append_ownership(Context& ctx, Handover const& handover, std::vector<std::int64_t> const& ids) {
    auto const actor = ctx.actor().is_system() ? std::nullopt : std::optional{ctx.actor().employee};
    ctx.sql().execute(
        "insert into ownership_event (tenant_id, object, object_id, kind, from_id, to_id, from_department_id, "
        "to_department_id, actor_id, channel, reason, at) select :tenant, 'opportunity', i.id, 'handover', :from, :to, "
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
    entry.object = "opportunity";
    entry.action = "opportunity.handover";
    entry.before = owner(handover.from_user);
    entry.after = owner(handover.to_user);
    entry.reason = handover.reason;
    operation::audit_each(ctx, entry, ids);
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
    append_ownership(ctx, handover, ids);
    audit(ctx, handover, ids);
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
