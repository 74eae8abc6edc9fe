#include <wescrm/sales/duplicate_scan.hpp>

#include <boost/describe/class.hpp>

// Records that may be the same. Creation refuses equal names and phones; what is left are names of which one is longer,
// people who appear under two companies, and leads of companies that are customers already. Everything is read in the
// order of an index, a bounded piece in each transaction.
namespace wescrm::sales {
namespace {

using database::bind;
using operation::Context;

constexpr auto least_characters = 4;  // of a name that another begins or ends with

struct Progress {
    Instant started_at;
    std::string phase;
    std::string word;
    std::int64_t id = 0;
};
BOOST_DESCRIBE_STRUCT(Progress, (), (started_at, phase, word, id))

/// Where the next piece begins; nullopt: the phase is through.
using Next = std::optional<std::pair<std::string, std::int64_t>>;

database::Params params_of(Context& ctx, Progress const& at, std::int64_t piece) {
    return {bind("tenant", ctx.tenant()), bind("started", at.started_at), bind("word", at.word), bind("id", at.id),
            bind("piece", piece)};
}

// Pairs that this scan found for another reason already get likelier; those of earlier nights are counted anew.
std::string insert_pairs(std::string const& table, std::string const& left, std::string const& right) {
    constexpr std::string_view anew =
        "set reasons = case when p.found_at = excluded.found_at then array(select distinct x from unnest(p.reasons || "
        "excluded.reasons) x order by x) else excluded.reasons end, score = case when p.found_at <> excluded.found_at "
        "then excluded.score when p.reasons @> excluded.reasons then greatest(p.score, excluded.score) else least(100, "
        "p.score + excluded.score) end, found_at = excluded.found_at";
    return " insert into " + table + " as p (tenant_id, " + left + ", " + right +
           ", reasons, score, found_at) select :tenant, a, b, array_agg(distinct reason order by reason), "
           "least(sum(distinct weight), 100), :started from found group by a, b on conflict (tenant_id, " +
           left + ", " + right + ") do update " + std::string{anew};
}

// Names are compared with their neighbours in order, from the front or from the back. A piece begins with the last name
// of the one before, so that no neighbours are parted.
Next compare_names(Context& ctx, Progress const& at, std::int64_t piece) {
    auto const core = std::string{at.phase == "front" ? "name_core" : "reverse(name_core)"};
    auto const some = "with part as materialized (select id, " + core +
                      " as core from customer where tenant_id = :tenant and deleted_at is null and (" + core +
                      " collate \"C\", id) >= (:word collate \"C\", :id::bigint) order by " + core +
                      " collate \"C\", id limit :piece)";
    auto params = params_of(ctx, at, piece);
    auto const last = ctx.sql().row<std::string, std::int64_t, std::int64_t>(
        some +
            " select core, id, (select count(*) from part) from part order by core collate \"C\" desc, id desc "
            "limit 1",
        params);
    params.add(bind("least", least_characters));
    ctx.sql().execute(
        some +
            ", neighbours as (select id, core, lag(id) over w as other, lag(core) over w as other_core from part "
            "window w as (order by core collate \"C\", id)), found as (select least(id, other) as a, greatest(id, "
            "other) as b, 'name'::text as reason, 50 as weight from neighbours where char_length(other_core) >= "
            ":least and starts_with(core, other_core))" +
            insert_pairs("duplicate_pair", "first_id", "second_id"),
        params);
    if (!last || std::get<2>(*last) < piece) return std::nullopt;
    return std::pair{std::get<0>(*last), std::get<1>(*last)};
}

// A phone that many customers share pairs each with one of them, not all with all.
Next compare_phones(Context& ctx, Progress const& at, std::int64_t piece) {
    auto params = params_of(ctx, at, piece);
    auto const last = ctx.sql().value<std::string>(
        "select max(mobile) from (select mobile from (select mobile from ((select value as mobile from duplicate_key "
        "where tenant_id = :tenant and object = 'customer' and kind = 'mobile' and value > :word order by value limit "
        ":piece) union all (select mobile from contact where tenant_id = :tenant and mobile > :word order by mobile "
        "limit :piece)) x) y order by mobile limit :piece) z",
        params);
    if (!last) return std::nullopt;
    params.add(bind("last", *last));
    ctx.sql().execute(
        "with phones as (select k.value as mobile, c.id as customer_id, true as own from duplicate_key k join customer "
        "c on c.tenant_id = k.tenant_id and c.id = k.object_id and c.deleted_at is null where k.tenant_id = :tenant "
        "and k.object = 'customer' and k.kind = 'mobile' and k.value > :word and k.value <= :last union all select "
        "t.mobile, t.customer_id, false from contact t join customer c on c.tenant_id = t.tenant_id and c.id = "
        "t.customer_id and c.deleted_at is null where t.tenant_id = :tenant and t.deleted_at is null and t.mobile > "
        ":word and t.mobile <= :last), shared as (select customer_id, min(customer_id) over (partition by mobile) as "
        "centre, bool_or(own) over (partition by mobile) as any_own from phones), found as (select distinct centre as "
        "a, customer_id as b, case when any_own then 'phone' else 'contact' end as reason, case when any_own then 90 "
        "else 70 end as weight from shared where customer_id <> centre)" +
            insert_pairs("duplicate_pair", "first_id", "second_id"),
        params);
    return std::pair{*last, std::int64_t{0}};
}

Next compare_leads(Context& ctx, Progress const& at, std::int64_t piece) {
    auto const some = std::string{
        "with part as materialized (select id, mobile, company_core from lead where tenant_id = :tenant and id > "
        ":id::bigint and deleted_at is null and status in ('unassigned', 'pending', 'following') order by id limit "
        ":piece)"};
    auto const params = params_of(ctx, at, piece);
    auto const last = ctx.sql().row<std::int64_t, std::int64_t>(
        some + " select max(id), count(*) from part having count(*) > 0", params);
    if (!last) return std::nullopt;
    ctx.sql().execute(
        some +
            ", found as (select s.id as a, c.id as b, n.reason, n.weight from part s join lateral (select k.object_id "
            "as customer_id, 'phone'::text as reason, 90 as weight from duplicate_key k where k.tenant_id = :tenant "
            "and k.object = 'customer' and k.kind = 'mobile' and k.value = s.mobile union all select t.customer_id, "
            "'contact', 80 from contact t where t.tenant_id = :tenant and t.mobile = s.mobile and t.deleted_at is "
            "null union all select k.object_id, 'name', 60 from duplicate_key k where k.tenant_id = :tenant and "
            "k.object = 'customer' and k.kind = 'name_core' and k.value = s.company_core and s.company_core <> '') n "
            "on true join customer c on c.tenant_id = :tenant and c.id = n.customer_id and c.deleted_at is null)" +
            insert_pairs("duplicate_lead", "lead_id", "customer_id"),
        params);
    if (std::get<1>(*last) < piece) return std::nullopt;
    return std::pair{std::string{}, std::get<0>(*last)};
}

// Waiting pairs that are none any more go, and of the others all but the likeliest.
std::int64_t tidy(Context& ctx, std::string const& table, Progress const& at, std::int64_t most) {
    auto const params =
        database::Params{bind("tenant", ctx.tenant()), bind("started", at.started_at), bind("most", most)};
    ctx.sql().execute("delete from " + table +
                          " where tenant_id = :tenant and state = 'open' and (found_at < :started or id in (select id "
                          "from " +
                          table +
                          " where tenant_id = :tenant and state = 'open' and found_at >= :started order by score "
                          "desc, id offset :most))",
                      params);
    return ctx.sql()
        .value<std::int64_t>("select count(*) from " + table + " where tenant_id = :tenant and state = 'open'", params)
        .value_or(0);
}

// What somebody ignored is forgotten with the records.
void forget_gone(Context& ctx) {
    auto const params = database::Params{bind("tenant", ctx.tenant())};
    ctx.sql().execute(
        "delete from duplicate_pair p where tenant_id = :tenant and exists (select 1 from unnest(array[p.first_id, "
        "p.second_id]) i(id) where not exists (select 1 from customer c where c.tenant_id = :tenant and c.id = i.id))",
        params);
    ctx.sql().execute(
        "delete from duplicate_lead p where tenant_id = :tenant and (not exists (select 1 from customer c where "
        "c.tenant_id = :tenant and c.id = p.customer_id) or not exists (select 1 from lead l where l.tenant_id = "
        ":tenant and l.id = p.lead_id))",
        params);
}

std::string_view phase_after(std::string_view phase) {
    if (phase == "front") return "back";
    if (phase == "back") return "phone";
    return phase == "phone" ? "lead" : "done";
}

void keep(Context& ctx, std::string_view phase, std::string const& word, std::int64_t id) {
    ctx.sql().execute(
        "update duplicate_scan set phase = :phase, word = :word, record_id = :id where tenant_id = :tenant",
        {bind("tenant", ctx.tenant()), bind("phase", phase), bind("word", word), bind("id", id)});
}

}  // namespace

void begin_duplicate_scan(Context& ctx) {
    ctx.sql().execute(
        "insert into duplicate_scan (tenant_id, started_at, phase) values (:tenant, :now, 'front') on conflict "
        "(tenant_id) do update set started_at = excluded.started_at, phase = 'front', word = '', record_id = 0",
        {bind("tenant", ctx.tenant()), bind("now", ctx.now())});
}

std::optional<DuplicateScan> duplicate_scan_piece(Context& ctx, DuplicateScanConfig const& config) {
    auto const at = ctx.sql().record<Progress>(
        "select started_at, phase, word, record_id from duplicate_scan where tenant_id = :tenant for update",
        {bind("tenant", ctx.tenant())});
    if (!at) return DuplicateScan{};
    if (at->phase == "done") {
        forget_gone(ctx);
        return DuplicateScan{tidy(ctx, "duplicate_pair", *at, config.most_pairs),
                             tidy(ctx, "duplicate_lead", *at, config.most_pairs)};
    }
    auto const next = at->phase == "phone"  ? compare_phones(ctx, *at, config.piece)
                      : at->phase == "lead" ? compare_leads(ctx, *at, config.piece)
                                            : compare_names(ctx, *at, config.piece);
    if (next)
        keep(ctx, at->phase, next->first, next->second);
    else
        keep(ctx, phase_after(at->phase), "", 0);
    return std::nullopt;
}

DuplicateScan scan_duplicates(Context& ctx, DuplicateScanConfig const& config) {
    begin_duplicate_scan(ctx);
    while (true)
        if (auto const found = duplicate_scan_piece(ctx, config)) return *found;
}

}  // namespace wescrm::sales
