#include "dues.hpp"

#include "running_approvals.hpp"

#include <algorithm>
#include <set>

// The stored instants at which records go into pools.
namespace wescrm::sales {
namespace {

using database::bind;

// What opportunities, orders, plans and contracts say of a customer.
constexpr std::string_view of_customers =
    "r.deal_status = 'closed', r.last_deal_at, (select max(o.created_at) from opportunity o where o.tenant_id = "
    "r.tenant_id and o.customer_id = r.id and o.deleted_at is null), (select max(k.ends_on) from contract k where "
    "k.tenant_id = r.tenant_id and k.customer_id = r.id and k.status in ('in_force', 'expired', 'terminated')), exists "
    "(select 1 from opportunity o where o.tenant_id = r.tenant_id and o.customer_id = r.id and o.status = 'open' and "
    "o.deleted_at is null), exists (select 1 from payment_plan p where p.tenant_id = r.tenant_id and p.customer_id = "
    "r.id and p.status in ('waiting', 'partial', 'overdue')), exists (select 1 from contract k where k.tenant_id = "
    "r.tenant_id and k.customer_id = r.id and k.status = 'in_force')";
constexpr std::string_view of_leads = "false, null::timestamptz, null::timestamptz, null::date, false, false, false";

std::string facts_columns(PoolObject object) {
    return std::string{
               "r.id, r.name, r.owner_id, r.acquired_at, r.acquired_kind, r.level, r.last_follow_at, "
               "r.recycle_due_at, r.recycle_extra_days, r.recycle_floor_at, coalesce(r.protected_until > "
               ":now::timestamptz, false), "} +
           std::string{object == PoolObject::lead ? of_leads : of_customers};
}

std::string_view is_in_play(PoolObject object) {
    return object == PoolObject::lead ? " and r.status in ('pending', 'following')" : "";
}

}  // namespace

Instant end_of(Zone const& zone, Date day) { return zone.start_of(add_days(day, 1)) - seconds{1}; }

RuleBook::RuleBook(operation::Context& ctx, PoolObject object)
    : ctx_{ctx}, object_{object}, calendar_{working_calendar(ctx)} {
    auto pools = Pools{ctx};
    auto const ids = ctx.sql().values<HighSeaId>(
        "select h.id from high_sea h where h.tenant_id = :tenant and h.object = :object and h.enabled and h.deleted_at "
        "is null and exists (select 1 from high_sea_rule r where r.tenant_id = :tenant and r.high_sea_id = h.id and "
        "r.enabled)",
        {bind("tenant", ctx.tenant()), bind("object", name_of(object))});
    for (auto const id : ids) pools_[id] = PoolRules{id, pools.entry_rules(id)};
}

void RuleBook::replace(HighSeaId pool, std::vector<EntryRule> rules) {
    homes_.clear();
    if (rules.empty())
        pools_.erase(pool);
    else
        pools_[pool] = PoolRules{pool, std::move(rules)};
}

int RuleBook::longest_step() const {
    auto longest = 1;
    for (auto const& [id, pool] : pools_)
        for (auto const& rule : pool.rules)
            for (auto const days : rule.warn_days) longest = std::max(longest, days);
    return longest;
}

void RuleBook::learn_homes(std::vector<OwnedRecord> const& records) {
    auto fresh = std::set<EmployeeId>{};
    for (auto const& record : records)
        if (!homes_.contains(record.owner)) fresh.insert(record.owner);
    if (fresh.empty()) return;
    for (auto const owner : fresh) homes_[owner] = std::nullopt;
    auto candidates = std::vector<HighSeaId>{};
    for (auto const& [id, rules] : pools_) candidates.push_back(id);
    for (auto const& [owner, pool] : Pools{ctx_}.homes({fresh.begin(), fresh.end()}, candidates)) homes_[owner] = pool;
}

// For every way in which rules count follow-ups the day that they ask for: the last one, or the k-th last one.
void RuleBook::count_followups(std::vector<OwnedRecord>& records) {
    auto ways = std::map<CountedFollowUps, std::set<HighSeaId>>{};
    for (auto const& [pool, rules] : pools_)
        for (auto const& rule : rules.rules)
            if (rule.counted != CountedFollowUps{}) ways[rule.counted].insert(pool);
    for (auto const& [way, pools] : ways) {
        auto counted = std::map<std::int64_t, OwnedRecord*>{};
        auto ids = std::vector<std::int64_t>{};
        for (auto& record : records) {
            auto const home = homes_[record.owner];
            if (!home || !pools.contains(*home)) continue;
            counted[record.id] = &record;
            ids.push_back(record.id);
        }
        if (ids.empty()) continue;
        auto const target = object_ == PoolObject::lead ? "f.target_type = 'lead' and f.target_id" : "f.customer_id";
        for (auto const& [id, at] : ctx_.sql().rows<std::int64_t, Instant>(
                 "select n.id, f.followed_at from unnest(:ids::bigint[]) n(id) cross join lateral (select "
                 "f.followed_at "
                 "from followup f where f.tenant_id = :tenant and " +
                     std::string{target} +
                     " = n.id and f.deleted_at is null and char_length(f.content) >= :least and "
                     "(cardinality(:methods::text[]) = 0 or f.method = any(:methods::text[])) order by f.followed_at "
                     "desc offset :before limit 1) f",
                 {bind("tenant", ctx_.tenant()), bind("ids", ids), bind("least", way.min_content),
                  bind("methods", way.methods), bind("before", way.times - 1)})) {
            auto& facts = counted[id]->facts;
            if (auto const day = ctx_.zone().date(at); day >= facts.acquired) facts.counted[way] = day;
        }
    }
}

bool RuleBook::asks_for_tags() const {
    return std::ranges::any_of(pools_, [](auto const& pool) {
        return std::ranges::any_of(pool.second.rules, [](auto const& rule) {
            return std::ranges::any_of(rule.exempt, [](auto const& word) { return word.starts_with("tag:"); });
        });
    });
}

void RuleBook::learn_tags(std::vector<OwnedRecord>& records, std::vector<std::int64_t> const& ids) {
    if (!asks_for_tags()) return;
    auto tags = std::map<std::int64_t, std::vector<std::string>>{};
    auto const object = std::string{name_of(object_)};
    for (auto& [record, word] : ctx_.sql().rows<std::int64_t, std::string>(
             "select " + object + "_id, 'tag:' || tag_id from " + object + "_tag where tenant_id = :tenant and " +
                 object + "_id = any(:ids::bigint[])",
             {bind("tenant", ctx_.tenant()), bind("ids", ids)}))
        tags[record].push_back(std::move(word));
    for (auto& record : records)
        if (auto const found = tags.find(record.id); found != tags.end()) record.tags = std::move(found->second);
}

std::vector<OwnedRecord> RuleBook::load(std::vector<std::int64_t> const& ids, bool locks) {
    auto records = std::vector<OwnedRecord>{};
    auto const& zone = ctx_.zone();
    auto const day_of = [&zone](std::optional<Instant> const& at) {
        return at ? std::optional{zone.date(*at)} : std::nullopt;
    };
    for (auto& [id, name, owner, acquired, kind, level, followed, due, extra, floor, is_protected, is_closed, deal,
                opportunity, contract, open, unpaid, running] :
         ctx_.sql()
             .rows<std::int64_t, std::string, EmployeeId, Instant, std::string, std::string, std::optional<Instant>,
                   std::optional<Instant>, int, std::optional<Instant>, bool, bool, std::optional<Instant>,
                   std::optional<Instant>, std::optional<Date>, bool, bool, bool>(
                 "select " + facts_columns(object_) + " from " + std::string{name_of(object_)} +
                     " r where r.tenant_id = :tenant and r.id = any(:ids::bigint[]) and r.owner_id is not null and "
                     "r.deleted_at is null" +
                     std::string{is_in_play(object_)} + " order by r.id" + (locks ? " for update of r" : ""),
                 {bind("tenant", ctx_.tenant()), bind("ids", ids), bind("now", ctx_.now())})) {
        auto record = OwnedRecord{id, std::move(name), owner, {}, due};
        auto& facts = record.facts;
        facts.acquired = zone.date(acquired);
        if (followed && *followed >= acquired) facts.last_follow = zone.date(*followed);
        facts.last_deal = day_of(deal);
        facts.last_opportunity = day_of(opportunity);
        facts.contract_end = contract;
        facts.level = std::move(level);
        facts.acquired_kind = std::move(kind);
        facts.is_closed = is_closed;
        facts.has_open_opportunity = open;
        facts.has_unpaid_plan = unpaid;
        facts.has_running_contract = running;
        facts.is_protected = is_protected;
        facts.extra_days = extra;
        facts.floor = day_of(floor);
        records.push_back(std::move(record));
    }
    learn_homes(records);
    count_followups(records);
    learn_tags(records, ids);
    if (object_ == PoolObject::customer) {
        auto const waiting = in_approval(ctx_, ids);
        for (auto& record : records) record.facts.is_in_approval = waiting.contains(record.id);
    }
    return records;
}

RuleBook::Judged RuleBook::judge(OwnedRecord const& record) const {
    if (!record.facts.is_in_approval) return judge_now(record);
    auto decided = record;
    decided.facts.is_in_approval = false;
    return judge_now(decided);
}

// Rules that spare a tag which the record has do not concern it.
std::optional<EntryDue> RuleBook::due_without_spared(PoolRules const& pool, OwnedRecord const& record) const {
    if (record.tags.empty()) return due_of(pool.rules, record.facts, calendar_);
    auto kept = std::vector<EntryRule>{};
    auto originals = std::vector<EntryRule const*>{};
    for (auto const& rule : pool.rules) {
        auto const spares = [&](auto const& tag) { return std::ranges::find(rule.exempt, tag) != rule.exempt.end(); };
        if (std::ranges::any_of(record.tags, spares)) continue;
        kept.push_back(rule);
        originals.push_back(&rule);
    }
    auto due = due_of(kept, record.facts, calendar_);
    if (due) due->rule = originals[static_cast<std::size_t>(due->rule - kept.data())];
    return due;
}

RuleBook::Judged RuleBook::judge_now(OwnedRecord const& record) const {
    auto const home = homes_.find(record.owner);
    if (home == homes_.end() || !home->second) return {};
    auto const rules = pools_.find(*home->second);
    if (rules == pools_.end()) return {};
    return {due_without_spared(rules->second, record), &rules->second};
}

void store_dues(operation::Context& ctx, PoolObject object, RuleBook const& book,
                std::vector<OwnedRecord> const& records) {
    auto ids = std::vector<std::int64_t>{};
    auto dues = std::vector<std::optional<Instant>>{};
    auto rules = std::vector<std::optional<std::int64_t>>{};
    auto pools = std::vector<std::optional<std::int64_t>>{};
    for (auto const& record : records) {
        auto const judged = book.judge(record);
        auto const has_due = judged.due.has_value();
        ids.push_back(record.id);
        dues.push_back(has_due ? std::optional{end_of(ctx.zone(), judged.due->day)} : std::nullopt);
        rules.push_back(has_due ? std::optional{judged.due->rule->id} : std::nullopt);
        pools.push_back(has_due ? std::optional{judged.rules->pool.value()} : std::nullopt);
    }
    if (ids.empty()) return;
    ctx.sql().execute(
        "update " + std::string{name_of(object)} +
            " r set recycle_due_at = n.due, recycle_rule_id = n.rule, recycle_high_sea_id = n.pool from "
            "unnest(:ids::bigint[], :dues::timestamptz[], :rules::bigint[], :pools::bigint[]) n(id, due, rule, pool) "
            "where r.tenant_id = :tenant and r.id = n.id and (r.recycle_due_at, r.recycle_rule_id, "
            "r.recycle_high_sea_id) is distinct from (n.due, n.rule, n.pool)",
        {bind("tenant", ctx.tenant()), bind("ids", ids), bind("dues", dues), bind("rules", rules),
         bind("pools", pools)});
}

void recompute_due(operation::Context& ctx, PoolObject object, std::vector<std::int64_t> const& ids) {
    if (ids.empty()) return;
    auto const has_rules = ctx.sql().value<int>(
        "select 1 from high_sea_rule r join high_sea h on h.tenant_id = r.tenant_id and h.id = r.high_sea_id where "
        "r.tenant_id = :tenant and r.enabled and h.enabled and h.object = :object limit 1",
        {bind("tenant", ctx.tenant()), bind("object", name_of(object))});
    // Records that no rule concerns any more, and leads that are settled, have none.
    ctx.sql().execute("update " + std::string{name_of(object)} +
                          " r set recycle_due_at = null, recycle_rule_id = null, recycle_high_sea_id = null where "
                          "r.tenant_id = :tenant and r.id = any(:ids::bigint[]) and r.recycle_due_at is not null" +
                          (has_rules ? (object == PoolObject::lead ? " and r.status not in ('pending', 'following')"
                                                                   : " and r.owner_id is null")
                                     : ""),
                      {bind("tenant", ctx.tenant()), bind("ids", ids)});
    if (!has_rules) return;
    auto book = RuleBook{ctx, object};
    store_dues(ctx, object, book, book.load(ids));
}

}  // namespace wescrm::sales
