#include "openings.hpp"

#include "../rules/claiming.hpp"

// How many records of a pool somebody opens on a day.
namespace wescrm::sales {

using database::bind;

Result<void> note_opening(operation::Context& ctx, PoolObject object, HighSeaId pool, std::int64_t id) {
    if (ctx.actor().is_system()) return {};
    auto pools = Pools{ctx};
    auto const found = pools.find(pool);
    if (!found || !found->view_daily_limit || found->object != name_of(object) || pools.seat(pool).is_admin) return {};
    auto const params = database::Params{bind("tenant", ctx.tenant()), bind("pool", pool),
                                         bind("me", ctx.actor().employee), bind("today", ctx.today()), bind("id", id)};
    // Two pages that he opens at once are counted one after the other.
    (void)ctx.sql().value<std::string>(
        "select pg_advisory_xact_lock(hashtextextended('opening:' || :me::text, :tenant::bigint))::text", params);
    auto const row = ctx.sql()
                         .row<std::int64_t, bool>(
                             "select count(*), coalesce(bool_or(object_id = :id::bigint), false) from high_sea_view "
                             "where tenant_id = :tenant and high_sea_id = :pool and employee_id = :me and day = "
                             ":today::date",
                             params)
                         .value();
    auto const& [opened, is_known] = row;
    if (is_known) return {};
    if (auto const may = check_view(found->view_daily_limit, opened, ctx.now(), ctx.zone()); !may) return may.error();
    ctx.sql().execute(
        "insert into high_sea_view (tenant_id, high_sea_id, employee_id, day, object_id) values (:tenant, :pool, :me, "
        ":today, :id)",
        params);
    return {};
}

}  // namespace wescrm::sales
