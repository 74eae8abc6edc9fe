#include "access_kinds.hpp"

#include <wescrm/operation/handover.hpp>

#include <algorithm>

namespace wescrm::operation {
namespace {

using database::bind;

std::int64_t count_teams(Context& ctx, EmployeeId from) {
    return ctx.sql()
        .value<std::int64_t>(
            "select count(*) from team_member where tenant_id = :tenant and employee_id = :from and (expires_at is "
            "null or expires_at > :now)",
            {bind("tenant", ctx.tenant()), bind("from", from), bind("now", ctx.now())})
        .value_or(0);
}

// Who owns a record has no place in its team.
void leave_own_teams(Context& ctx, EmployeeId person) {
    for (auto const& kind : record_kinds()) {
        if (kind.is_part_of_customer) continue;
        ctx.sql().execute("delete from team_member t using " + kind.table +
                              " r where t.tenant_id = :tenant and t.employee_id = :person and t.object = :object and "
                              "r.tenant_id = t.tenant_id and r.id = t.object_id and " +
                              on_row(kind.owner, "r") + " = :person",
                          {bind("tenant", ctx.tenant()), bind("person", person), bind("object", kind.name)});
    }
}

// A receiver who is in the team already keeps the wider of both places.
Result<std::int64_t> move_teams(Context& ctx, Handover const& handover) {
    auto const params = database::Params{bind("tenant", ctx.tenant()), bind("from", handover.from),
                                         bind("to", handover.to), bind("now", ctx.now())};
    auto const ids = ctx.sql().rows<std::string, std::int64_t>(
        "select object, object_id from team_member where tenant_id = :tenant and employee_id = :from and (expires_at "
        "is null or expires_at > :now) order by object, object_id for update",
        params);
    ctx.sql().execute(
        "insert into team_member as t (tenant_id, object, object_id, employee_id, power, expires_at, children, "
        "created_at, added_by) select tenant_id, object, object_id, :to, power, expires_at, children, :now, added_by "
        "from team_member where tenant_id = :tenant and employee_id = :from and (expires_at is null or expires_at > "
        ":now) on conflict (tenant_id, object, object_id, employee_id) do update set power = case when 'write' in "
        "(t.power, excluded.power) then 'write' else 'read' end, expires_at = case when t.expires_at is null or "
        "excluded.expires_at is null then null else greatest(t.expires_at, excluded.expires_at) end, children = "
        "array(select distinct c from unnest(t.children || excluded.children) c order by c)",
        params);
    ctx.sql().execute("delete from team_member where tenant_id = :tenant and employee_id = :from", params);
    leave_own_teams(ctx, handover.to);
    auto by_object = std::map<std::string, std::vector<std::int64_t>>{};
    for (auto const& [object, id] : ids) by_object[object].push_back(id);
    for (auto const& [object, records] : by_object) {
        auto entry = AuditEntry{};
        entry.object = object;
        entry.action = object + ".share";
        entry.before = R"({"team_member":")" + handover.from_user.value() + "\"}";
        entry.after = R"({"team_member":")" + handover.to_user.value() + "\"}";
        entry.reason = handover.reason;
        audit_each(ctx, entry, records);
    }
    return static_cast<std::int64_t>(ids.size());
}

}  // namespace

HandoverKind const* HandoverKinds::find(std::string_view name) const {
    auto const found = std::ranges::find(kinds_, name, &HandoverKind::name);
    return found == kinds_.end() ? nullptr : &*found;
}

std::int64_t HandoverKinds::left_with(Context& ctx, EmployeeId person) const {
    auto total = std::int64_t{0};
    for (auto const& kind : kinds_)
        if (!kind.is_on_demand) total += kind.count(ctx, person);
    return total;
}

void audit_each(Context& ctx, AuditEntry const& entry, std::vector<std::int64_t> const& ids) {
    append_audits(ctx.sql(), ctx.actor(), ctx.now(), entry,
                  {ids, std::vector(ids.size(), entry.before), std::vector(ids.size(), entry.after)});
}

void add_handovers(HandoverKinds& kinds) {
    auto teams = HandoverKind{};
    teams.name = "team";
    teams.title = "参与的团队";
    teams.hint = "接收人已在团队中时保留较大的权限";
    teams.count = count_teams;
    teams.move = move_teams;
    kinds.add(std::move(teams));
}

}  // namespace wescrm::operation
