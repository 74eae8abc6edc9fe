#include "lead_followups.hpp"

#include "../followups.hpp"
#include "../rules/consequences.hpp"
#include "leads.hpp"
#include "scores.hpp"

#include <wescrm/sales/high_sea.hpp>

// What is said to a lead, before it is a customer.
namespace wescrm::sales {

using database::bind;

void replace_lead_reminder(operation::Context& ctx, RecordId lead, FollowupId id,
                           std::optional<Instant> next_contact_at) {
    for (auto const old : ctx.sql().values<std::int64_t>(
             "select f.id from followup f join timer t on t.tenant_id = f.tenant_id and t.kind = 'next_contact' and "
             "t.ref_kind = 'followup' and t.ref_id = f.id and t.state = 0 where f.tenant_id = :tenant and "
             "f.target_type "
             "= 'lead' and f.target_id = :lead and f.author_id = (select x.author_id from followup x where x.tenant_id "
             "= "
             ":tenant and x.id = :id) and f.id <> :id",
             {bind("tenant", ctx.tenant()), bind("lead", lead), bind("id", id)})) {
        ctx.timers().cancel("followup", old);
        ctx.outbox().cancel("followup", old);
    }
    if (!next_contact_at) return;
    ctx.timers().cancel("lead", lead.value(), "next_contact");
    ctx.timers().schedule({"next_contact", "followup", id.value(), *next_contact_at});
}

Result<std::string> check_lead_target(operation::Context& ctx, RecordId target) {
    auto const locked = lock_lead(ctx, LeadId{target.value()}, LeadNeed::read);
    if (!locked || locked->is_deleted) return invalid_field("target_id", "没有这条线索，或您看不到它");
    if (locked->status == "converted")
        return Error{Errc::conflict, "converted", "这条线索已转换为客户，请在客户上写跟进"};
    if (locked->status == "void") return Error{Errc::conflict, "status", "作废的线索不能跟进"};
    return locked->name;
}

void after_lead_followup(operation::Context& ctx, RecordId target, FollowupId id, Instant followed_at,
                         std::optional<Instant> next_contact_at) {
    auto const lead = LeadId{target.value()};
    auto leads = Leads{ctx};
    auto const locked = leads.lock(lead).value();
    auto const instants = after_followup({locked.last_follow_at, locked.next_contact_at}, followed_at, next_contact_at);
    leads.set_instants(lead, instants.last_follow_at, instants.next_contact_at);
    replace_lead_reminder(ctx, target, id, next_contact_at);
    recompute_due(ctx, PoolObject::lead, {lead.value()});
    rescore_leads(ctx, {lead.value()});
}

void recompute_lead_instants(operation::Context& ctx, RecordId target) {
    ctx.sql().execute(
        "update lead l set last_follow_at = (select max(f.followed_at) from followup f where f.tenant_id = :tenant and "
        "f.target_type = 'lead' and f.target_id = :id and f.deleted_at is null), next_contact_at = (select "
        "min(f.next_contact_at) from followup f where f.tenant_id = :tenant and f.target_type = 'lead' and f.target_id "
        "= :id and f.deleted_at is null and f.next_contact_at > :now) where l.tenant_id = :tenant and l.id = :id and "
        "l.status <> 'converted'",
        {bind("tenant", ctx.tenant()), bind("id", target), bind("now", ctx.now())});
    recompute_due(ctx, PoolObject::lead, {target.value()});
    rescore_leads(ctx, {target.value()});
}

}  // namespace wescrm::sales
