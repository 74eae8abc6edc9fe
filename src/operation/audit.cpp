#include "named_objects.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/operation/audit.hpp>
#include <wescrm/operation/field_guard.hpp>
#include <wescrm/operation/own_secrets.hpp>

namespace wescrm::operation {
namespace {

using database::bind;

// The audit log answers who changed what; it is no second place to read phone numbers from.
json::Value masked(std::string_view name, json::Value const& value, json::Allocator& allocator) {
    if (!name.ends_with("mobile") || !value.IsString() || value.GetStringLength() < 7)
        return json::Value{value, allocator};
    return json::make_string(masked_phone(json::view(value)), allocator);
}

// Nor one to read own fields from that are sealed or shown in part.
std::string covered(database::Session& sql, TenantId tenant, std::string const& object, std::string const& text) {
    if (text.find("\"custom\":{\"") == std::string::npos) return text;
    auto parsed = json::parse(text);
    auto const custom = parsed && parsed->IsObject() ? parsed->FindMember("custom") : json::Value::MemberIterator{};
    if (!parsed || !parsed->IsObject() || custom == parsed->MemberEnd() || !custom->value.IsObject()) return text;
    auto const marks = own_marks(sql, tenant, {object});
    auto const known = marks.find(object);
    if (known == marks.end()) return text;
    for (auto& member : custom->value.GetObject()) {
        if (!member.value.IsString()) continue;
        auto const value = json::view(member.value);
        if (is_sealed(value))
            member.value = json::make_string("（已加密）", parsed->GetAllocator());
        else if (known->second.masked.contains(json::view(member.name)))
            member.value = json::make_string(masked_text(value), parsed->GetAllocator());
    }
    return json::write(*parsed);
}

}  // namespace

void append_audit(database::Session& sql, Actor const& actor, Instant at, AuditEntry const& entry) {
    append_audits(sql, actor, at, entry,
                  {{entry.object_id},
                   {covered(sql, actor.tenant, entry.object, entry.before)},
                   {covered(sql, actor.tenant, entry.object, entry.after)}});
}

void append_audits(database::Session& sql, Actor const& actor, Instant at, AuditEntry const& kind,
                   AuditEntries const& entries) {
    auto const who = actor.is_system() ? std::optional<EmployeeId>{} : std::optional{actor.employee};
    sql.execute(
        "insert into audit_log (tenant_id, at, actor_id, via, request_id, client, agent, object, object_id, "
        "object_name, action, before, after, reason) select :tenant, :at::timestamptz, :actor::bigint, :via, :request, "
        ":client, :agent, :object, n.id, " +
            sql_name_of(kind.object, "n.id") +
            ", :action, nullif(n.before, '')::jsonb, nullif(n.after, '')::jsonb, :reason from "
            "unnest(:ids::bigint[], :before::text[], :after::text[]) n(id, before, after)",
        {bind("tenant", actor.tenant), bind("at", at), bind("actor", who), bind("via", name_of(actor.channel)),
         bind("request", actor.request_id), bind("client", actor.client), bind("agent", actor.agent),
         bind("object", kind.object), bind("action", kind.action), bind("reason", kind.reason),
         bind("ids", entries.ids), bind("before", entries.before), bind("after", entries.after)});
}

Difference difference(json::Value const& before, json::Value const& after) {
    auto was = json::Document{rapidjson::kObjectType};
    auto is = json::Document{rapidjson::kObjectType};
    for (auto const& member : after.GetObject()) {
        auto const name = json::view(member.name);
        auto const* old = json::find(before, name);
        if (old && *old == member.value) continue;
        if (old) json::set(was, name, masked(name, *old, was.GetAllocator()), was.GetAllocator());
        json::set(is, name, masked(name, member.value, is.GetAllocator()), is.GetAllocator());
    }
    return {was.MemberCount() == 0 ? "" : json::write(was), is.MemberCount() == 0 ? "" : json::write(is)};
}

}  // namespace wescrm::operation
