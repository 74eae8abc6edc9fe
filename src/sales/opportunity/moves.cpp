#include "customers.hpp"
#include "loss.hpp"
#include "opportunity/entry.hpp"
#include "opportunity/opportunities.hpp"
#include "opportunity/processes.hpp"
#include "rules/stages.hpp"

#include <wescrm/approval/terminate.hpp>
#include <wescrm/base/currency.hpp>
#include <wescrm/base/text.hpp>
#include <wescrm/operation/permissions.hpp>
#include <wescrm/sales/deal_status.hpp>
#include <wescrm/sales/high_sea.hpp>
#include <wescrm/sales/sales_rules.hpp>

#include <algorithm>

// Forward and back between stages, closed and opened again, and to another owner.
namespace wescrm::sales {
namespace {

using database::bind;

std::string word_for(std::string_view status) { return status == "won" ? "赢单" : status == "lost" ? "输单" : "无效"; }

Error closed(LockedOpportunity const& locked) {
    return {Errc::conflict, "closed",
            "商机「" + locked.name + "」已是" + word_for(locked.status) + "，需要时请先重新打开"};
}

std::optional<Stage> end_of(operation::Context& ctx, ProcessId process, std::string_view kind) {
    for (auto& stage : Processes{ctx}.stages(process))
        if (stage.kind == kind) return stage;
    return std::nullopt;
}

void tell_team(operation::Context& ctx, OpportunityId id) {
    // A closed deal needs no more reminders, and nobody's consent.
    approval::terminate(ctx, "opportunity", id.value(), "商机已关闭");
    ctx.timers().cancel("opportunity", id.value());
    ctx.outbox().cancel("opportunity", id.value());
}

/// Whether it takes somebody's consent.
Result<bool> check_to_win(operation::Context& ctx, OpportunityId id, LockedOpportunity const& locked) {
    auto const process = Processes{ctx}.find(locked.process);
    auto const stages = Processes{ctx}.stages(locked.process);
    auto const stage = std::ranges::find(stages, locked.stage, &Stage::id);
    if (stage == stages.end()) return false;
    auto const from = static_cast<std::size_t>(stage - stages.begin());
    auto const rules = MoveRules{process->roll_back, process->can_skip};
    if (auto const may = check_win(rules, stages, from, facts_of(ctx, id, locked)); !may) return may.error();
    return takes_consent(rules, stages, from, stages.size());
}

// A company may count a deal as won only with an order or a contract.
Result<void> check_document(operation::Context& ctx, OpportunityId id) {
    auto const needed = sales_rules(ctx).won_requires;
    if (needed == WonRequires::nothing) return {};
    auto const [has_order, has_contract] =
        ctx.sql()
            .row<bool, bool>(
                "select exists (select 1 from sales_order where tenant_id = :tenant and opportunity_id = :id and "
                "status "
                "in ('in_force', 'executing', 'completed')), exists (select 1 from contract where tenant_id = :tenant "
                "and opportunity_id = :id and status in ('in_force', 'expired', 'terminated'))",
                {bind("tenant", ctx.tenant()), bind("id", id)})
            .value();
    auto const is_met =
        (needed != WonRequires::contract && has_order) || (needed != WonRequires::order && has_contract);
    if (is_met) return {};
    auto const what = needed == WonRequires::order ? "订单" : needed == WonRequires::contract ? "合同" : "订单或合同";
    return Error{Errc::conflict, "won_requires",
                 std::string{"赢单前需要有已生效的"} + what + "：请先从这个商机新建" + what + "并提交生效"};
}

struct Closing {
    OpportunityId id;
    std::string kind;
    std::string reason;
    std::optional<Date> closed_on;
    std::optional<std::string> competitor;
};

Result<void> close(operation::Context& ctx, Closing const& closing, LockedOpportunity const& locked) {
    auto const stage = end_of(ctx, locked.process, closing.kind);
    if (!stage) return Error{Errc::conflict, "no_stage", "这个销售流程没有" + word_for(closing.kind) + "阶段"};
    auto const permit = permit_move(ctx, locked, locked.process, *stage);
    if (!permit) return permit.error();
    if (closing.kind == "won" && locked.amount == Money{}) return invalid_field("amount_fen", "赢单前请先填写商机金额");
    auto is_agreed = false;
    if (closing.kind == "won") {
        auto const may = check_to_win(ctx, closing.id, locked);
        if (!may) return may.error();
        is_agreed = *may;
    }
    if (closing.kind == "won")
        if (auto const there = check_document(ctx, closing.id); !there) return there.error();
    if (closing.closed_on && *closing.closed_on > ctx.today())
        return invalid_field("closed_on", "成交日期不能晚于今天");
    tell_team(ctx, closing.id);
    enter_stage(ctx, {closing.id, *permit, closing.reason, is_agreed}, locked);
    ctx.sql().execute(
        "update opportunity set closed_on = coalesce(:on::date, closed_on), competitor = coalesce(:competitor, "
        "competitor) where tenant_id = :tenant and id = :id",
        {bind("tenant", ctx.tenant()), bind("id", closing.id), bind("on", closing.closed_on),
         bind("competitor", closing.competitor)});
    if (closing.kind == "won") recompute_deal_status(ctx, locked.customer);
    recompute_due(ctx, PoolObject::customer, {locked.customer.value()});
    return {};
}

Result<OpportunityDetail> give_up(operation::Context& ctx, LoseOpportunity const& input, std::string const& kind) {
    auto const locked = lock_open(ctx, input.id, input.version);
    if (!locked) return locked.error();
    auto const of = kind == "lost" ? ReasonOf::lost : ReasonOf::invalid;
    if (auto const good = insist_reason(ctx, of, input.reason); !good) return good.error();
    auto opportunities = Opportunities{ctx};
    auto const before = opportunities.find(input.id);
    auto const done = close(ctx, {input.id, kind, input.reason, input.closed_on, input.competitor}, *locked);
    if (!done) return done.error();
    audit_opportunity(ctx, input.id, kind == "lost" ? "opportunity.lose" : "opportunity.invalidate", before,
                      opportunities.find(input.id), input.reason);
    return opportunities.detail(input.id);
}

void tell_owner(operation::Context& ctx, OpportunityId id, EmployeeId to, std::string const& reason) {
    auto const opportunity = Opportunities{ctx}.find(id).value();
    auto data = operation::write_output(opportunity);
    json::set(data, "actor_name", ctx.actor().name, data.GetAllocator());
    json::set(data, "reason", reason, data.GetAllocator());
    json::set(data, "amount_text", format_for_people(opportunity.amount_fen, opportunity.currency),
              data.GetAllocator());
    json::set(data, "at_text", format_for_people(ctx.now(), ctx.zone(), ctx.now()), data.GetAllocator());
    auto notice = operation::Notice{};
    notice.effect_key = "transfer:" + std::to_string(id.value()) + ":" + std::to_string(opportunity.version);
    notice.to = to;
    notice.kind = "opportunity_transferred";
    notice.data = std::move(data);
    notice.source_kind = "opportunity";
    notice.source_id = id.value();
    ctx.outbox().tell(notice);
}

}  // namespace

Result<LockedOpportunity> lock_open(operation::Context& ctx, OpportunityId id,
                                    std::optional<std::int64_t> const& version) {
    auto const locked = lock_permitted(ctx, id, OpportunityNeed::write);
    if (!locked) return locked.error();
    if (locked->is_deleted) return Error{Errc::not_found, "opportunity", "这个商机在回收站里，请先恢复"};
    if (auto const fresh = insist_version(version, locked->version); !fresh) return fresh.error();
    if (locked->status != "open") return closed(*locked);
    return locked;
}

Result<void> close_stalled(operation::Context& ctx, OpportunityId id, LockedOpportunity const& locked,
                           std::string const& reason) {
    auto opportunities = Opportunities{ctx};
    auto const before = opportunities.find(id);
    if (auto const done = close(ctx, {id, "lost", reason, {}, {}}, locked); !done) return done.error();
    audit_opportunity(ctx, id, "opportunity.lose", before, opportunities.find(id), reason);
    return {};
}

Result<void> step(operation::Context& ctx, StageStep const& wanted, LockedOpportunity const& locked) {
    if (locked.status != "open") return closed(locked);
    auto const process = Processes{ctx}.find(locked.process);
    auto const stages = Processes{ctx}.stages(locked.process);
    auto const to = std::ranges::find(stages, wanted.stage, &Stage::id);
    auto const from = std::ranges::find(stages, locked.stage, &Stage::id);
    if (to == stages.end()) return invalid_field("stage_id", "这个商机的销售流程没有这个阶段");
    if (to->kind == "won") {
        if (!ctx.may("opportunity.close")) return operation::no_permission("opportunity.close");
        return close(ctx, {wanted.id, "won", wanted.reason.value_or(""), {}, {}}, locked);
    }
    if (to->kind != "open") return invalid_field("stage_id", "输单和无效请填写原因后直接关闭商机");
    auto const permit = permit_move(ctx, locked, locked.process, *to);
    if (!permit) return permit.error();
    auto facts = facts_of(ctx, wanted.id, locked);
    facts.has_reason = wanted.reason.has_value();
    auto const rules = MoveRules{process->roll_back, process->can_skip};
    auto const here = static_cast<std::size_t>(from - stages.begin());
    auto const there = static_cast<std::size_t>(to - stages.begin());
    if (auto const allowed = check_move(rules, stages, here, there, facts); !allowed) return allowed.error();
    enter_stage(ctx, {wanted.id, *permit, wanted.reason.value_or(""), takes_consent(rules, stages, here, there)},
                locked);
    approval::terminate(ctx, "opportunity", wanted.id.value(), "商机已到「" + to->name + "」");
    return {};
}

Result<OpportunityDetail> advance_opportunity(operation::Context& ctx, AdvanceOpportunity const& input) {
    auto const locked = lock_open(ctx, input.id, input.version);
    if (!locked) return locked.error();
    auto opportunities = Opportunities{ctx};
    auto const before = opportunities.find(input.id);
    if (auto const moved = step(ctx, {input.id, input.stage_id, input.reason}, *locked); !moved) return moved.error();
    audit_opportunity(ctx, input.id, "opportunity.advance", before, opportunities.find(input.id),
                      input.reason.value_or(""));
    return opportunities.detail(input.id);
}

Result<OpportunityDetail> win_opportunity(operation::Context& ctx, WinOpportunity const& input) {
    auto locked = lock_open(ctx, input.id, input.version);
    if (!locked) return locked.error();
    auto opportunities = Opportunities{ctx};
    auto const before = opportunities.find(input.id);
    if (input.amount_fen) {
        if (*input.amount_fen < Money{}) return invalid_field("amount_fen", "商机金额不能小于 0");
        locked->amount = *input.amount_fen;
        ctx.sql().execute(
            "update opportunity set amount_fen = :amount, is_amount_typed = true where tenant_id = :tenant and id = "
            ":id",
            {bind("tenant", ctx.tenant()), bind("id", input.id), bind("amount", *input.amount_fen)});
    }
    if (input.remark)
        ctx.sql().execute("update opportunity set remark = :remark where tenant_id = :tenant and id = :id",
                          {bind("tenant", ctx.tenant()), bind("id", input.id), bind("remark", *input.remark)});
    auto const done = close(ctx, {input.id, "won", "", input.closed_on, {}}, *locked);
    if (!done) return done.error();
    audit_opportunity(ctx, input.id, "opportunity.win", before, opportunities.find(input.id));
    return opportunities.detail(input.id);
}

Result<OpportunityDetail> lose_opportunity(operation::Context& ctx, LoseOpportunity const& input) {
    return give_up(ctx, input, "lost");
}

Result<OpportunityDetail> invalidate_opportunity(operation::Context& ctx, LoseOpportunity const& input) {
    return give_up(ctx, input, "invalid");
}

Result<OpportunityDetail> reopen_opportunity(operation::Context& ctx, ReopenOpportunity const& input) {
    auto const locked = lock_permitted(ctx, input.id, OpportunityNeed::write);
    if (!locked) return locked.error();
    if (locked->is_deleted) return Error{Errc::not_found, "opportunity", "这个商机在回收站里，请先恢复"};
    if (auto const fresh = insist_version(input.version, locked->version); !fresh) return fresh.error();
    if (locked->status == "open") return Error{Errc::conflict, "not_closed", "商机「" + locked->name + "」还在进行中"};
    auto const process = Processes{ctx}.find(locked->process);
    if (!process || !process->can_reopen)
        return Error{Errc::conflict, "reopen", "这个销售流程不允许重新打开已关闭的商机"};
    if (text::trim(input.reason.value_or("")).empty()) return invalid_field("reason", "请填写重新打开的原因");
    auto const stages = Processes{ctx}.stages(locked->process);
    auto const wanted = input.stage_id ? input.stage_id : locked->last_open_stage;
    auto to = wanted ? std::ranges::find(stages, *wanted, &Stage::id) : stages.begin();
    if (to == stages.end() && !input.stage_id) to = stages.begin();
    if (to == stages.end() || to->kind != "open") return invalid_field("stage_id", "应为流程里进行中的阶段");
    auto const permit = permit_move(ctx, *locked, locked->process, *to);
    if (!permit) return permit.error();
    auto opportunities = Opportunities{ctx};
    auto const before = opportunities.find(input.id);
    enter_stage(ctx, {input.id, *permit, input.reason.value_or("")}, *locked);
    if (locked->status == "won") recompute_deal_status(ctx, locked->customer);
    recompute_due(ctx, PoolObject::customer, {locked->customer.value()});
    audit_opportunity(ctx, input.id, "opportunity.reopen", before, opportunities.find(input.id),
                      input.reason.value_or(""));
    return opportunities.detail(input.id);
}

Result<OpportunityDetail> transfer_opportunity(operation::Context& ctx, TransferOpportunity const& input) {
    auto const locked = lock_permitted(ctx, input.id, OpportunityNeed::write);
    if (!locked) return locked.error();
    if (locked->is_deleted) return Error{Errc::not_found, "opportunity", "这个商机在回收站里，请先恢复"};
    auto const to = active_employee(ctx, input.user_id);
    if (!to) return invalid_field("user_id", "没有这位在职员工");
    if (*to == locked->owner) return Error{Errc::conflict, "already_owner", "「" + locked->name + "」已由该员工负责"};
    auto opportunities = Opportunities{ctx};
    auto const before = opportunities.find(input.id);
    auto const reason = input.reason.value_or("");
    ctx.sql().execute(
        "update opportunity set owner_id = :to, owner_department_id = (select main_department_id from employee where "
        "tenant_id = :tenant and id = :to), version = version + 1, updated_at = :now where tenant_id = :tenant and id "
        "= "
        ":id",
        {bind("tenant", ctx.tenant()), bind("id", input.id), bind("to", *to), bind("now", ctx.now())});
    ctx.sql().execute(
        "delete from team_member where tenant_id = :tenant and object = 'opportunity' and object_id = :id and "
        "employee_id = :to",
        {bind("tenant", ctx.tenant()), bind("id", input.id), bind("to", *to)});
    opportunities.append_ownership({input.id, "transfer", locked->owner, *to, reason});
    audit_opportunity(ctx, input.id, "opportunity.transfer", before, opportunities.find(input.id), reason);
    if (*to != ctx.actor().employee) tell_owner(ctx, input.id, *to, reason);
    tell_loss(ctx,
              {"opportunity", "商机", input.id.value(), locked->name, locked->owner, *to, reason, locked->version});
    auto shown = OpportunityDetail{};
    static_cast<Opportunity&>(shown) = opportunities.find(input.id).value();  // the actor may no longer see it
    shown.team = opportunities.team(input.id);
    return shown;
}

}  // namespace wescrm::sales
