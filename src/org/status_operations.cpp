#include "people.hpp"
#include "sync/resolve.hpp"
#include "sync/store.hpp"

#include <wescrm/operation/catalogue.hpp>
#include <wescrm/org/handover.hpp>
#include <wescrm/org/roles.hpp>

// Whether somebody works with the CRM.
namespace wescrm::org {
namespace {

using database::bind;
using operation::Context;
using operation::Effect;
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
    if (employee->status == "left" && employee->source == "wecom")
        return Error{Errc::conflict, "left", "该员工已从企业微信离职，重新加入后会自动恢复"};
    ctx.sql().execute(
        "update employee set status = 'active', left_at = null, left_reason = null, auth_generation = auth_generation "
        "+ 1, version = version + 1, updated_at = :now where tenant_id = :tenant and id = :id",
        {bind("tenant", ctx.tenant()), bind("id", employee->id), bind("now", ctx.now())});
    resolve_around(ctx.sql(), ctx.tenant(), employee->id.value());
    audit_status(ctx, *employee, "employee.enable", "active");
    return find_employee(ctx, input.user_id);
}

constexpr Operation<EmployeeInput, EmployeeItem> employees_disable{
    "employee.disable", "停用员工",       "org.manage",
    Effect::confirms,   disable_employee, {"POST", "/employees/{user_id}/disable"}};
constexpr Operation<EmployeeInput, EmployeeItem> employees_enable{
    "employee.enable", "启用员工",      "org.manage",
    Effect::writes,    enable_employee, {"POST", "/employees/{user_id}/enable"}};

}  // namespace

void add_status_operations(operation::Catalogue& catalogue) {
    catalogue.add(employees_disable);
    catalogue.add(employees_enable);
}

}  // namespace wescrm::org
