#include "trade/deal_work.hpp"

#include <wescrm/sales/deal_status.hpp>
#include <wescrm/sales/sales_rules.hpp>

#include <algorithm>

namespace wescrm::sales {
namespace {

using database::bind;
using operation::Context;

constexpr std::int64_t piece = 200;  // customers of one transaction

std::vector<CustomerId> next_piece(Context& ctx) {
    return ctx.sql().values<CustomerId>(
        "select c.id from customer c join deal_work w on w.tenant_id = c.tenant_id and w.finished_at is null where "
        "c.tenant_id = :tenant and c.id > w.position order by c.id limit :piece",
        {bind("tenant", ctx.tenant()), bind("piece", piece)});
}

// Most are right already: only of the others the whole is worked out, with what follows from it.
std::vector<CustomerId> wrong_among(Context& ctx, std::vector<CustomerId> const& ids) {
    auto const events = sales_rules(ctx).deal_events;
    auto const counts = [&](DealEvent event) { return std::ranges::find(events, event) != events.end(); };
    return ctx.sql().values<CustomerId>(
        "select c.id from customer c left join (select customer_id, min(at) as first, max(at) as last from " +
            deal_events("= any(:ids::bigint[])") +
            " group by customer_id) d on d.customer_id = c.id where c.tenant_id = :tenant and c.id = "
            "any(:ids::bigint[]) and (c.deal_status <> coalesce(c.deal_fixed, case when d.first is null then 'open' "
            "else 'closed' end) or c.first_deal_at is distinct from d.first or c.last_deal_at is distinct from d.last) "
            "order by c.id",
        {bind("tenant", ctx.tenant()), bind("ids", ids), bind("by_order", counts(DealEvent::order)),
         bind("by_contract", counts(DealEvent::contract)), bind("by_opportunity", counts(DealEvent::opportunity))});
}

void schedule(Context& ctx) { ctx.timers().schedule({"deal_work", "company", ctx.tenant().value(), ctx.now()}); }

}  // namespace

std::string deal_events(std::string const& which) {
    auto const of = " and tenant_id = :tenant and customer_id " + which;
    return "(select customer_id, coalesce(in_force_at, created_at) as at from sales_order where :by_order::boolean" +
           of +
           " and status in ('in_force', 'executing', 'completed') union all select customer_id, coalesce(in_force_at, "
           "created_at) from contract where :by_contract::boolean" +
           of +
           " and status in ('in_force', 'expired', 'terminated') union all select customer_id, closed_at from "
           "opportunity where :by_opportunity::boolean" +
           of + " and status = 'won' and deleted_at is null) events";
}

void begin_deal_work(Context& ctx) {
    ctx.sql().execute(
        "insert into deal_work as w (tenant_id, started_at, total) select :tenant, :now, count(*) from customer where "
        "tenant_id = :tenant on conflict (tenant_id) do update set started_at = excluded.started_at, position = 0, "
        "total = excluded.total, done = 0, changed = 0, finished_at = null",
        {bind("tenant", ctx.tenant()), bind("now", ctx.now())});
    schedule(ctx);
}

DealWork deal_work(Context& ctx) {
    return ctx.sql()
        .record<DealWork>(
            "select finished_at is null, total, done, changed, started_at, finished_at from deal_work where tenant_id "
            "= :tenant",
            {bind("tenant", ctx.tenant())})
        .value_or(DealWork{});
}

Result<void> on_deal_work(Context& ctx, operation::Timer const&) {
    ctx.sql().execute("select 1 from deal_work where tenant_id = :tenant for update", {bind("tenant", ctx.tenant())});
    auto const ids = next_piece(ctx);
    auto const wrong = wrong_among(ctx, ids);
    for (auto const id : wrong) recompute_deal_status(ctx, id);
    auto const is_last = std::ssize(ids) < piece;
    ctx.sql().execute(
        "update deal_work set position = greatest(position, :position), done = done + :count, changed = changed + "
        ":changed, finished_at = case when :last::boolean then :now::timestamptz end where tenant_id = :tenant and "
        "finished_at is null",
        {bind("tenant", ctx.tenant()), bind("position", ids.empty() ? std::int64_t{0} : ids.back().value()),
         bind("count", std::ssize(ids)), bind("changed", std::ssize(wrong)), bind("last", is_last),
         bind("now", ctx.now())});
    if (!is_last) schedule(ctx);
    return {};
}

}  // namespace wescrm::sales
