#include "night.hpp"

#include "records.hpp"

#include <wescrm/base/log.hpp>
#include <wescrm/operation/savepoint.hpp>

#include <algorithm>

// What a nightly run does with records that come due.
namespace wescrm::sales {
namespace {

using database::bind;

constexpr std::size_t recomputed_at_once = 1'000;

struct Decided {
    OwnedRecord const* record;
    Date due{};
    NightDecision decision;
    PoolRules const* rules;
    std::vector<int> warn_days;
};

// Who hears about the records of an owner: himself, or for somebody who is not there any more his superior or an
// administrator.
std::map<EmployeeId, EmployeeId> ears_of(operation::Context& ctx, std::vector<EmployeeId> const& owners) {
    auto ears = std::map<EmployeeId, EmployeeId>{};
    for (auto const& [owner, ear] : ctx.sql().rows<EmployeeId, EmployeeId>(
             "select e.id, case when e.status = 'active' then e.id when s.status = 'active' then s.id else (select "
             "m.employee_id from role_member m join role r on r.tenant_id = m.tenant_id and r.id = m.role_id and "
             "r.is_administrator join employee a on a.tenant_id = m.tenant_id and a.id = m.employee_id and a.status = "
             "'active' where m.tenant_id = :tenant order by m.employee_id limit 1) end from employee e left join "
             "employee s on s.tenant_id = e.tenant_id and s.id = e.superior_id where e.tenant_id = :tenant and e.id = "
             "any(:owners::bigint[]) and (e.status = 'active' or s.status = 'active' or exists (select 1 from "
             "role_member m join role r on r.tenant_id = m.tenant_id and r.id = m.role_id and r.is_administrator join "
             "employee a on a.tenant_id = m.tenant_id and a.id = m.employee_id and a.status = 'active' where "
             "m.tenant_id = :tenant))",
             {bind("tenant", ctx.tenant()), bind("owners", owners)}))
        ears[owner] = ear;
    return ears;
}

void write_warnings(operation::Context& ctx, PoolObject object, std::vector<Decided> const& decided) {
    auto owners = std::vector<EmployeeId>{};
    for (auto const& one : decided) owners.push_back(one.record->owner);
    std::sort(owners.begin(), owners.end());
    owners.erase(std::unique(owners.begin(), owners.end()), owners.end());
    auto const ears = ears_of(ctx, owners);
    auto ids = std::vector<std::int64_t>{};
    auto dues = std::vector<Instant>{};
    auto steps = std::vector<int>{};
    auto whose = std::vector<EmployeeId>{};
    auto keys = std::vector<std::string>{};
    auto const day = format_date(ctx.today());
    for (auto const& one : decided) {
        auto const ear = ears.find(one.record->owner);
        if (ear == ears.end()) continue;  // nobody to tell: the record stays
        ids.push_back(one.record->id);
        dues.push_back(end_of(ctx.zone(), one.due));
        steps.push_back(one.decision.step);
        whose.push_back(one.record->owner);
        keys.push_back("recycle_warning:" + std::string{name_of(object)} + ":" + day + ":" +
                       std::to_string(ear->second.value()));
    }
    ctx.sql().execute(
        "insert into recycle_warning (tenant_id, object, object_id, due_at, step, owner_id, effect_key, warned_at) "
        "select :tenant, :object, n.id, n.due, n.step, n.owner, n.key, :now from unnest(:ids::bigint[], "
        ":dues::timestamptz[], :steps::integer[], :owners::bigint[], :keys::text[]) n(id, due, step, owner, key) on "
        "conflict do nothing",
        {bind("tenant", ctx.tenant()), bind("object", name_of(object)), bind("ids", ids), bind("dues", dues),
         bind("steps", steps), bind("owners", whose), bind("keys", keys), bind("now", ctx.now())});
}

void postpone(operation::Context& ctx, PoolObject object, std::vector<Decided> const& decided) {
    auto ids = std::vector<std::int64_t>{};
    auto floors = std::vector<Instant>{};
    for (auto const& one : decided) {
        ids.push_back(one.record->id);
        floors.push_back(end_of(ctx.zone(), one.due));
    }
    ctx.sql().execute("update " + std::string{name_of(object)} +
                          " r set recycle_floor_at = n.floor, recycle_due_at = n.floor from unnest(:ids::bigint[], "
                          ":floors::timestamptz[]) n(id, floor) where r.tenant_id = :tenant and r.id = n.id",
                      {bind("tenant", ctx.tenant()), bind("ids", ids), bind("floors", floors)});
}

// Those of one pool together; if that fails, each by itself, so that one bad record holds up no other.
void recycle(operation::Context& ctx, PoolObject object, std::vector<Decided> const& decided,
             std::vector<PoolFollower> const& followers, NightCounts& counts) {
    auto by_pool = std::map<HighSeaId, std::vector<std::int64_t>>{};
    for (auto const& one : decided) by_pool[one.rules->pool].push_back(one.record->id);
    for (auto const& [pool, ids] : by_pool) {
        auto const entry = Entry{pool, "recycle", "recycle", "自动回收"};
        auto const take = [&](std::vector<std::int64_t> const& some) {
            return operation::under_savepoint(ctx.sql(), [&]() -> Result<int> {
                PoolRecords{ctx, object}.take(some, entry, followers);
                return 0;
            });
        };
        if (take(ids)) {
            counts.recycled += static_cast<int>(ids.size());
            continue;
        }
        for (auto const id : ids) {
            if (take({id})) {
                ++counts.recycled;
                continue;
            }
            ++counts.failed;
            counts.failures.push_back(id);
            log::warning("recycle_failed", {{"tenant", ctx.tenant().value()}, {"object", name_of(object)}, {"id", id}});
        }
    }
}

}  // namespace

void recompute_all(operation::Context& ctx, PoolObject object) {
    auto const is_set = ctx.sql().value<int>(
        "select 1 from timer where tenant_id = :tenant and kind = 'high_sea_night' and state = 0 limit 1",
        {bind("tenant", ctx.tenant())});
    if (!is_set) schedule_night(ctx, {});
    recompute_from(ctx, object, 0);
}

void recompute_from(operation::Context& ctx, PoolObject object, std::int64_t after) {
    auto book = RuleBook{ctx, object};
    auto const ids = ctx.sql().values<std::int64_t>(
        "select id from " + std::string{name_of(object)} +
            " where tenant_id = :tenant and id > :after and owner_id is not null and deleted_at is null order by id "
            "limit :limit",
        {bind("tenant", ctx.tenant()), bind("after", after), bind("limit", recomputed_at_once)});
    if (ids.empty()) return;
    auto records = book.load(ids);
    auto raised = std::vector<std::int64_t>{};
    auto floors = std::vector<Instant>{};
    for (auto& record : records) {
        auto const judged = book.judge(record);
        if (!judged.due) continue;
        auto const due = end_of(ctx.zone(), judged.due->day);
        auto const earliest = add_days(ctx.today(), shortest_step(judged.due->rule->warn_days));
        if (record.stored_due == due || judged.due->day >= earliest) continue;
        record.facts.floor = earliest;
        raised.push_back(record.id);
        floors.push_back(end_of(ctx.zone(), earliest));
    }
    if (!raised.empty())
        ctx.sql().execute("update " + std::string{name_of(object)} +
                              " r set recycle_floor_at = n.floor from unnest(:ids::bigint[], :floors::timestamptz[]) "
                              "n(id, floor) where r.tenant_id = :tenant and r.id = n.id",
                          {bind("tenant", ctx.tenant()), bind("ids", raised), bind("floors", floors)});
    store_dues(ctx, object, book, records);
    if (ids.size() == recomputed_at_once)
        ctx.timers().schedule({"high_sea_recompute", std::string{name_of(object)}, ids.back(), ctx.now()});
}

void note_deliveries(operation::Context& ctx) {
    ctx.sql().execute(
        "update recycle_warning w set delivered_at = o.sent_at from outbox o where w.tenant_id = :tenant "
        "and w.delivered_at is null and o.tenant_id = :tenant and o.effect_key = w.effect_key and o.state "
        "= 2 and o.sent_at is not null",
        {bind("tenant", ctx.tenant())});
}

std::map<std::int64_t, std::vector<Warning>> warnings_of(operation::Context& ctx, PoolObject object,
                                                         std::vector<OwnedRecord> const& records,
                                                         RuleBook const& book) {
    auto ids = std::vector<std::int64_t>{};
    auto dues = std::vector<Instant>{};
    for (auto const& record : records)
        if (auto const judged = book.judge_now(record); judged.due) {
            ids.push_back(record.id);
            dues.push_back(end_of(ctx.zone(), judged.due->day));
        }
    auto warnings = std::map<std::int64_t, std::vector<Warning>>{};
    for (auto const& [id, step, delivered] : ctx.sql().rows<std::int64_t, int, std::optional<Instant>>(
             "select w.object_id, w.step, w.delivered_at from unnest(:ids::bigint[], :dues::timestamptz[]) n(id, due) "
             "join recycle_warning w on w.tenant_id = :tenant and w.object = :object and w.object_id = n.id and "
             "w.due_at = n.due",
             {bind("tenant", ctx.tenant()), bind("object", name_of(object)), bind("ids", ids), bind("dues", dues)}))
        warnings[id].push_back({step, delivered ? std::optional{ctx.zone().date(*delivered)} : std::nullopt});
    return warnings;
}

NightCounts work_night(operation::Context& ctx, PoolObject object, std::vector<std::int64_t> const& ids,
                       std::vector<PoolFollower> const& followers) {
    auto book = RuleBook{ctx, object};
    auto const records = book.load(ids, true);
    store_dues(ctx, object, book, records);
    auto const warnings = warnings_of(ctx, object, records, book);
    auto to_warn = std::vector<Decided>{};
    auto to_postpone = to_warn, to_recycle = to_warn;
    for (auto const& record : records) {
        auto const judged = book.judge_now(record);
        if (!judged.due) continue;
        auto const& steps = judged.due->rule->warn_days;
        auto const known = warnings.find(record.id);
        auto const none = std::vector<Warning>{};
        auto const what = decide(judged.due->day, steps, known == warnings.end() ? none : known->second, ctx.today(),
                                 book.calendar());
        auto one = Decided{&record, judged.due->day, what, judged.rules, steps};
        if (what.action == NightAction::warn) to_warn.push_back(one);
        if (what.action == NightAction::recycle) to_recycle.push_back(one);
        if (what.action == NightAction::postpone) {
            one.due = what.due;
            to_postpone.push_back(one);
        }
    }
    auto counts = NightCounts{};
    if (!to_postpone.empty()) postpone(ctx, object, to_postpone);
    to_warn.insert(to_warn.end(), to_postpone.begin(), to_postpone.end());
    if (!to_warn.empty()) write_warnings(ctx, object, to_warn);
    if (!to_recycle.empty()) recycle(ctx, object, to_recycle, followers, counts);
    counts.postponed = static_cast<int>(to_postpone.size());
    counts.warned = static_cast<int>(to_warn.size());
    return counts;
}

}  // namespace wescrm::sales
