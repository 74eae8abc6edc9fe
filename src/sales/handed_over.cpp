#include "handed_over.hpp"

namespace wescrm::sales {

using database::bind;

namespace {

std::string owner(UserId const& user) {
    auto value = json::Document{rapidjson::kObjectType};
    json::set(value, "owner_user_id", user.value(), value.GetAllocator());
    return json::write(value);
}

}  // namespace

void append_owner_change(operation::Context& ctx, OwnerChange const& change, std::vector<std::int64_t> const& ids) {
    auto const actor = ctx.actor().is_system() ? std::nullopt : std::optional{ctx.actor().employee};
    ctx.sql().execute(
        "insert into ownership_event (tenant_id, object, object_id, kind, from_id, to_id, from_department_id, "
        "to_department_id, actor_id, channel, reason, at) select :tenant, :object, i.id, :kind, :from, :to, "
        "(select main_department_id from employee where tenant_id = :tenant and id = :from), (select "
        "main_department_id from employee where tenant_id = :tenant and id = :to), :actor::bigint, :channel, :reason, "
        ":now::timestamptz from unnest(:ids::bigint[]) i(id)",
        {bind("tenant", ctx.tenant()), bind("object", change.object), bind("ids", ids), bind("kind", change.kind),
         bind("from", change.from), bind("to", change.to), bind("actor", actor),
         bind("channel", name_of(ctx.actor().channel)), bind("reason", change.reason), bind("now", ctx.now())});
}

void append_handed_over(operation::Context& ctx, std::string_view object, operation::Handover const& handover,
                        std::vector<std::int64_t> const& ids) {
    append_owner_change(ctx, {object, "handover", handover.from, handover.to, handover.reason}, ids);
}

void audit_handed_over(operation::Context& ctx, std::string_view object, operation::Handover const& handover,
                       std::vector<std::int64_t> const& ids) {
    auto entry = operation::AuditEntry{};
    entry.object = object;
    entry.action = std::string{object} + ".handover";
    entry.before = owner(handover.from_user);
    entry.after = owner(handover.to_user);
    entry.reason = handover.reason;
    operation::audit_each(ctx, entry, ids);
}

}  // namespace wescrm::sales
