#include "outbox_store.hpp"

namespace wescrm::jobs::outbox_store {
namespace {

using database::bind;
using database::Blob;
using database::Session;

constexpr std::string_view columns =
    "o.tenant_id, o.id, o.app_id, o.endpoint, o.recipient, o.lane, o.priority, o.body, o.expires_at, o.first_try_at, "
    "o.attempts, o.claim";

std::vector<OutboxItem> read(Session& sql, std::string const& query, database::Params const& params) {
    auto items = std::vector<OutboxItem>{};
    for (auto& [tenant, id, app, endpoint, recipient, lane, priority, body, expires, first, attempts, claimed] :
         sql.rows<TenantId, std::int64_t, std::int64_t, std::string, std::string, std::int64_t, int, Blob, Instant,
                  Instant, int, std::int64_t>(query, params))
        items.push_back({tenant, id, app, std::move(endpoint), std::move(recipient), lane, priority,
                         std::move(body.bytes), expires, first, attempts, claimed});
    return items;
}

constexpr std::string_view take =
    "update outbox o set state = 1, claim = o.claim + 1, attempts = o.attempts + 1, first_try_at = "
    "coalesce(o.first_try_at, :now), lease_until "
    "= now() + interval '60 seconds', claimed_by = :node from c where (o.tenant_id, o.id) = (c.tenant_id, c.id) and "
    "o.state = c.state "
    "returning ";

}  // namespace

std::vector<OutboxItem> claim(Session& sql, std::vector<int> const& buckets, Turn after, std::size_t limit,
                              std::int64_t node, Instant now) {
    sql.script("set local synchronous_commit = off");
    constexpr std::string_view waits = "state in (0, 3) and not_before <= :now";
    auto query = "with " + turn_sql("outbox", waits);
    query.append(
        ", w as (select q.*, row_number() over (partition by q.tenant_id, q.priority order by q.not_before, q.id) as "
        "place from turn t cross join lateral (select tenant_id, id, state, priority, not_before from outbox where "
        "bucket = t.bucket and tenant_id = t.tenant_id and ");
    query.append(waits).append(
        " order by priority, not_before, id limit :limit) q where t.is_owned and t.n > 0), c as (select tenant_id, id, "
        "state from w order by priority, place, not_before, id limit :limit) ");
    return read(sql, query.append(take).append(columns),
                {bind("buckets", buckets), bind("now", now), bind("limit", limit), bind("node", node),
                 bind("after_bucket", after.bucket), bind("after_tenant", after.tenant)});
}

std::vector<OutboxItem> claim_probes(Session& sql, std::vector<int> const& buckets, std::int64_t node, Instant now) {
    sql.execute(
        "update outbox set state = 5 where bucket = any(:buckets::smallint[]) and state = 8 and expires_at <= :now",
        {bind("buckets", buckets), bind("now", now)});
    return read(sql,
                "with c as (select distinct on (tenant_id, app_id) tenant_id, id, state from outbox where bucket = "
                "any(:buckets::smallint[]) and "
                "state = 8 order by tenant_id, app_id, priority, id) " +
                    std::string{take}.append(columns),
                {bind("buckets", buckets), bind("now", now), bind("node", node)});
}

std::int64_t write(Session& sql, Result const& result, Instant now) {
    return sql.execute(
        "update outbox o set state = r.state, not_before = case when r.state = 3 then r.not_before else o.not_before "
        "end, attempts = o.attempts - "
        "r.uncounted, sent_at = case when r.state = 2 then :now::timestamptz end, errcode = nullif(r.errcode, 0), "
        "errmsg = nullif(r.message, ''), "
        "wecom_msgid = nullif(r.wecom_id, ''), response_code = nullif(r.response_code, ''), lease_until = null, "
        "claimed_by = null "
        "from unnest(:tenants::bigint[], :ids::bigint[], :claims::bigint[], :states::smallint[], "
        ":not_before::timestamptz[], "
        ":uncounted::smallint[], :errcodes::integer[], :messages::text[], :wecom_ids::text[], :codes::text[]) as r "
        "(tenant_id, id, claim, state, "
        "not_before, uncounted, errcode, message, wecom_id, response_code) "
        "where (o.tenant_id, o.id) = (r.tenant_id, r.id) and o.claim = r.claim and o.state = 1",
        {bind("now", now), bind("tenants", result.tenants), bind("ids", result.ids), bind("claims", result.claims),
         bind("states", result.states), bind("not_before", result.not_before), bind("uncounted", result.uncounted),
         bind("errcodes", result.errcodes), bind("messages", result.messages), bind("wecom_ids", result.wecom_ids),
         bind("codes", result.response_codes)});
}

void release_held(Session& sql, TenantId tenant, std::int64_t app) {
    sql.execute("update outbox set state = 3 where tenant_id = :tenant and app_id = :app and state = 8",
                {bind("tenant", tenant), bind("app", app)});
}

std::vector<OutboxItem> lost(Session& sql, std::vector<int> const& buckets, std::int64_t node) {
    return read(
        sql,
        std::string{
            "update outbox o set claim = o.claim + 1, lease_until = now() + interval '60 seconds', claimed_by = 0 "
            "where "
            "o.bucket = any(:buckets::smallint[]) and o.state = 1 and (o.lease_until < now() or (o.claimed_by <> :node "
            "and "
            "o.claimed_by not in (select id from node where heartbeat > now() - interval '15 seconds'))) returning "}
            .append(columns),
        {bind("node", node), bind("buckets", buckets)});
}

std::int64_t release_forgotten(Session& sql, std::vector<int> const& buckets, std::vector<std::int64_t> const& held,
                               std::int64_t node) {
    return sql.execute(
        "update outbox set state = 3, attempts = attempts - 1, lease_until = null, claimed_by = null where bucket = "
        "any(:buckets::smallint[]) and state = 1 and claimed_by = :node and lease_until < now() + interval '50 "
        "seconds' and id <> "
        "all(:held::bigint[])",
        {bind("buckets", buckets), bind("node", node), bind("held", held)});
}

void renew(Session& sql, std::vector<TenantId> const& tenants, std::vector<std::int64_t> const& ids,
           std::int64_t node) {
    sql.execute(
        "update outbox o set lease_until = now() + interval '60 seconds' from unnest(:tenants::bigint[], "
        ":ids::bigint[]) as h (t, id) "
        "where o.tenant_id = h.t and o.id = h.id and o.state = 1 and o.claimed_by = :node",
        {bind("tenants", tenants), bind("ids", ids), bind("node", node)});
}

void release(Session& sql, std::vector<TenantId> const& tenants, std::vector<std::int64_t> const& ids,
             std::int64_t node) {
    sql.execute(
        "update outbox o set state = 3, attempts = attempts - 1, lease_until = null, claimed_by = null from "
        "unnest(:tenants::bigint[], "
        ":ids::bigint[]) as h (t, id) where o.tenant_id = h.t and o.id = h.id and o.state = 1 and o.claimed_by = :node",
        {bind("tenants", tenants), bind("ids", ids), bind("node", node)});
}

std::vector<std::tuple<std::int64_t, Instant>> sent_recently(Session& sql, std::vector<int> const& buckets,
                                                             Instant now) {
    return sql.rows<std::int64_t, Instant>(
        "select lane, sent_at from outbox where bucket = any(:buckets::smallint[]) and state = 2 and sent_at > :since",
        {bind("buckets", buckets), bind("since", now - hours{1})});
}

}  // namespace wescrm::jobs::outbox_store
