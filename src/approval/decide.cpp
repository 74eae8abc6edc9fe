#include "approvals.hpp"

#include <wescrm/approval/operations.hpp>
#include <wescrm/approval/terminate.hpp>
#include <wescrm/base/text.hpp>

namespace wescrm::approval {
namespace {

using database::bind;

// Those asked may have left since; then their superiors decide.
void reroute_those_who_left(operation::Context& ctx, ApprovalId id) {
    for (auto const left : ctx.sql().values<EmployeeId>(
             "select t.approver_id from approval_task t join employee e on e.tenant_id = t.tenant_id and e.id = "
             "t.approver_id where t.tenant_id = :tenant and t.approval_id = :id and t.status = 'pending' and e.status "
             "<> "
             "'active'",
             {bind("tenant", ctx.tenant()), bind("id", id)}))
        reroute_left(ctx, left);
}

void end(operation::Context& ctx, ApprovalId id, std::string_view status) {
    ctx.sql().execute(
        "update approval set status = :status, ended_at = :now, updated_at = :now, version = version + 1 where "
        "tenant_id = "
        ":tenant and id = :id",
        {bind("tenant", ctx.tenant()), bind("id", id), bind("status", status), bind("now", ctx.now())});
    ctx.sql().execute(
        "update approval_step set status = :status where tenant_id = :tenant and approval_id = :id and status = "
        "'pending'",
        {bind("tenant", ctx.tenant()), bind("id", id),
         bind("status", status == "withdrawn" || status == "terminated" ? "cancelled" : status)});
    ctx.sql().execute(
        "update approval_task set status = 'cancelled' where tenant_id = :tenant and approval_id = :id and status = "
        "'pending'",
        {bind("tenant", ctx.tenant()), bind("id", id)});
}

void audit(operation::Context& ctx, ApprovalId id, std::string action, std::string_view status,
           std::string const& comment) {
    auto const before = std::string{R"({"status":"pending"})"};
    ctx.audit(
        {"approval", id.value(), std::move(action), before, R"({"status":")" + std::string{status} + "\"}", comment});
}

Result<void> settle(operation::Context& ctx, Locked const& locked, Subjects const& subjects, Outcome outcome,
                    std::string const& comment) {
    auto const* subject = subjects.find(locked.subject_type);
    if (!subject) return Error{Errc::conflict, "subject", "这类审批暂时不能处理"};
    return subject->settle(ctx, locked.subject_id, outcome, comment);
}

Result<Approval> decide(operation::Context& ctx, DecideApproval const& input, Subjects const& subjects,
                        Outcome outcome) {
    auto const locked = lock(ctx, input.id);
    auto const seen = locked ? find(ctx, input.id, subjects) : std::nullopt;
    if (!seen) return no_approval();
    if (locked->status != "pending") return how_it_ended(ctx, input.id, *locked);
    if (locked->applicant == ctx.actor().employee)
        return Error{Errc::forbidden, "own", "不能审批自己提交的" + title_of(locked->subject_type)};
    reroute_those_who_left(ctx, input.id);
    if (!is_asked(ctx, input.id, ctx.actor().employee))
        return Error{Errc::forbidden, "approver", "这个审批没有分给您，您可以查看但不能处理"};
    auto const comment = std::string{text::trim(input.comment.value_or(""))};
    if (outcome == Outcome::rejected && comment.empty()) return invalid_field("comment", "请写明拒绝的原因");
    auto const status = std::string_view{outcome == Outcome::approved ? "approved" : "rejected"};
    ctx.sql().execute(
        "update approval_task set status = :status, comment = :comment, decided_at = :now where tenant_id = :tenant "
        "and "
        "approval_id = :id and approver_id = :me and status = 'pending'",
        {bind("tenant", ctx.tenant()), bind("id", input.id), bind("me", ctx.actor().employee), bind("status", status),
         bind("comment", comment), bind("now", ctx.now())});
    end(ctx, input.id, status);
    if (auto const done = settle(ctx, *locked, subjects, outcome, comment); !done) return done.error();
    audit(ctx, input.id, outcome == Outcome::approved ? "approval.approve" : "approval.reject", status, comment);
    close_cards(ctx, input.id, ctx.actor().name + (outcome == Outcome::approved ? "已同意" : "已拒绝"));
    auto const after = find(ctx, input.id, subjects).value();
    tell_applicant(ctx, after, comment);
    return after;
}

}  // namespace

Error no_approval() { return {Errc::not_found, "approval", "没有这个审批，或您看不到它"}; }

Error how_it_ended(operation::Context& ctx, ApprovalId id, Locked const& locked) {
    auto words = locked.subject_no + " 的审批已";
    auto const last = ctx.sql().row<std::string, Instant>(
        "select e.name, t.decided_at from approval_task t join employee e on e.tenant_id = t.tenant_id and e.id = "
        "t.approver_id where t.tenant_id = :tenant and t.approval_id = :id and t.status in ('approved', 'rejected') "
        "order by t.decided_at desc limit 1",
        {bind("tenant", ctx.tenant()), bind("id", id)});
    if (last)
        words +=
            "由 " + std::get<0>(*last) + " 于 " + format_for_people(std::get<1>(*last), ctx.zone(), ctx.now()) + " ";
    words += locked.status == "approved"    ? "同意"
             : locked.status == "rejected"  ? "拒绝"
             : locked.status == "withdrawn" ? "撤回"
                                            : "终止";
    return {Errc::conflict, "decided", words};
}

bool is_asked(operation::Context& ctx, ApprovalId id, EmployeeId who) {
    return ctx.sql()
        .value<int>(
            "select 1 from approval_task where tenant_id = :tenant and approval_id = :id and approver_id = :who and "
            "status "
            "= 'pending'",
            {bind("tenant", ctx.tenant()), bind("id", id), bind("who", who)})
        .has_value();
}

Result<Approval> approve(operation::Context& ctx, DecideApproval const& input, Subjects const& subjects) {
    return decide(ctx, input, subjects, Outcome::approved);
}

Result<Approval> reject(operation::Context& ctx, DecideApproval const& input, Subjects const& subjects) {
    return decide(ctx, input, subjects, Outcome::rejected);
}

Result<Approval> withdraw(operation::Context& ctx, DecideApproval const& input, Subjects const& subjects) {
    auto const locked = lock(ctx, input.id);
    auto const seen = locked ? find(ctx, input.id, subjects) : std::nullopt;
    if (!seen) return no_approval();
    if (locked->status != "pending") return how_it_ended(ctx, input.id, *locked);
    auto const& me = ctx.actor();
    if (locked->applicant != me.employee && !me.is_administrator && !me.is_system())
        return Error{Errc::forbidden, "applicant", "只有提交人可以撤回"};
    end(ctx, input.id, "withdrawn");
    auto const comment = input.comment.value_or("");
    if (auto const done = settle(ctx, *locked, subjects, Outcome::withdrawn, comment); !done) return done.error();
    audit(ctx, input.id, "approval.withdraw", "withdrawn", comment);
    close_cards(ctx, input.id, "提交人已撤回");
    return find(ctx, input.id, subjects).value();
}

void terminate(operation::Context& ctx, std::string const& subject_type, std::int64_t subject_id,
               std::string const& why) {
    for (auto const id : ctx.sql().values<ApprovalId>(
             "select id from approval where tenant_id = :tenant and subject_type = :type and subject_id = :id and "
             "status = 'pending' for update",
             {bind("tenant", ctx.tenant()), bind("type", subject_type), bind("id", subject_id)})) {
        end(ctx, id, "terminated");
        audit(ctx, id, "approval.terminate", "terminated", why);
        close_cards(ctx, id, why);
    }
}

void reroute_left(operation::Context& ctx, EmployeeId from) {
    if (ctx.sql().value<int>("select 1 from employee where tenant_id = :tenant and id = :id and status = 'active'",
                             {bind("tenant", ctx.tenant()), bind("id", from)}))
        return;
    for (auto const id : ctx.sql().values<ApprovalId>("select approval_id from approval_task where tenant_id = :tenant "
                                                      "and approver_id = :from and status = 'pending' "
                                                      "order by approval_id",
                                                      {bind("tenant", ctx.tenant()), bind("from", from)})) {
        auto const locked = lock(ctx, id);
        auto const moved =
            locked && locked->status == "pending"
                ? ctx.sql().execute(
                      "update approval_task set status = 'transferred', comment = '审批人已停用' where "
                      "tenant_id = :tenant and approval_id = :id and approver_id = :from and status = 'pending'",
                      {bind("tenant", ctx.tenant()), bind("id", id), bind("from", from)})
                : 0;
        if (moved == 0) continue;
        auto const next = approvers_for(ctx, from, locked->applicant);
        ask(ctx, id, next.people);
        ctx.sql().execute(
            "update approval_step set note = '原审批人已停用，' || :note where tenant_id = :tenant and approval_id = "
            ":id and "
            "status = 'pending'",
            {bind("tenant", ctx.tenant()), bind("id", id), bind("note", next.note)});
        audit(ctx, id, "approval.reroute", "pending", "审批人已停用");
    }
}

}  // namespace wescrm::approval
