#include <wescrm/jobs/turns.hpp>
#include <wescrm/operation/queue_keys.hpp>

#include <tuple>

namespace wescrm::jobs {

Turn last_in_turn(Turn after, std::vector<TenantId> const& served) {
    auto const rank = [&after](Turn const& turn) {
        auto const is_before = std::tie(turn.bucket, turn.tenant) <= std::tie(after.bucket, after.tenant);
        return std::tuple{is_before, turn.bucket, turn.tenant};
    };
    auto last = Turn{};
    auto has_any = false;
    for (auto const& tenant : served) {
        auto const turn = Turn{operation::bucket_of(tenant), tenant.value()};
        if (has_any && rank(turn) <= rank(last)) continue;
        last = turn;
        has_any = true;
    }
    return has_any ? last : after;
}

// The comparison of rows finds its place in the index at once; a condition `bucket = any(…)` beside it would make
// PostgreSQL walk through all that waits in a bucket. So buckets of other nodes are stepped over whole, one row each.
std::string turn_sql(std::string_view queue, std::string_view waits) {
    auto next = std::string{"(select bucket, tenant_id, "};
    auto const from = std::string{" from "}.append(queue).append(" where ").append(waits);
    auto const first = std::string{" order by bucket, tenant_id limit 1) "};
    next.append("t.wrapped").append(from);
    next.append(
            " and (bucket, tenant_id) > (t.bucket, case when t.is_owned then t.tenant_id else 9223372036854775807 end)")
        .append(first);
    next.append("union all (select bucket, tenant_id, true")
        .append(from)
        .append(" and not t.wrapped")
        .append(first)
        .append("limit 1");
    return "recursive turn (bucket, tenant_id, wrapped, is_owned, n) as ("
           "select :after_bucket::smallint, :after_tenant::bigint, false, true, 0 "
           "union all select x.bucket, x.tenant_id, x.wrapped, x.bucket = any(:buckets::smallint[]), "
           "t.n + (x.bucket = any(:buckets::smallint[]))::integer from turn t cross join lateral (" +
           next +
           ") x where t.n < :limit and not (x.wrapped and (x.bucket, x.tenant_id) > (:after_bucket::smallint, "
           ":after_tenant::bigint)))";
}

}  // namespace wescrm::jobs
