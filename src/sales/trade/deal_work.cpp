#include "trade/deal_work.hpp"

#include <wescrm/sales/deal_status.hpp>

namespace wescrm::sales {
namespace {

using database::bind;
using operation::Context;

constexpr std::int64_t piece = 500;  // customers of one transaction

std::vector<CustomerId> next_piece(Context& ctx) {
    return ctx.sql().values<CustomerId>(
        "select c.id from customer c join deal_work w on w.tenant_id = c.tenant_id and w.finished_at is null where "
        "c.tenant_id = :tenant and c.id > w.position order by c.id limit :piece",
        {bind("tenant", ctx.tenant()), bind("piece", piece)});
}

std::vector<std::string> statuses_of(Context& ctx, std::vector<CustomerId> const& ids) {
    return ctx.sql().values<std::string>(
        "select deal_status from customer where tenant_id = :tenant and id = any(:ids::bigint[]) order by id",
        {bind("tenant", ctx.tenant()), bind("ids", ids)});
}

void schedule(Context& ctx) { ctx.timers().schedule({"deal_work", "company", ctx.tenant().value(), ctx.now()}); }

}  // namespace

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
    auto const before = statuses_of(ctx, ids);
    for (auto const id : ids) recompute_deal_status(ctx, id);
    auto const after = statuses_of(ctx, ids);
    auto changed = std::int64_t{0};
    for (auto n = std::size_t{0}; n < before.size() && n < after.size(); ++n) changed += before[n] != after[n] ? 1 : 0;
    auto const is_last = std::ssize(ids) < piece;
    ctx.sql().execute(
        "update deal_work set position = greatest(position, :position), done = done + :count, changed = changed + "
        ":changed, finished_at = case when :last::boolean then :now::timestamptz end where tenant_id = :tenant and "
        "finished_at is null",
        {bind("tenant", ctx.tenant()), bind("position", ids.empty() ? std::int64_t{0} : ids.back().value()),
         bind("count", std::ssize(ids)), bind("changed", changed), bind("last", is_last), bind("now", ctx.now())});
    if (!is_last) schedule(ctx);
    return {};
}

}  // namespace wescrm::sales
