#include "approvals.hpp"

#include <wescrm/approval/passing.hpp>
#include <wescrm/base/text.hpp>

namespace wescrm::approval {
namespace {

using database::bind;

struct Colleague {
    EmployeeId id;
    std::string name;
};

/// Who may be asked besides: an active colleague who neither applied nor is asked already.
Result<Colleague> somebody_else(operation::Context& ctx, PassApproval const& input, Locked const& locked) {
    auto const found = ctx.sql().row<EmployeeId, std::string>(
        "select id, name from employee where tenant_id = :tenant and user_id = :user and status = 'active'",
        {bind("tenant", ctx.tenant()), bind("user", input.user_id)});
    if (!found) return invalid_field("user_id", "没有这位在职同事");
    auto const& [id, name] = *found;
    if (id == locked.applicant) return invalid_field("user_id", "不能由提交人审批");
    if (is_asked(ctx, input.id, id)) return invalid_field("user_id", name + "已经是审批人");
    return Colleague{id, name};
}

void note(operation::Context& ctx, ApprovalId id, std::string const& words) {
    ctx.sql().execute(
        "update approval_step set note = note || '；' || :words where tenant_id = :tenant and approval_id = :id and "
        "status = 'pending'",
        {bind("tenant", ctx.tenant()), bind("id", id), bind("words", words)});
    ctx.sql().execute(
        "update approval set version = version + 1, updated_at = :now where tenant_id = :tenant and id = :id",
        {bind("tenant", ctx.tenant()), bind("id", id), bind("now", ctx.now())});
}

std::string words_with(std::string words, std::string const& comment) {
    return comment.empty() ? words : std::move(words) + "（" + comment + "）";
}

/// The pending approval, by somebody who is asked or, where `also_administrators`, runs the company.
Result<Locked> pending(operation::Context& ctx, ApprovalId id, Subjects const& subjects, bool also_administrators) {
    auto const locked = lock(ctx, id);
    if (!locked || !find(ctx, id, subjects)) return no_approval();
    if (locked->status != "pending") return how_it_ended(ctx, id, *locked);
    auto const may = is_asked(ctx, id, ctx.actor().employee) || (also_administrators && ctx.actor().is_administrator);
    if (!may) return Error{Errc::forbidden, "approver", "这个审批没有分给您，您可以查看但不能处理"};
    return *locked;
}

void audit(operation::Context& ctx, ApprovalId id, std::string action, Colleague const& to,
           std::string const& comment) {
    auto after = json::Document{rapidjson::kObjectType};
    json::set(after, "approver", to.name, after.GetAllocator());
    ctx.audit({"approval", id.value(), std::move(action), "", json::write(after), comment});
}

}  // namespace

std::vector<operation::FieldRule> field_rules(PassApproval const*) {
    return {{"user_id", "审批人", {.max_length = 64}}, {"comment", "说明", {.max_length = 500}}};
}

Result<Approval> transfer(operation::Context& ctx, PassApproval const& input, Subjects const& subjects) {
    auto const locked = pending(ctx, input.id, subjects, true);
    if (!locked) return locked.error();
    auto const to = somebody_else(ctx, input, *locked);
    if (!to) return to.error();
    auto const comment = std::string{text::trim(input.comment.value_or(""))};
    auto const is_mine = is_asked(ctx, input.id, ctx.actor().employee);
    auto const given_up = ctx.sql().values<EmployeeId>(
        "update approval_task set status = 'transferred', comment = :comment, decided_at = :now where tenant_id = "
        ":tenant and approval_id = :id and status = 'pending' and (:all or approver_id = :me) returning approver_id",
        {bind("tenant", ctx.tenant()), bind("id", input.id), bind("comment", comment), bind("now", ctx.now()),
         bind("all", !is_mine), bind("me", ctx.actor().employee)});
    for (auto const person : given_up) close_cards_of(ctx, input.id, person, "已转交" + to->name);
    ask(ctx, input.id, {to->id});
    note(ctx, input.id, words_with(ctx.actor().name + " 转交给 " + to->name, comment));
    audit(ctx, input.id, "approval.transfer", *to, comment);
    return find(ctx, input.id, subjects).value();
}

Result<Approval> add_signer(operation::Context& ctx, PassApproval const& input, Subjects const& subjects) {
    auto const locked = pending(ctx, input.id, subjects, false);
    if (!locked) return locked.error();
    auto const to = somebody_else(ctx, input, *locked);
    if (!to) return to.error();
    auto const comment = std::string{text::trim(input.comment.value_or(""))};
    ask(ctx, input.id, {to->id});
    note(ctx, input.id, words_with(ctx.actor().name + " 加签 " + to->name, comment));
    audit(ctx, input.id, "approval.add_signer", *to, comment);
    return find(ctx, input.id, subjects).value();
}

Result<Approval> urge(operation::Context& ctx, OneApproval const& input, Subjects const& subjects,
                      Config const& config) {
    auto const locked = lock(ctx, input.id);
    if (!locked || !find(ctx, input.id, subjects)) return no_approval();
    if (locked->status != "pending") return how_it_ended(ctx, input.id, *locked);
    if (locked->applicant != ctx.actor().employee) return Error{Errc::forbidden, "applicant", "只有提交人可以催办"};
    auto const params = database::Params{bind("tenant", ctx.tenant()), bind("id", input.id), bind("now", ctx.now())};
    auto const last = ctx.sql().value<Instant>(
        "select urged_at from approval where tenant_id = :tenant and id = :id and urged_at is not null",
        {bind("tenant", ctx.tenant()), bind("id", input.id)});
    if (last && *last + config.urge_every > ctx.now())
        return Error{Errc::rate_limited, "urged",
                     "刚催办过，" + format_for_people(*last + config.urge_every, ctx.zone(), ctx.now()) + " 后可再催"};
    ctx.sql().execute("update approval set urged_at = :now where tenant_id = :tenant and id = :id", params);
    for (auto const person : ctx.sql().values<EmployeeId>(
             "select approver_id from approval_task where tenant_id = :tenant and approval_id = :id and status = "
             "'pending' order by id",
             {bind("tenant", ctx.tenant()), bind("id", input.id)}))
        send_again(ctx, input.id, person);
    ctx.audit({"approval", input.id.value(), "approval.urge", "", "{}", {}});
    return find(ctx, input.id, subjects).value();
}

}  // namespace wescrm::approval
