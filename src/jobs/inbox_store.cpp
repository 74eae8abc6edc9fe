#include "inbox_store.hpp"

#include <algorithm>

namespace wescrm::jobs::inbox_store {
namespace {

using database::bind;
using database::Blob;
using database::Session;

constexpr std::string_view is_unsuspicious = "(last_error is null or last_error = 'crash:1' or last_error not like 'crash:%')";
constexpr std::string_view before = "with c as (select tenant_id, msg_day, dedupe_key from inbox where bucket = any(:buckets::smallint[]) and "
                                    "state in (0, 3) and run_at <= :now ";
constexpr std::string_view taken =
    " update inbox i set state = 1, claim = i.claim + 1, attempts = i.attempts + 1, "
    "lease_until = now() + interval '60 seconds', claimed_by = :node from c where (i.tenant_id, i.msg_day, i.dedupe_key) = (c.tenant_id, "
    "c.msg_day, c.dedupe_key) and i.state in (0, 3) returning i.tenant_id, i.msg_day, i.dedupe_key, i.id, i.channel, i.agent_id, i.lane, "
    "i.kind, i.received_at, i.attempts, i.claim, i.body, case when i.last_error like 'crash:%' then substr(i.last_error, 7)::integer else 0 end";

constexpr std::string_view is_free =
    " and (tenant_id, lane) not in (select * from unnest(:held_tenants::bigint[], :held_lanes::bigint[]))";

int crashes_until(CrashDecision decision) {
    auto crashes = 1;
    while (after_crash(crashes) != decision) ++crashes;
    return crashes;
}

// How `recover` marks what gets this decision.
std::string mark_of(CrashDecision decision) { return "crash:" + std::to_string(crashes_until(decision)); }

std::string suspect_sql(bool holds_back) {
    auto sql = std::string{before}.append("and last_error = :mark");
    if (holds_back) sql += is_free;
    return sql.append(" order by run_at, id limit :limit for update skip locked)").append(taken);
}

// No lock before the update: it looks at the state again, so whoever comes second to a row leaves it alone.
std::string turn_claim_sql(bool holds_back) {
    // Not past tomorrow, so that the partitions made ahead of time are left out.
    auto waits = std::string{"state in (0, 3) and run_at <= :now and msg_day <= :now::date + 1 and "}.append(is_unsuspicious);
    if (holds_back) waits += is_free;
    return "with " + turn_sql("inbox", waits) +
           ", w as (select q.*, row_number() over (partition by q.tenant_id order by q.run_at, q.id) as place from turn t cross join "
           "lateral (select tenant_id, msg_day, dedupe_key, run_at, id from inbox where bucket = t.bucket and tenant_id = t.tenant_id and " +
           waits +
           " order by run_at, id limit :limit) q where t.is_owned and t.n > 0), c as (select tenant_id, msg_day, dedupe_key from w order "
           "by place, run_at, id limit :limit)" +
           std::string{taken};
}

database::Params params_of(Claim const& claim) {
    auto params = database::Params{bind("buckets", claim.buckets), bind("now", claim.now), bind("limit", claim.limit), bind("node", claim.node)};
    if (claim.held_back.lanes.empty()) return params;
    params.add(bind("held_tenants", claim.held_back.tenants));
    params.add(bind("held_lanes", claim.held_back.lanes));
    return params;
}

std::vector<InboxItem> read_claimed(Session& sql, std::string const& query, database::Params const& params) {
    sql.script("set local synchronous_commit = off");  // a claim that a crash of the database forgets is only made again
    auto items = std::vector<InboxItem>{};
    for (auto& [tenant, day, key, id, channel, agent, lane, kind, received, attempts, claimed, body, crashes] :
         sql.rows<TenantId, Date, Blob, std::int64_t, int, std::int64_t, std::int64_t, std::string, Instant, int, std::int64_t, Blob, int>(
             query, params)) {
        auto item = InboxItem{};
        item.tenant = tenant;
        item.msg_day = day;
        item.dedupe_key = std::move(key.bytes);
        item.id = id;
        item.channel = static_cast<CallbackChannel>(channel);
        item.agent_id = agent;
        item.lane = lane;
        item.kind = std::move(kind);
        item.received_at = received;
        item.attempts = attempts;
        item.claim = claimed;
        item.message = std::move(body.bytes);
        item.crashes = crashes;
        items.push_back(std::move(item));
    }
    std::sort(items.begin(), items.end(), [](auto const& a, auto const& b) { return a.id < b.id; });
    return items;
}

database::Params key_of(InboxItem const& item) {
    return {bind("tenant", item.tenant), bind("day", item.msg_day), bind("key", Blob{item.dedupe_key}), bind("claim", item.claim)};
}

constexpr std::string_view where_claimed =
    " where tenant_id = :tenant and msg_day = :day and dedupe_key = :key and claim = :claim and state = 1";

}  // namespace

std::vector<InboxItem> claim_suspects(Session& sql, Claim const& claim, CrashDecision decision) {
    auto params = params_of(claim);
    params.add(bind("mark", mark_of(decision)));
    return read_claimed(sql, suspect_sql(!claim.held_back.lanes.empty()), params);
}

std::vector<InboxItem> claim_in_turn(Session& sql, Claim const& claim, Turn after) {
    auto params = params_of(claim);
    params.add(bind("after_bucket", after.bucket));
    params.add(bind("after_tenant", after.tenant));
    return read_claimed(sql, turn_claim_sql(!claim.held_back.lanes.empty()), params);
}

LaneList lanes_of_last_chances(Session& sql, std::vector<int> const& buckets) {
    auto list = LaneList{};
    for (auto& [tenant, lane] : sql.rows<TenantId, std::int64_t>(
             "select distinct tenant_id, lane from inbox where bucket = any(:buckets::smallint[]) and state in (0, 3) and last_error = :mark",
             {bind("buckets", buckets), bind("mark", mark_of(CrashDecision::last_chance))})) {
        list.tenants.push_back(tenant);
        list.lanes.push_back(lane);
    }
    return list;
}

bool complete(Session& sql, InboxItem const& item, Instant now) {
    auto params = key_of(item);
    params.add(bind("now", now));
    return sql.execute("update inbox set state = 2, done_at = :now, last_error = null" + std::string{where_claimed}, params) == 1;
}

bool settle(Session& sql, InboxItem const& item, InboxDecision const& decision, std::string const& reason, Instant now) {
    auto params = key_of(item);
    params.add(bind("state", static_cast<int>(decision.next)));
    params.add(bind("run_at", now + decision.wait));
    params.add(bind("uncounted", decision.counts ? 0 : 1));
    params.add(bind("reason", reason));
    params.add(bind("now", now));
    return sql.execute("update inbox set state = :state, run_at = :run_at, attempts = attempts - :uncounted, last_error = :reason, lease_until "
                       "= null, claimed_by = null, done_at = case when :state::integer = 2 then :now::timestamptz end" +
                           std::string{where_claimed},
                       params) == 1;
}

bool ignore(Session& sql, InboxItem const& item, Instant now) {
    auto params = key_of(item);
    params.add(bind("now", now));
    return sql.execute("update inbox set state = 5, done_at = :now, last_error = 'unhandled'" + std::string{where_claimed}, params) == 1;
}

std::int64_t recover(Session& sql, std::vector<int> const& buckets, std::int64_t node, bool is_takeover) {
    constexpr std::string_view change =
        "update inbox set state = case when n.crashes >= :dead_at then 4 else 3 end, run_at = received_at, lease_until = null, claimed_by = "
        "null, last_error = 'crash:' || n.crashes from (select tenant_id as t, msg_day as d, dedupe_key as k, claim as c, case when last_error "
        "like 'crash:%' then substr(last_error, 7)::integer + 1 else 1 end as crashes from inbox where bucket = any(:buckets::smallint[]) and "
        "state = 1 and (lease_until < now() or (:takeover and claimed_by <> :node and claimed_by not in (select id from node where heartbeat > "
        "now() - interval '15 seconds'))) limit 500) n where tenant_id = n.t and msg_day = n.d and dedupe_key = n.k and claim = n.c and state = 1";
    return sql.execute(change, {bind("dead_at", crashes_until(CrashDecision::dead)), bind("buckets", buckets), bind("takeover", is_takeover), bind("node", node)});
}

std::int64_t release_forgotten(Session& sql, std::vector<int> const& buckets, std::vector<std::int64_t> const& held, std::int64_t node) {
    return sql.execute("update inbox set state = 3, attempts = attempts - 1, lease_until = null, claimed_by = null where bucket = "
                       "any(:buckets::smallint[]) and state = 1 and claimed_by = :node and lease_until < now() + interval '50 seconds' and id <> "
                       "all(:held::bigint[])",
                       {bind("buckets", buckets), bind("node", node), bind("held", held)});
}

void renew(Session& sql, std::vector<TenantId> const& tenants, std::vector<std::int64_t> const& ids, std::int64_t node) {
    sql.execute("update inbox i set lease_until = now() + interval '60 seconds' from unnest(:tenants::bigint[], :ids::bigint[]) as h (t, id) "
                "where i.tenant_id = h.t and i.id = h.id and i.state = 1 and i.claimed_by = :node",
                {bind("tenants", tenants), bind("ids", ids), bind("node", node)});
}

void release(Session& sql, std::vector<TenantId> const& tenants, std::vector<std::int64_t> const& ids, std::int64_t node) {
    sql.execute("update inbox i set state = 0, attempts = attempts - 1, lease_until = null, claimed_by = null from unnest(:tenants::bigint[], "
                ":ids::bigint[]) as h (t, id) where i.tenant_id = h.t and i.id = h.id and i.state = 1 and i.claimed_by = :node",
                {bind("tenants", tenants), bind("ids", ids), bind("node", node)});
}

}  // namespace wescrm::jobs::inbox_store
