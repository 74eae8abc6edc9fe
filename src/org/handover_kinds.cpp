#include "role_store.hpp"
#include "sync/resolve.hpp"

#include <wescrm/org/directory.hpp>
#include <wescrm/org/handover.hpp>

#include <algorithm>

namespace wescrm::org {
namespace {

using database::bind;
using operation::Context;
using operation::Handover;
using operation::HandoverKind;

database::Params ends(Context& ctx, Handover const& handover) {
    return {bind("tenant", ctx.tenant()), bind("from", handover.from), bind("to", handover.to), bind("now", ctx.now())};
}

std::int64_t count(Context& ctx, std::string_view what, EmployeeId from) {
    return ctx.sql()
        .value<std::int64_t>("select count(*) from " + std::string{what},
                             {bind("tenant", ctx.tenant()), bind("from", from)})
        .value_or(0);
}

void audit(Context& ctx, Handover const& handover, std::string_view object, std::string_view action,
           std::string_view member, std::vector<std::int64_t> const& ids) {
    auto entry = operation::AuditEntry{};
    entry.object = object;
    entry.action = action;
    entry.before = "{\"" + std::string{member} + "\":\"" + handover.from_user.value() + "\"}";
    entry.after = "{\"" + std::string{member} + "\":\"" + handover.to_user.value() + "\"}";
    entry.reason = handover.reason;
    operation::audit_each(ctx, entry, ids);
}

// ---- head of departments

std::int64_t count_heads(Context& ctx, EmployeeId from) {
    return count(ctx,
                 "employee_department m join department d on d.tenant_id = m.tenant_id and d.id = m.department_id "
                 "where m.tenant_id = :tenant and m.employee_id = :from and m.is_leader and d.removed_at is null",
                 from);
}

// Whoever becomes head becomes a member too. The place is kept by hand, so that the next synchronisation, which knows
// the old head only, does not take it away.
Result<std::int64_t> move_heads(Context& ctx, Handover const& handover) {
    auto const params = ends(ctx, handover);
    auto const ids = ctx.sql().values<std::int64_t>(
        "select m.department_id from employee_department m join department d on d.tenant_id = m.tenant_id and d.id = "
        "m.department_id where m.tenant_id = :tenant and m.employee_id = :from and m.is_leader and d.removed_at is "
        "null order by 1 for update of m",
        params);
    ctx.sql().execute(
        "insert into employee_department as t (tenant_id, employee_id, department_id, is_leader, sort_order, is_local, "
        "is_local_head) select m.tenant_id, :to, m.department_id, true, m.sort_order, true, true from "
        "employee_department m where m.tenant_id = :tenant and m.employee_id = :from and m.is_leader on conflict "
        "(tenant_id, employee_id, department_id) do update set is_leader = true, is_local_head = not t.is_leader or "
        "t.is_local_head",
        params);
    ctx.sql().execute(
        "update employee_department set is_leader = false, is_local_head = false where tenant_id = :tenant and "
        "employee_id = :from and is_leader",
        params);
    ctx.sql().execute(
        "update department d set version = version + 1, updated_at = :now where tenant_id = :tenant and id = "
        "any(:ids::bigint[])",
        {bind("tenant", ctx.tenant()), bind("ids", ids), bind("now", ctx.now())});
    for (auto const id : ids) resolve_below(ctx.sql(), ctx.tenant(), id);
    audit(ctx, handover, "department", "department.handover", "head", ids);
    return static_cast<std::int64_t>(ids.size());
}

// ---- people led by name

constexpr std::string_view led_by_name =
    "employee e where e.tenant_id = :tenant and e.status = 'active' and e.id <> :from and (e.superior_override_id = "
    ":from or e.superior_override_id is null and lower(e.wecom_superior) = (select lower(x.user_id) from employee x "
    "where x.tenant_id = :tenant and x.id = :from))";

std::int64_t count_led(Context& ctx, EmployeeId from) { return count(ctx, led_by_name, from); }

// The receiver himself, and whoever leads him, cannot be led by him: these fall back to the head of their department.
Result<std::int64_t> move_led(Context& ctx, Handover const& handover) {
    auto const ids =
        ctx.sql().values<EmployeeId>("select e.id from " + std::string{led_by_name} + " order by e.id for update of e",
                                     {bind("tenant", ctx.tenant()), bind("from", handover.from)});
    auto above = std::vector{handover.to};
    for (auto const& superior : Directory{ctx.sql(), ctx.tenant()}.superiors(handover.to)) above.push_back(superior.id);
    auto plain = std::vector<std::int64_t>{};
    for (auto const id : ids) {
        plain.push_back(id.value());
        auto const superior = std::ranges::find(above, id) == above.end() ? std::optional{handover.to} : std::nullopt;
        ctx.sql().execute(
            "update employee set superior_override_id = :superior::bigint, version = version + 1, updated_at = :now "
            "where tenant_id = :tenant and id = :id",
            {bind("tenant", ctx.tenant()), bind("id", id), bind("superior", superior), bind("now", ctx.now())});
        resolve_around(ctx.sql(), ctx.tenant(), id.value());
    }
    audit(ctx, handover, "employee", "employee.superior", "superior", plain);
    return static_cast<std::int64_t>(ids.size());
}

// ---- share rules

std::int64_t count_shares(Context& ctx, EmployeeId from) {
    return count(ctx,
                 "share_rule where tenant_id = :tenant and :from in (source_employee_id, target_employee_id) and "
                 "enabled",
                 from);
}

// A rule that would share the receiver's records with himself has done its work.
Result<std::int64_t> move_shares(Context& ctx, Handover const& handover) {
    auto const params = ends(ctx, handover);
    auto const moved = count_shares(ctx, handover.from);
    auto const ids = ctx.sql().values<std::int64_t>(
        "select id from share_rule where tenant_id = :tenant and :from in (source_employee_id, target_employee_id) "
        "order by id for update",
        params);
    ctx.sql().execute(
        "delete from share_rule where tenant_id = :tenant and ((source_employee_id = :from and target_employee_id = "
        ":to) or (source_employee_id = :to and target_employee_id = :from))",
        params);
    for (std::string const column : {"source_employee_id", "target_employee_id"})
        ctx.sql().execute("update share_rule set " + column +
                              " = :to, version = version + 1, updated_at = :now where tenant_id = :tenant and " +
                              column + " = :from",
                          params);
    audit(ctx, handover, "share", "share.handover", "employee", ids);
    return moved;
}

// ---- roles

std::int64_t count_roles(Context& ctx, EmployeeId from) {
    return count(ctx, "role_member where tenant_id = :tenant and employee_id = :from", from);
}

// He gets them beside his own; the leaver keeps his, as everybody has one.
Result<std::int64_t> move_roles(Context& ctx, Handover const& handover) {
    auto const roles = ctx.sql().values<RoleId>(
        "select distinct role_id from role_member where tenant_id = :tenant and employee_id in (:from, :to) order by 1",
        ends(ctx, handover));
    if (auto const given = set_roles(ctx, handover.to, roles); !given) return given.error();
    audit(ctx, handover, "employee", "employee.roles", "roles_of", {handover.to.value()});
    return count_roles(ctx, handover.from);
}

}  // namespace

void add_handovers(operation::HandoverKinds& kinds) {
    kinds.add({"head", "部门负责人", "接收人成为这些部门的负责人", false, count_heads, move_heads});
    kinds.add({"subordinate", "直接下属", "指定他为直接上级的员工改由接收人带领", false, count_led, move_led});
    kinds.add({"share_rule", "数据共享规则", "以他为来源或目标的规则改为接收人", false, count_shares, move_shares});
    kinds.add({"role", "角色", "接收人在自己的角色之外获得这些角色；默认不交接", true, count_roles, move_roles});
}

}  // namespace wescrm::org
