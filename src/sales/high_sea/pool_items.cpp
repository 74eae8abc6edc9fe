#include "pool_items.hpp"

#include "pool_history.hpp"

#include <algorithm>

namespace wescrm::sales {

bool SeenPool::hides(operation::Context const& ctx, std::string_view field) const {
    return !seat.is_admin && !ctx.actor().is_administrator &&
           std::ranges::find(pool.hidden_fields, field) != pool.hidden_fields.end();
}

Result<SeenPool> seen_pool(operation::Context& ctx, HighSeaId id) {
    auto pools = Pools{ctx};
    auto pool = pools.find(id);
    auto const seat = pool ? pools.seat(id) : Seat{};
    if (!pool || (!seat.is_any() && !ctx.may("high_sea.manage"))) return no_high_sea();
    return SeenPool{std::move(*pool), seat};
}

std::string select_pool_items(operation::Context const& ctx, SeenPool const& seen, std::string const& more) {
    auto const is_lead = object_of(seen.pool) == PoolObject::lead;
    auto const former = seen.seat.is_admin ? std::string{"f.user_id, f.name"} : std::string{"null, null"};
    auto const excerpt = seen.hides(ctx, hides_history) ? "0" : seen.hides(ctx, hides_history_text) ? "30" : "60";
    auto const notes = is_lead ? "n.target_type = 'lead' and n.target_id = r.id" : "n.customer_id = r.id";
    return std::string{"select r.id, r.no, r.name, "} + (is_lead ? "r.company" : "r.short_name") + ", r.level, " +
           (is_lead ? "''" : "r.industry") + ", r.source, " +
           (is_lead ? "r.province || r.city || r.address" : "r.address") +
           ", r.province || case when r.city = r.province then '' else r.city end" +
           ", r.pool_entered_at, coalesce(r.pool_entry, ''), r.pool_reason, r.pool_entries, " + former +
           ", r.last_follow_at, (select left(n.content, " + excerpt +
           ") from followup n where n.tenant_id = r.tenant_id and " + notes +
           " and n.deleted_at is null order by n.followed_at desc limit 1), r.high_sea_id, '" + seen.pool.object + "'" +
           more + " from " + seen.pool.object +
           " r left join employee f on f.tenant_id = r.tenant_id and f.id = r.former_owner_id where r.tenant_id = "
           ":tenant and r.deleted_at is null";
}

}  // namespace wescrm::sales
