#include "opportunity/needable.hpp"
#include "opportunity/opportunities.hpp"
#include "rules/stages.hpp"

// What is known of an opportunity when it is to leave its stage.
namespace wescrm::sales {
namespace {

using database::bind;

// What the form does not ask for cannot be missing.
void add_words(operation::Context& ctx, database::Params const& key, MoveFacts& facts) {
    facts.labels = needable_fields(ctx);
    for (auto const& name : system_needable())
        if (!facts.labels.contains(name)) facts.filled.insert(name);
    auto const values = ctx.sql().value<std::string>(
        "select custom::text from opportunity where tenant_id = :tenant and id = :id", key);
    facts.filled.merge(unasked_fields(ctx, json::parse(values.value_or("{}")).value()));
}

}  // namespace

MoveFacts facts_of(operation::Context& ctx, OpportunityId id, LockedOpportunity const& locked) {
    auto& sql = ctx.sql();
    auto const key =
        database::Params{bind("tenant", ctx.tenant()), bind("id", id), bind("since", locked.stage_entered_at)};
    auto facts = MoveFacts{};
    for (auto& name : sql.values<std::string>(
             "select f.name from opportunity p, lateral (values ('amount_fen', p.amount_fen > 0), "
             "('expected_close_date', p.expected_close_date is not null), ('contact_id', p.contact_id is not null), "
             "('source', p.source <> ''), ('competitor', p.competitor <> ''), ('remark', p.remark <> ''), "
             "('main_lead_id', p.main_lead_id is not null), ('next_contact_at', p.next_contact_at is not null), "
             "('lines', exists (select 1 from opportunity_line l where l.tenant_id = p.tenant_id and l.opportunity_id "
             "= p.id))) f(name, is_filled) where p.tenant_id = :tenant and p.id = :id and f.is_filled union all select "
             "'custom.' || k.key from opportunity p, jsonb_each(p.custom) k where p.tenant_id = :tenant and p.id = "
             ":id and k.value not in ('null', '\"\"', '[]')",
             key))
        facts.filled.insert(std::move(name));
    add_words(ctx, key, facts);
    facts.followups = sql.value<std::int64_t>(
                             "select count(*) from followup where tenant_id = :tenant and target_type = 'opportunity' "
                             "and target_id = :id and deleted_at is null and followed_at >= :since",
                             key)
                          .value_or(0);
    for (auto& title : sql.values<std::string>(
             "select title from task where tenant_id = :tenant and target_type = 'opportunity' and target_id = :id and "
             "status = 'done'",
             key))
        facts.done_tasks.insert(std::move(title));
    facts.attachments = sql.value<std::int64_t>(
                               "select count(*) from attachment where tenant_id = :tenant and target_type = "
                               "'opportunity' and target_id = :id and state = 'stored'",
                               key)
                            .value_or(0);
    facts.approval = sql.value<std::string>(
                            "select status from approval where tenant_id = :tenant and subject_type = 'opportunity' "
                            "and subject_id = :id and created_at >= :since order by created_at desc, status = "
                            "'rejected', id desc limit 1",
                            key)
                         .value_or("");
    return facts;
}

}  // namespace wescrm::sales
