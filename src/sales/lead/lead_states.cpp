#include "../rules/lead_states.hpp"

#include "../customers.hpp"
#include "../duplicate/entering.hpp"
#include "../high_sea/moves.hpp"
#include "../loss.hpp"
#include "lead_verbs.hpp"
#include "leads.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/operation/permissions.hpp>
#include <wescrm/sales/sales_rules.hpp>

// Owners and states of leads.
namespace wescrm::sales {
namespace {

using database::bind;

std::optional<HighSeaId> pool_of(operation::Context& ctx, LeadId id) {
    return ctx.sql().value<HighSeaId>("select high_sea_id from lead where tenant_id = :tenant and id = :id",
                                      {bind("tenant", ctx.tenant()), bind("id", id)});
}

Result<void> give(operation::Context& ctx, PoolRecord const& record, EmployeeId to, std::string_view kind,
                  GiveLead const& input) {
    auto const reason = input.reason.value_or("");
    if (!record.high_sea.is_empty())
        return assign_from_pool(ctx, PoolObject::lead, record, to, reason, input.over_cap_reason);
    auto const kept = make_room(ctx, PoolObject::lead, to, std::nullopt, reason, input.over_cap_reason);
    if (!kept) return kept.error();
    PoolRecords{ctx, PoolObject::lead}.give(record, {to, kind, *kept, {}});
    tell_gain(ctx, PoolObject::lead, record, to, *kept);
    tell_loss(ctx, {"lead", "线索", record.id, record.name, record.owner, to, *kept, record.version});
    return {};
}

Result<LeadDetail> hand(operation::Context& ctx, GiveLead const& input, std::string_view kind) {
    auto const to = active_employee(ctx, input.user_id);
    if (to) queue_up(ctx, *to);
    auto const locked = lock_lead(ctx, input.id, LeadNeed::write);
    if (!locked) return locked.error();
    if (locked->is_deleted) return Error{Errc::not_found, "lead", "这条线索在回收站里，请先恢复"};
    if (!to) return invalid_field("user_id", "没有这位在职员工");
    if (*to == locked->owner) return Error{Errc::conflict, "already_owner", "「" + locked->name + "」已由该员工负责"};
    if (auto const can = after(locked->status, LeadEvent::gain); !can) return can.error();
    auto leads = Leads{ctx};
    auto const before = leads.find(input.id);
    auto const record = PoolRecords{ctx, PoolObject::lead}.lock(input.id.value()).value();
    if (auto const done = give(ctx, record, *to, kind, input); !done) return done.error();
    auto const given = leads.find(input.id);
    audit_lead(ctx, input.id, "lead." + std::string{kind}, before, given, given ? given->assign_reason : "");
    return leads.detail(input.id);
}

// A change of state alone, by who may change the lead.
Result<LeadDetail> move(operation::Context& ctx, LeadId id, LeadEvent event, std::string const& action,
                        std::string const& reason, Entering const& how = {}) {
    auto const locked = lock_lead(ctx, id, LeadNeed::write);
    if (!locked) return locked.error();
    if (locked->is_deleted) return Error{Errc::not_found, "lead", "这条线索在回收站里，请先恢复"};
    auto status = after(locked->status, event);
    if (!status) return status.error();
    if (event == LeadEvent::restore && locked->owner.is_empty()) status = std::string{"unassigned"};
    auto leads = Leads{ctx};
    auto const before = leads.find(id);
    auto const comes_back = event == LeadEvent::reopen || event == LeadEvent::restore;
    leads.set_status(id, *status, comes_back ? std::string{} : reason);
    if (event == LeadEvent::restore) {
        auto const entered = enter_record(ctx, DuplicateObject::lead, id.value(), how);
        if (!entered) return entered.error();
    }
    recompute_due(ctx, PoolObject::lead, {id.value()});
    ctx.timers().cancel("lead", id.value());
    audit_lead(ctx, id, action, before, leads.find(id), reason);
    return leads.detail(id);
}

}  // namespace

Result<LeadDetail> hand_out_lead(operation::Context& ctx, GiveLead const& input) {
    auto const pool = pool_of(ctx, input.id);
    auto const is_pool_admin = pool && Pools{ctx}.seat(*pool).is_admin;
    if (!is_pool_admin && !ctx.may("lead.assign")) return operation::no_permission("lead.assign");
    return hand(ctx, input, "assign");
}

Result<LeadDetail> hand_on_lead(operation::Context& ctx, GiveLead const& input) { return hand(ctx, input, "transfer"); }

Result<LeadDetail> assign_lead(operation::Context& ctx, HandLead const& input) {
    return hand_out_lead(ctx, {input, {}});
}

Result<LeadDetail> transfer_lead(operation::Context& ctx, HandLead const& input) {
    return hand_on_lead(ctx, {input, {}});
}

Result<LeadDetail> invalidate_lead(operation::Context& ctx, EndLead const& input) {
    if (text::trim(input.reason).empty()) return invalid_field("reason", "请填写无效原因");
    if (auto const good = insist_reason(ctx, ReasonOf::invalid, input.reason); !good) return good.error();
    return move(ctx, input.id, LeadEvent::invalidate, "lead.invalidate", input.reason);
}

Result<LeadDetail> reopen_with_reason(operation::Context& ctx, ReopenLead const& input) {
    if (text::trim(input.reason).empty()) return invalid_field("reason", "请填写重新打开的原因");
    auto const found = Leads{ctx}.find(input.id);
    if (!found || found->status != "void") return move(ctx, input.id, LeadEvent::reopen, "lead.reopen", input.reason);
    if (!ctx.actor().is_administrator && ctx.scope().allows("lead", operation::Power::read, input.id.value()))
        return Error{Errc::forbidden, "administrator", "作废的线索只能由企业管理员恢复"};
    return move(ctx, input.id, LeadEvent::restore, "lead.reopen", input.reason,
                Entering{.reason = input.duplicate_reason});
}

Result<LeadDetail> void_lead(operation::Context& ctx, EndLead const& input) {
    if (text::trim(input.reason).empty()) return invalid_field("reason", "请填写作废原因");
    return move(ctx, input.id, LeadEvent::make_void, "lead.void", input.reason);
}

}  // namespace wescrm::sales
