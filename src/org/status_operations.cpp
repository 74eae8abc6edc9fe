#include "people.hpp"
#include "sync/resolve.hpp"
#include "sync/store.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/operation/catalogue.hpp>
#include <wescrm/org/handover.hpp>
#include <wescrm/org/operations.hpp>
#include <wescrm/org/roles.hpp>

// Whether somebody works with the CRM.
namespace wescrm::org {
namespace {

using database::bind;
using operation::Context;
using operation::Effect;
using operation::Nothing;
using operation::Operation;

void audit_status(Context& ctx, EmployeeItem const& employee, std::string_view action, std::string_view status) {
    auto entry = operation::AuditEntry{};
    entry.object = "employee";
    entry.object_id = employee.id.value();
    entry.action = action;
    entry.before = R"({"status":")" + employee.status + "\"}";
    entry.after = R"({"status":")" + std::string{status} + "\"}";
    ctx.audit(entry);
}

// Switched off or deleted by an administrator, not by WeCom.
bool was_decided_here(Context& ctx, EmployeeId id) {
    return ctx.sql()
        .value<int>(
            "select 1 from employee where tenant_id = :tenant and id = :id and (status = 'disabled' or source = "
            "'local' or left_reason in ('admin', 'deleted'))",
            {bind("tenant", ctx.tenant()), bind("id", id)})
        .has_value();
}

Result<EmployeeItem> disable_employee(Context& ctx, EmployeeInput const& input) {
    auto const employee = find_employee(ctx, input.user_id);
    if (!employee) return employee;
    if (employee->status != "active") return Error{Errc::conflict, "not_active", "该员工不是在职状态"};
    if (auto const left = insist_on_administrators_without(ctx, {employee->id}); !left) return left.error();
    OrgStore{ctx.sql(), ctx.tenant()}.deactivate({employee->id.value()}, "disabled", "admin", ctx.now(),
                                                 Instant::max());
    resolve_after_departure(ctx.sql(), ctx.tenant(), {employee->id.value()});
    remind_of_handover(ctx, {employee->id});
    audit_status(ctx, *employee, "employee.disable", "disabled");
    return find_employee(ctx, input.user_id);
}

Result<EmployeeItem> enable_employee(Context& ctx, EmployeeInput const& input) {
    auto const employee = find_employee(ctx, input.user_id);
    if (!employee) return employee;
    if (employee->status == "active") return Error{Errc::conflict, "active", "该员工已是在职状态"};
    if (!was_decided_here(ctx, employee->id))
        return Error{Errc::conflict, "left", "该员工已从企业微信离职，重新加入后会自动恢复"};
    ctx.sql().execute(
        "update employee set status = 'active', left_at = null, left_reason = null, auth_generation = auth_generation "
        "+ 1, version = version + 1, updated_at = :now where tenant_id = :tenant and id = :id",
        {bind("tenant", ctx.tenant()), bind("id", employee->id), bind("now", ctx.now())});
    resolve_around(ctx.sql(), ctx.tenant(), employee->id.value());
    audit_status(ctx, *employee, "employee.enable", "active");
    return find_employee(ctx, input.user_id);
}

struct DeleteEmployee {
    UserId user_id;
    std::int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(DeleteEmployee, (), (user_id, version))

// What he still owns, one field a kind.
std::optional<Error> refuse_to_delete(Context& ctx, EmployeeItem const& employee,
                                      operation::HandoverKinds const& kinds) {
    auto left = std::vector<FieldError>{};
    auto words = std::vector<std::string>{};
    for (auto const& kind : kinds.all()) {
        auto const count = kind.is_on_demand ? 0 : kind.count(ctx, employee.id);
        if (count == 0) continue;
        words.push_back(kind.title + " " + std::to_string(count));
        left.push_back({kind.name, words.back()});
    }
    if (left.empty()) return std::nullopt;
    return Error{Errc::conflict, "not_handed_over",
                 "请先为" + employee.name + "办理交接，名下还有：" + text::join(words, "、"), std::move(left)};
}

// The row stays, so that names in history resolve and the account is not given to somebody else.
Result<Nothing> delete_employee(Context& ctx, DeleteEmployee const& input, operation::HandoverKinds const& kinds) {
    auto const employee = find_employee(ctx, input.user_id);
    if (!employee) return employee.error();
    if (employee->version != input.version)
        return Error{Errc::stale, "version", "这位员工的资料刚被别人修改过，请查看最新内容后再删除"};
    if (auto const left = insist_on_administrators_without(ctx, {employee->id}); !left) return left.error();
    if (auto refused = refuse_to_delete(ctx, *employee, kinds)) return *refused;
    ctx.sql().execute(
        "update employee set status = 'left', left_reason = 'deleted', left_at = :now, auth_generation = "
        "auth_generation + 1, version = version + 1, updated_at = :now where tenant_id = :tenant and id = :id",
        {bind("tenant", ctx.tenant()), bind("id", employee->id), bind("now", ctx.now())});
    resolve_after_departure(ctx.sql(), ctx.tenant(), {employee->id.value()});
    ctx.timers().cancel("employee", employee->id.value());
    audit_status(ctx, *employee, "employee.delete", "left");
    return Nothing{};
}

Result<EmployeeItem> invite_employee(Context& ctx, EmployeeInput const& input) {
    auto const employee = find_employee(ctx, input.user_id);
    if (!employee) return employee;
    if (employee->status != "active") return Error{Errc::conflict, "not_active", "该员工不是在职状态"};
    if (employee->invitation_state == "activated")
        return Error{Errc::conflict, "activated", employee->name + "已经在使用了，不需要邀请"};
    ctx.sql().execute(
        "update employee set invited_at = :now, version = version + 1, updated_at = :now where tenant_id = :tenant and "
        "id = :id",
        {bind("tenant", ctx.tenant()), bind("id", employee->id), bind("now", ctx.now())});
    auto notice = operation::Notice{};
    notice.effect_key = "invitation:" + std::to_string(employee->id.value()) + ":" + std::to_string(employee->version);
    notice.to = employee->id;
    notice.kind = "employee_invited";
    notice.data = json::Document{rapidjson::kObjectType};
    json::set(notice.data, "actor_name", ctx.actor().is_system() ? "管理员" : ctx.actor().name,
              notice.data.GetAllocator());
    notice.source_kind = "employee";
    notice.source_id = employee->id.value();
    ctx.outbox().tell(notice);
    ctx.audit({"employee", employee->id.value(), "employee.invite", "", R"({"invitation_state":"invited"})", {}});
    return find_employee(ctx, input.user_id);
}

constexpr Operation<DeleteEmployee, Nothing> employees_delete{
    "employee.delete", "删除员工", "org.manage", Effect::confirms, nullptr, {"DELETE", "/employees/{user_id}", 204}};
constexpr Operation<EmployeeInput, EmployeeItem> employees_invite{
    "employee.invite", "邀请员工",      "org.manage",
    Effect::writes,    invite_employee, {"POST", "/employees/{user_id}/invite"}};
constexpr Operation<EmployeeInput, EmployeeItem> employees_disable{
    "employee.disable", "停用员工",       "org.manage",
    Effect::confirms,   disable_employee, {"POST", "/employees/{user_id}/disable"}};
constexpr Operation<EmployeeInput, EmployeeItem> employees_enable{
    "employee.enable", "启用员工",      "org.manage",
    Effect::writes,    enable_employee, {"POST", "/employees/{user_id}/enable"}};

}  // namespace

void add_handing_over(operation::Catalogue& catalogue, operation::SharedHandoverKinds const& kinds);

void add_status_operations(operation::Catalogue& catalogue) {
    catalogue.add(employees_disable);
    catalogue.add(employees_enable);
    catalogue.add(employees_invite);
}

void add_handover_operations(operation::Catalogue& catalogue, operation::SharedHandoverKinds const& kinds) {
    catalogue.add(employees_delete,
                  [kinds](Context& ctx, DeleteEmployee const& input) { return delete_employee(ctx, input, *kinds); });
    add_handing_over(catalogue, kinds);
}

}  // namespace wescrm::org
