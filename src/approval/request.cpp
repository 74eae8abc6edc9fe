#include "approvals.hpp"

#include <wescrm/base/text.hpp>

namespace wescrm::approval {
namespace {

using database::bind;

std::vector<std::string> causes_of(operation::Context& ctx, std::vector<Trigger> const& triggers) {
    auto causes = std::vector<std::string>{};
    for (auto const& trigger : triggers)
        if (trigger.object.empty() ||
            ctx.sql().value<int>(
                "select 1 from approval_setting where tenant_id = :tenant and object = :object and mode = 'superior' "
                "and coalesce(:count::bigint > above_count, :amount::bigint > above_fen)",
                {bind("tenant", ctx.tenant()), bind("object", trigger.object), bind("amount", trigger.amount),
                 bind("count", trigger.count)}))
            causes.push_back(trigger.cause);
    return causes;
}

ApprovalId insert(operation::Context& ctx, Request const& request, std::string const& cause, Approvers const& asked) {
    auto const is_passed = asked.people.empty();
    auto const id =
        ctx.sql()
            .value<ApprovalId>(
                "insert into approval (tenant_id, kind, subject_type, subject_id, subject_no, subject_name, "
                "customer_name, "
                "amount_fen, cause, applicant_id, owner_id, status, ended_at, created_at, updated_at, created_by) "
                "values "
                "(:tenant, :kind, :type, :subject, :no, :name, :customer, :amount, :cause, :applicant, :owner, "
                ":status, "
                ":ended, :now, :now, :applicant) returning id",
                {bind("tenant", ctx.tenant()), bind("kind", request.kind), bind("type", request.subject_type),
                 bind("subject", request.subject_id), bind("no", request.subject_no),
                 bind("name", request.subject_name), bind("customer", request.customer_name),
                 bind("amount", request.amount), bind("cause", cause),
                 bind("applicant", ctx.actor().is_system() ? request.owner : ctx.actor().employee),
                 bind("owner", request.owner), bind("status", is_passed ? "approved" : "pending"),
                 bind("ended", is_passed ? std::optional{ctx.now()} : std::nullopt), bind("now", ctx.now())})
            .value();
    ctx.sql().execute(
        "insert into approval_step (tenant_id, approval_id, position, mode, status, note) values (:tenant, :id, 1, "
        "'any', "
        ":status, :note)",
        {bind("tenant", ctx.tenant()), bind("id", id), bind("status", is_passed ? "approved" : "pending"),
         bind("note", is_passed ? std::string{"除申请人外没有人可以审批，自动通过"} : asked.note)});
    return id;
}

}  // namespace

std::optional<Locked> lock(operation::Context& ctx, ApprovalId id) {
    auto const row = ctx.sql().row<std::string, std::int64_t, std::string, EmployeeId, EmployeeId, std::string>(
        "select subject_type, subject_id, subject_no, applicant_id, owner_id, status from approval where tenant_id = "
        ":tenant and id = :id for update",
        {bind("tenant", ctx.tenant()), bind("id", id)});
    if (!row) return std::nullopt;
    auto const& [type, subject, no, applicant, owner, status] = *row;
    return Locked{type, subject, no, applicant, owner, status};
}

void ask(operation::Context& ctx, ApprovalId id, std::vector<EmployeeId> const& people) {
    for (auto const person : people) {
        auto const is_new = ctx.sql().execute(
            "insert into approval_task (tenant_id, approval_id, position, approver_id, created_at) values (:tenant, "
            ":id, 1, "
            ":person, :now) on conflict do nothing",
            {bind("tenant", ctx.tenant()), bind("id", id), bind("person", person), bind("now", ctx.now())});
        if (is_new > 0) send_card(ctx, id, person);
    }
}

bool is_needed(operation::Context& ctx, std::vector<Trigger> const& triggers) {
    return !causes_of(ctx, triggers).empty();
}

Result<std::optional<ApprovalId>> request(operation::Context& ctx, Request const& request) {
    auto const causes = causes_of(ctx, request.triggers);
    if (causes.empty()) return std::optional<ApprovalId>{};
    if (ctx.sql().value<int>(
            "select 1 from approval where tenant_id = :tenant and subject_type = :type and subject_id = :id and status "
            "= "
            "'pending'",
            {bind("tenant", ctx.tenant()), bind("type", request.subject_type), bind("id", request.subject_id)}))
        return Error{Errc::conflict, "pending", request.subject_no + " 已在审批中"};
    auto const applicant = ctx.actor().is_system() ? request.owner : ctx.actor().employee;
    auto const asked = approvers_for(ctx, request.owner, applicant);
    auto const id = insert(ctx, request, text::join(causes, "；"), asked);
    ask(ctx, id, asked.people);
    auto after = json::Document{rapidjson::kObjectType};
    json::set(after, "subject_no", request.subject_no, after.GetAllocator());
    json::set(after, "status", asked.people.empty() ? "approved" : "pending", after.GetAllocator());
    ctx.audit({"approval", id.value(), "approval.submit", "", json::write(after), text::join(causes, "；")});
    if (asked.people.empty()) return std::optional<ApprovalId>{};
    return std::optional{id};
}

}  // namespace wescrm::approval
