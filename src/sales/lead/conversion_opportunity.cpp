#include "../hanging.hpp"

#include <wescrm/operation/permissions.hpp>
#include <wescrm/sales/lead_conversion.hpp>
#include <wescrm/sales/opportunity.hpp>

// The opportunity that comes of a lead, by the rules of opportunities.
namespace wescrm::sales {

Result<RecordId> make_opportunity(operation::Context& ctx, json::Document const& input) {
    if (!ctx.may("opportunity.create")) return operation::no_permission("opportunity.create");
    auto wanted = operation::read_input<CreateOpportunity>(input);
    if (!wanted) {
        auto error = wanted.error();
        for (auto& field : error.fields) field.field.insert(0, "opportunity.");
        return error;
    }
    auto const made = create_opportunity(ctx, *wanted);
    if (!made) return made.error();
    return RecordId{made->id.value()};
}

namespace {

// Those that its first stage made along with it: nobody has had a hand in them.
void cancel_own_tasks(operation::Context& ctx, RecordId id) {
    ctx.sql().execute(
        "update task k set status = 'cancelled', updated_at = :now, version = k.version + 1 from opportunity p where "
        "k.tenant_id = :tenant and k.target_type = 'opportunity' and k.target_id = :id and k.status = 'open' and "
        "p.tenant_id = k.tenant_id and p.id = k.target_id and k.created_at = p.created_at and k.version = 1",
        {database::bind("tenant", ctx.tenant()), database::bind("id", id), database::bind("now", ctx.now())});
}

}  // namespace

Result<void> drop_opportunity(operation::Context& ctx, RecordId id) {
    auto const grown = ctx.sql().value<int>(
        "select 1 from opportunity p where p.tenant_id = :tenant and p.id = :id and (p.status <> 'open' or (select "
        "count(*) from stage_history h where h.tenant_id = p.tenant_id and h.opportunity_id = p.id) > 1)",
        {database::bind("tenant", ctx.tenant()), database::bind("id", id)});
    if (grown) return Error{Errc::conflict, "has_children", "转化时生成的商机已有进展，不能撤销转化"};
    cancel_own_tasks(ctx, id);
    if (auto const there = hanging_on(ctx, OpportunityId{id.value()}); !there.empty())
        return Error{Errc::conflict, "has_children", "转化时生成的商机已有" + there + "，不能撤销转化"};
    auto const gone = delete_opportunity(ctx, {OpportunityId{id.value()}, std::nullopt});
    if (!gone) return gone.error();
    return {};
}

}  // namespace wescrm::sales
