#include "../rows.hpp"
#include "../typed_filter.hpp"
#include "pool_items.hpp"
#include "pool_views.hpp"

#include <wescrm/base/pinyin.hpp>
#include <wescrm/base/text.hpp>

#include <algorithm>

// What a page of a pool shows: its records, and its figures.
namespace wescrm::sales {
namespace {

using database::bind;
using operation::Effect;
using operation::Operation;
using operation::SortField;

constexpr int usual_days = 30;

struct PoolRow : PoolItem {
    std::string sort_key;
};
BOOST_DESCRIBE_STRUCT(PoolRow, (PoolItem), (sort_key))

struct ListPool {
    HighSeaId id;
    std::optional<std::string> q;
    std::optional<std::string> level;
    std::optional<std::string> industry;
    std::optional<std::string> source;
    std::optional<std::string> entry;
    std::optional<bool> is_ended;  ///< leads that are void or invalid instead of those to be claimed
    std::optional<Date> from;      ///< of the entry, both inclusive
    std::optional<Date> to;
    std::optional<std::string> sort;  ///< entered_at, name, last_follow_at; default -entered_at
    std::optional<std::int64_t> limit;
    std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(ListPool, (), (id, q, level, industry, source, entry, is_ended, from, to, sort, limit, cursor))
struct PoolPage {
    std::vector<PoolItem> items;
    std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(PoolPage, (), (items, next_cursor))

Result<PoolPage> list_pool(operation::Context& ctx, ListPool const& input) {
    auto const seen = seen_pool(ctx, input.id);
    if (!seen) return seen.error();
    auto const paging =
        operation::Paging::from(input.sort, input.limit, input.cursor,
                                {SortField{"entered_at", "r.pool_entered_at", "timestamptz"},
                                 {"name", "r.name", "text"},
                                 {"last_follow_at", "coalesce(r.last_follow_at, '-infinity')", "timestamptz"}},
                                "-entered_at", "r.id");
    if (!paging) return paging.error();
    auto const is_lead = object_of(seen->pool) == PoolObject::lead;
    auto filter = Filter{ctx.tenant()};
    filter.where("r.high_sea_id = :pool", "pool", input.id);
    if (is_lead) filter.where(input.is_ended.value_or(false) ? "r.status <> 'unassigned'" : "r.status = 'unassigned'");
    if (input.q)
        where_typed(
            ctx, filter, {is_lead ? "lead" : "customer", "r"}, *input.q,
            {"r.search_keys like :q", {bind("q", contains_pattern(text::to_lower(text::normalised(*input.q))))}});
    filter.where_given(input.level, "r.level = :level", "level")
        .where_given(input.source, "r.source = :source", "source")
        .where_given(input.entry, "r.pool_entry = :entry", "entry");
    if (!is_lead) filter.where_given(input.industry, "r.industry = :industry", "industry");
    if (input.from) filter.where("r.pool_entered_at >= :from_at", "from_at", ctx.zone().start_of(*input.from));
    if (input.to) filter.where("r.pool_entered_at < :to_at", "to_at", ctx.zone().start_of(add_days(*input.to, 1)));
    filter.page(*paging);
    return page_of<PoolPage>(
        ctx.sql().records<PoolRow>(select_pool_items(ctx, *seen, ", " + paging->key_column()) + filter.sql(),
                                   filter.params()),
        *paging);
}

// ---- figures

struct AskStatistics {
    HighSeaId id;
    std::optional<Date> from;  ///< default: the last 30 days
    std::optional<Date> to;
};
BOOST_DESCRIBE_STRUCT(AskStatistics, (), (id, from, to))

struct PersonFigures {
    UserId user_id;
    std::string name;
    std::int64_t claimed = 0;
    std::int64_t assigned = 0;
    std::int64_t returned = 0;
    std::int64_t recycled = 0;
    std::int64_t converted = 0;  ///< of those gained: deals of customers, conversions of leads
    std::int64_t held = 0;
    std::int64_t untouched = 0;  ///< held, and never followed up since
};
BOOST_DESCRIBE_STRUCT(PersonFigures, (),
                      (user_id, name, claimed, assigned, returned, recycled, converted, held, untouched))
struct Statistics {
    Date from{};
    Date to{};
    std::int64_t now_in_pool = 0;
    std::int64_t entered = 0;
    std::int64_t created = 0;
    std::int64_t returned = 0;
    std::int64_t recycled = 0;
    std::int64_t claimed = 0;
    std::int64_t assigned = 0;
    std::int64_t converted = 0;
    double conversion_rate = 0;               ///< of claimed and assigned
    std::optional<double> median_stay_hours;  ///< of those that left
    double hoarding_index = 0;                ///< share of what members hold and never contacted
    std::vector<PersonFigures> people;
};
BOOST_DESCRIBE_STRUCT(Statistics, (),
                      (from, to, now_in_pool, entered, created, returned, recycled, claimed, assigned, converted,
                       conversion_rate, median_stay_hours, hoarding_index, people))

struct Window {
    HighSea pool;
    database::Params params;
};

void count_events(operation::Context& ctx, Window const& window, Statistics& figures) {
    for (auto const& [kind, count] : ctx.sql().rows<std::string, std::int64_t>(
             "select v.kind, count(*) from ownership_event v where v.tenant_id = :tenant and v.high_sea_id = :pool and "
             "v.at >= :from and v.at < :to and v.object = :object group by v.kind",
             window.params)) {
        if (kind == "create") figures.created = count;
        if (kind == "return") figures.returned = count;
        if (kind == "recycle") figures.recycled = count;
        if (kind == "claim") figures.claimed = count;
        if (kind == "assign") figures.assigned = count;
        if (kind == "create" || kind == "return" || kind == "recycle" || kind == "transfer") figures.entered += count;
    }
}

void count_people(operation::Context& ctx, Window const& window, Statistics& figures) {
    auto const object = window.pool.object;
    auto const is_won = object == "lead" ? "r.status = 'converted'" : "r.deal_status = 'closed'";
    auto const is_open = object == "lead" ? "r.status in ('pending', 'following')" : "r.deal_status = 'open'";
    figures.people = ctx.sql().records<PersonFigures>(
        "with v as (select * from ownership_event where tenant_id = :tenant and high_sea_id = :pool and object = "
        ":object and at >= :from and at < :to), who as (select to_id as id from v where kind in ('claim', 'assign') "
        "union select from_id from v where kind in ('return', 'recycle')) select e.user_id, e.name, (select count(*) "
        "from v where v.kind = 'claim' and v.to_id = e.id), (select count(*) from v where v.kind = 'assign' and "
        "v.to_id = e.id), (select count(*) from v where v.kind = 'return' and v.from_id = e.id), (select count(*) from "
        "v where v.kind = 'recycle' and v.from_id = e.id), (select count(distinct r.id) from v join " +
            object +
            " r on r.tenant_id = :tenant and r.id = v.object_id where v.kind in ('claim', 'assign') and "
            "v.to_id = e.id and r.owner_id = e.id and " +
            is_won + "), (select count(*) from " + object +
            " r where r.tenant_id = :tenant and r.owner_id = e.id and r.deleted_at is null and " + is_open +
            "), (select count(*) from " + object +
            " r where r.tenant_id = :tenant and r.owner_id = e.id and r.deleted_at is null and " + is_open +
            " and (r.last_follow_at is null or r.last_follow_at < r.acquired_at)) from who join employee e on "
            "e.tenant_id = :tenant and e.id = who.id order by 3 desc, 4 desc, e.user_id",
        window.params);
    auto held = std::int64_t{0};
    auto untouched = std::int64_t{0};
    for (auto const& person : figures.people) {
        figures.converted += person.converted;
        held += person.held;
        untouched += person.untouched;
    }
    auto const gained = figures.claimed + figures.assigned;
    if (gained > 0) figures.conversion_rate = static_cast<double>(figures.converted) / static_cast<double>(gained);
    if (held > 0) figures.hoarding_index = static_cast<double>(untouched) / static_cast<double>(held);
}

Result<Statistics> statistics(operation::Context& ctx, AskStatistics const& input) {
    auto pools = Pools{ctx};
    auto const pool = pools.find(input.id);
    if (!pool || (!pools.seat(input.id).is_admin && !ctx.may("high_sea.manage"))) return no_high_sea();
    auto figures = Statistics{};
    figures.to = input.to.value_or(ctx.today());
    figures.from = input.from.value_or(add_days(figures.to, 1 - usual_days));
    if (figures.to < figures.from) return invalid_field("to", "结束日期不能早于开始日期");
    auto const window = Window{
        *pool,
        {bind("tenant", ctx.tenant()), bind("pool", input.id), bind("object", pool->object),
         bind("from", ctx.zone().start_of(figures.from)), bind("to", ctx.zone().start_of(add_days(figures.to, 1)))}};
    figures.now_in_pool = pools.record_count(*pool);
    count_events(ctx, window, figures);
    count_people(ctx, window, figures);
    figures.median_stay_hours = ctx.sql().value<double>(
        "select percentile_cont(0.5) within group (order by extract(epoch from o.at - i.at) / 3600) from "
        "ownership_event o cross join lateral (select max(e.at) as at from ownership_event e where e.tenant_id = "
        "o.tenant_id and e.object = o.object and e.object_id = o.object_id and e.at <= o.at and e.to_id is null) i "
        "where o.tenant_id = :tenant and o.high_sea_id = :pool and o.object = :object and o.kind in ('claim', "
        "'assign') and o.at >= :from and o.at < :to and i.at is not null",
        window.params);
    return figures;
}

// ---- nights

struct NightRun {
    Date day{};
    Instant started_at;
    std::optional<Instant> finished_at;
    std::string phase;
    int warned = 0;
    int postponed = 0;
    int recycled = 0;
    int failed = 0;
};
BOOST_DESCRIBE_STRUCT(NightRun, (), (day, started_at, finished_at, phase, warned, postponed, recycled, failed))
struct NightRuns {
    std::vector<NightRun> items;
};
BOOST_DESCRIBE_STRUCT(NightRuns, (), (items))

Result<NightRuns> list_runs(operation::Context& ctx, Nothing const&) {
    return NightRuns{ctx.sql().records<NightRun>(
        "select day, started_at, finished_at, phase, warned, postponed, recycled, failed from high_sea_run where "
        "tenant_id = :tenant order by day desc limit 60",
        {bind("tenant", ctx.tenant())})};
}

constexpr Operation<ListPool, PoolPage> high_sea_records{
    "high_sea.records", "公海里的记录", "high_sea.view", Effect::reads, list_pool, {"GET", "/high-seas/{id}/records"}};
constexpr Operation<AskStatistics, Statistics> high_sea_statistics{
    "high_sea.statistics", "公海统计", "high_sea.view",
    Effect::reads,         statistics, {"GET", "/high-seas/{id}/statistics"}};
constexpr Operation<Nothing, NightRuns> high_sea_runs{"high_sea.runs", "公海回收记录", "high_sea.manage",
                                                      Effect::reads,   list_runs,      {"GET", "/high-sea-runs"}};

}  // namespace

void add_pool_lists(operation::Catalogue& catalogue) {
    catalogue.add(high_sea_records);
    catalogue.add(high_sea_statistics);
    catalogue.add(high_sea_runs);
}

}  // namespace wescrm::sales
