#include <wescrm/sales/duplicate_scan.hpp>

// Pairs of customers that may be the same. Creation refuses equal names and phones; what is left are names of which one
// is longer, and people who appear under two companies.
namespace wescrm::sales {
namespace {

using database::bind;

// A phone that many customers share pairs each with one of them, not all with all. Names are compared with their
// neighbours in order, from the front and from the back.
constexpr std::string_view candidates =
    "with alive as materialized (select id, name_core, mobile from customer where tenant_id = :tenant and deleted_at "
    "is "
    "null), phones as (select mobile, id as customer_id, true as own from alive where mobile is not null union all "
    "select t.mobile, t.customer_id, false from contact t join alive a on a.id = t.customer_id where t.tenant_id = "
    ":tenant and t.deleted_at is null and t.mobile is not null), shared as (select customer_id, own, "
    "min(customer_id) over (partition by mobile) as centre, bool_or(own) over (partition by mobile) as any_own from "
    "phones), fronts as (select id, name_core, lag(id) over w as other, lag(name_core) over w as other_core from alive "
    "window w as (order by name_core collate \"C\", id)), backs as (select id, reverse(name_core) as core, lag(id) "
    "over "
    "w as other, lag(reverse(name_core)) over w as other_core from alive window w as (order by reverse(name_core) "
    "collate \"C\", id)), found as (select centre as a, customer_id as b, case when any_own then 'phone' else "
    "'contact' "
    "end as reason, case when any_own then 90 else 70 end as weight from shared where customer_id <> centre union "
    "select other, id, 'name', 50 from fronts where char_length(other_core) >= :least and starts_with(name_core, "
    "other_core) union select other, id, 'name', 50 from backs where char_length(other_core) >= :least and "
    "starts_with(core, other_core)), pairs as (select least(a, b) as first_id, greatest(a, b) as second_id, "
    "array_agg(distinct reason order by reason) as reasons, least(sum(distinct weight), 100) as score from found group "
    "by 1, 2 order by score desc, first_id, second_id limit :most) ";

constexpr auto least_characters = 4;  // of a name that another begins or ends with

}  // namespace

DuplicateScan scan_duplicates(operation::Context& ctx, std::int64_t most) {
    ctx.sql().execute(
        std::string{candidates} +
            "insert into duplicate_pair as p (tenant_id, first_id, second_id, reasons, score, found_at) select "
            ":tenant, "
            "first_id, second_id, reasons, score, :now from pairs on conflict (tenant_id, first_id, second_id) do "
            "update set reasons = excluded.reasons, score = excluded.score, found_at = excluded.found_at",
        {bind("tenant", ctx.tenant()), bind("now", ctx.now()), bind("most", most), bind("least", least_characters)});
    auto scan = DuplicateScan{};
    scan.dropped = ctx.sql().execute(
        "delete from duplicate_pair p where tenant_id = :tenant and (state = 'open' and found_at < :now or exists "
        "(select 1 from unnest(array[p.first_id, p.second_id]) i(id) where not exists (select 1 from customer c where "
        "c.tenant_id = :tenant and c.id = i.id)))",
        {bind("tenant", ctx.tenant()), bind("now", ctx.now())});
    scan.pairs =
        ctx.sql()
            .value<std::int64_t>("select count(*) from duplicate_pair where tenant_id = :tenant and state = 'open'",
                                 {bind("tenant", ctx.tenant())})
            .value_or(0);
    return scan;
}

}  // namespace wescrm::sales
