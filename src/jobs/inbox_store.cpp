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

std::string suspect_sql(Which which) {
    auto sql = std::string{before};
    sql += which == Which::crashed_once ? "and last_error = 'crash:1' " : "and last_error like 'crash:%' and last_error <> 'crash:1' ";
    return sql.append("order by run_at, id limit :limit for update skip locked)").append(taken);
}

// No lock before the update: it looks at the state again, so whoever comes second to a row leaves it alone.
std::string turn_claim_sql() {
    // Not past tomorrow, so that the partitions made ahead of time are left out.
    auto const waits = std::string{"state in (0, 3) and run_at <= :now and msg_day <= :now::date + 1 and "}.append(is_unsuspicious);
    return "with " + turn_sql("inbox", waits) +
           ", w as (select q.*, row_number() over (partition by q.tenant_id order by q.run_at, q.id) as place from turn t cross join "
           "lateral (select tenant_id, msg_day, dedupe_key, run_at, id from inbox where bucket = t.bucket and tenant_id = t.tenant_id and " +
           waits +
           " order by run_at, id limit :limit) q where t.is_owned and t.n > 0), c as (select tenant_id, msg_day, dedupe_key from w order "
           "by place, run_at, id limit :limit)" +
           std::string{taken};
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

std::vector<InboxItem> claim_suspects(Session& sql, std::vector<int> const& buckets, Which which, std::size_t limit, std::int64_t node, Instant now) {
    return read_claimed(sql, suspect_sql(which), {bind("buckets", buckets), bind("now", now), bind("limit", limit), bind("node", node)});
}

std::vector<InboxItem> claim_in_turn(Session& sql, std::vector<int> const& buckets, Turn after, std::size_t limit, std::int64_t node,
                                     Instant now) {
    return read_claimed(sql, turn_claim_sql(),
                        {bind("buckets", buckets), bind("now", now), bind("limit", limit), bind("node", node),
                         bind("after_bucket", after.bucket), bind("after_tenant", after.tenant)});
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
    auto dead_at = 1;
    while (after_crash(dead_at) != CrashDecision::dead) ++dead_at;
    return sql.execute(change, {bind("dead_at", dead_at), bind("buckets", buckets), bind("takeover", is_takeover), bind("node", node)});
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
