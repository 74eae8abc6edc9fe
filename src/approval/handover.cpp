#include "approvals.hpp"

#include <wescrm/approval/operations.hpp>

namespace wescrm::approval {
namespace {

using database::bind;
using operation::Context;
using operation::Handover;

std::int64_t count(Context& ctx, EmployeeId from) {
    return ctx.sql()
        .value<std::int64_t>(
            "select count(*) from approval_task where tenant_id = :tenant and approver_id = :from and status = "
            "'pending'",
            {bind("tenant", ctx.tenant()), bind("from", from)})
        .value_or(0);
}

// Whoever asked for it himself cannot be asked: then it goes on upwards.
Result<std::int64_t> move(Context& ctx, Handover const& handover) {
    auto const ids = ctx.sql().values<ApprovalId>(
        "update approval_task set status = 'transferred', comment = '交接' where tenant_id = :tenant and approver_id = "
        ":from "
        "and status = 'pending' returning approval_id",
        {bind("tenant", ctx.tenant()), bind("from", handover.from)});
    auto moved = std::vector<std::int64_t>{};
    for (auto const id : ids) {
        auto const locked = lock(ctx, id);
        auto const next = locked->applicant == handover.to ? approvers_for(ctx, handover.to, locked->applicant)
                                                           : Approvers{{handover.to}, "交接"};
        ask(ctx, id, next.people);
        moved.push_back(id.value());
    }
    auto entry = operation::AuditEntry{};
    entry.object = "approval";
    entry.action = "approval.handover";
    entry.before = R"({"approver_user_id":")" + handover.from_user.value() + "\"}";
    entry.after = R"({"approver_user_id":")" + handover.to_user.value() + "\"}";
    entry.reason = handover.reason;
    operation::audit_each(ctx, entry, moved);
    return static_cast<std::int64_t>(moved.size());
}

}  // namespace

void add_handovers(operation::HandoverKinds& kinds) {
    auto approvals = operation::HandoverKind{};
    approvals.name = "approval";
    approvals.title = "待处理的审批";
    approvals.hint = "由接收人审批";
    approvals.count = count;
    approvals.move = move;
    kinds.add(std::move(approvals));
}

void add_reader_terms(operation::ReaderTerms& terms, Subjects const& subjects) {
    for (auto const& subject : subjects.all())
        terms.add(
            {subject.kind,
             "{r}.id = any(array(select scope_a.subject_id from approval_task scope_t join approval scope_a on "
             "scope_a.tenant_id = scope_t.tenant_id and scope_a.id = scope_t.approval_id where scope_t.tenant_id = "
             ":scope_tenant and scope_t.approver_id = :scope_me and scope_t.status in ('pending', 'approved', "
             "'rejected') and scope_a.subject_type = '" +
                 subject.kind + "'))",
             false, "是该" + subject.title + "的审批人", "不是该" + subject.title + "的审批人"});
}

}  // namespace wescrm::approval
