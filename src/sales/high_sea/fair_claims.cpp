#include "fair_claims.hpp"

#include "../rules/claiming.hpp"

#include <algorithm>

// Fair claims: a pool that collects claims for some minutes and gives the record to the best of those who wanted it.
namespace wescrm::sales {
namespace {

using database::bind;

constexpr int judged_days = 90;

struct Round {
    PoolObject object = PoolObject::customer;
    std::int64_t object_id = 0;
    HighSeaId pool;
};

struct Bid {
    EmployeeId person;
    std::string name;
    Instant at;
    int score = 0;
    std::string refusal;
};

std::optional<Round> find_open_round(operation::Context& ctx, std::int64_t round) {
    auto const row = ctx.sql().row<std::string, std::int64_t, HighSeaId>(
        "select object, object_id, high_sea_id from claim_round where tenant_id = :tenant and id = :round and "
        "closed_at "
        "is null",
        {bind("tenant", ctx.tenant()), bind("round", round)});
    if (!row) return std::nullopt;
    auto const& [object, id, pool] = *row;
    return Round{object == "lead" ? PoolObject::lead : PoolObject::customer, id, pool};
}

BidFacts facts_of(operation::Context& ctx, Round const& round, HighSea const& pool, EmployeeId person) {
    auto const is_success = round.object == PoolObject::lead ? "r.status = 'converted'" : "r.deal_status = 'closed'";
    auto const row =
        ctx.sql()
            .row<std::int64_t, std::int64_t, std::int64_t>(
                "select count(*), count(*) filter (where r.owner_id = :person and " + std::string{is_success} +
                    "), count(*) filter (where v.kind = 'claim' and v.at >= :today) from ownership_event v join " +
                    std::string{name_of(round.object)} +
                    " r on r.tenant_id = v.tenant_id and r.id = v.object_id where v.tenant_id = :tenant and v.to_id = "
                    ":person and v.at >= :since and v.kind in ('claim', 'assign') and v.high_sea_id = :pool and "
                    "v.object = :object",
                {bind("tenant", ctx.tenant()), bind("person", person), bind("pool", round.pool),
                 bind("object", name_of(round.object)), bind("today", ctx.zone().start_of(ctx.today())),
                 bind("since", ctx.zone().start_of(add_days(ctx.today(), -judged_days)))})
            .value();
    auto records = PoolRecords{ctx, round.object};
    auto facts = BidFacts{};
    facts.held = records.held_by(person);
    if (auto const cap = records.cap_of(person, pool)) facts.holding_cap = cap->most;
    std::tie(facts.gained, facts.converted, facts.claimed_today) = row;
    return facts;
}

std::vector<Bid> bids_of(operation::Context& ctx, std::int64_t round) {
    auto bids = std::vector<Bid>{};
    for (auto const& [person, name, at] : ctx.sql().rows<EmployeeId, std::string, Instant>(
             "select b.employee_id, e.name, b.at from claim_bid b join employee e on e.tenant_id = b.tenant_id and "
             "e.id "
             "= b.employee_id and e.status = 'active' where b.tenant_id = :tenant and b.round_id = :round order by "
             "b.employee_id",
             {bind("tenant", ctx.tenant()), bind("round", round)}))
        bids.push_back({person, name, at, 0, {}});
    return bids;
}

// Who was writing his bid while the round ended.
void refuse_latecomers(std::vector<Bid>& bids, std::vector<Bid> const& waited_for) {
    for (auto& bid : bids)
        if (std::ranges::none_of(waited_for, [&](Bid const& one) { return one.person == bid.person; }))
            bid.refusal = "申请晚于截止时间";
}

// The best who may have it now; what keeps those before him from it stands with their bids.
Bid const* winner_of(operation::Context& ctx, Round const& round, PoolRecord const& record, HighSea const& pool,
                     std::vector<Bid>& bids) {
    for (auto& bid : bids) bid.score = bid_score(facts_of(ctx, round, pool, bid.person));
    std::ranges::stable_sort(
        bids, [](Bid const& a, Bid const& b) { return a.score != b.score ? a.score > b.score : a.at < b.at; });
    for (auto& bid : bids) {
        if (!bid.refusal.empty()) continue;
        if (!Pools{ctx}.has_seat(bid.person, pool.id)) {
            bid.refusal = "已不是公海成员";
            continue;
        }
        auto const may = check_claim_of(ctx, round.object, record, pool, {bid.person, false});
        if (may) return &bid;
        bid.refusal = may.error().message;
    }
    return nullptr;
}

void keep(operation::Context& ctx, std::int64_t round, std::vector<Bid> const& bids, Bid const* winner) {
    for (auto const& bid : bids)
        ctx.sql().execute(
            "update claim_bid set score = :score, refusal = :refusal where tenant_id = :tenant and round_id = :round "
            "and employee_id = :person",
            {bind("tenant", ctx.tenant()), bind("round", round), bind("person", bid.person), bind("score", bid.score),
             bind("refusal", bid.refusal)});
    ctx.sql().execute(
        "update claim_round set closed_at = :now, winner_id = :winner where tenant_id = :tenant and id = :round",
        {bind("tenant", ctx.tenant()), bind("round", round), bind("now", ctx.now()),
         bind("winner", winner ? std::optional{winner->person} : std::nullopt)});
}

void announce(operation::Context& ctx, std::int64_t round, Round const& what, PoolRecord const& record,
              std::vector<Bid> const& bids, Bid const* winner) {
    for (auto const& bid : bids) {
        auto data = json::Document{rapidjson::kObjectType};
        auto& allocator = data.GetAllocator();
        json::set(data, "kind_title", title_of(what.object), allocator);
        json::set(data, "name", record.name, allocator);
        json::set(data, "bids", std::to_string(bids.size()), allocator);
        json::set(data, "score", std::to_string(bid.score), allocator);
        json::set(data, "won", json::Value{winner == &bid}, allocator);
        json::set(data, "lost_to", winner && winner != &bid ? winner->name : "", allocator);
        json::set(data, "winner_score", winner ? std::to_string(winner->score) : "", allocator);
        json::set(data, "refusal", bid.refusal, allocator);
        auto notice = operation::Notice{};
        notice.effect_key = "claim_round:" + std::to_string(round) + ":" + std::to_string(bid.person.value());
        notice.to = bid.person;
        notice.kind = "claim_decided";
        notice.data = std::move(data);
        notice.source_kind = name_of(what.object);
        notice.source_id = record.id;
        ctx.outbox().tell(notice);
    }
}

}  // namespace

Result<Instant> put_bid(operation::Context& ctx, PoolObject object, PoolRecord const& record, HighSea const& pool) {
    auto params =
        database::Params{bind("tenant", ctx.tenant()), bind("object", name_of(object)),
                         bind("id", record.id),        bind("pool", pool.id),
                         bind("now", ctx.now()),       bind("until", ctx.now() + minutes{*pool.fair_minutes})};
    // The record is locked: nobody opens a second round beside this one, nor decides it.
    auto open = ctx.sql().row<std::int64_t, Instant>(
        "select id, closes_at from claim_round where tenant_id = :tenant and object = :object and object_id = :id and "
        "closed_at is null",
        params);
    if (!open) {
        open = ctx.sql().row<std::int64_t, Instant>(
            "insert into claim_round (tenant_id, object, object_id, high_sea_id, opened_at, closes_at) values "
            "(:tenant, "
            ":object, :id, :pool, :now, :until) returning id, closes_at",
            params);
        ctx.timers().schedule({"high_sea_round", "claim_round", std::get<0>(*open), std::get<1>(*open)});
    }
    auto const& [round, closes_at] = *open;
    if (closes_at <= ctx.now())
        return Error{Errc::conflict, "claim_closed", "「" + record.name + "」的申请已截止，正在公布结果，请稍后再看"};
    ctx.sql().execute(
        "insert into claim_bid (tenant_id, round_id, employee_id, at) values (:tenant, :round, :me, :now) on conflict "
        "do nothing",
        {bind("tenant", ctx.tenant()), bind("round", round), bind("me", ctx.actor().employee), bind("now", ctx.now())});
    auto after = json::Document{rapidjson::kObjectType};
    json::set(after, "claim_decided_at", format_rfc3339(closes_at), after.GetAllocator());
    ctx.audit(
        {std::string{name_of(object)}, record.id, std::string{name_of(object)} + ".bid", "{}", json::write(after), {}});
    return closes_at;
}

std::optional<Instant> own_bid_until(operation::Context& ctx, PoolObject object, std::int64_t id) {
    return ctx.sql().value<Instant>(
        "select r.closes_at from claim_round r join claim_bid b on b.tenant_id = r.tenant_id and b.round_id = r.id "
        "where r.tenant_id = :tenant and r.object = :object and r.object_id = :id and r.closed_at is null and "
        "b.employee_id = :me",
        {bind("tenant", ctx.tenant()), bind("object", name_of(object)), bind("id", id),
         bind("me", ctx.actor().employee)});
}

Result<void> decide_round(operation::Context& ctx, std::int64_t round) {
    auto const what = find_open_round(ctx, round);
    if (!what) return {};
    // In the order of a claim: people, then the record, so that no two wait for each other.
    auto const waited_for = bids_of(ctx, round);
    for (auto const& bid : waited_for) queue_up(ctx, bid.person);
    auto const record = PoolRecords{ctx, what->object}.lock(what->object_id);
    if (!record || !find_open_round(ctx, round)) return {};
    auto bids = bids_of(ctx, round);
    refuse_latecomers(bids, waited_for);
    auto const pool = Pools{ctx}.find(what->pool);
    auto const is_free = pool && !record->is_deleted && record->high_sea == what->pool;
    Bid const* winner = is_free ? winner_of(ctx, *what, *record, *pool, bids) : nullptr;
    if (!is_free)
        for (auto& bid : bids) bid.refusal = "它已不在公海中";
    if (winner) give_claimed(ctx, what->object, *record, winner->person);
    keep(ctx, round, bids, winner);
    announce(ctx, round, *what, *record, bids, winner);
    return {};
}

}  // namespace wescrm::sales
