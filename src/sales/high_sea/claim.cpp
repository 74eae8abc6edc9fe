#include "../duplicate/entering.hpp"
#include "../rules/claiming.hpp"
#include "fair_claims.hpp"
#include "moves.hpp"
#include "offers.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/operation/pool_seats.hpp>
#include <wescrm/sales/sales_rules.hpp>

// Taking a record out of its pool: every check of the domain in its order, one winner.
namespace wescrm::sales {
namespace {

using database::bind;

constexpr auto first_contact_after = hours{2};
constexpr auto end_of_work = hours{18};
constexpr auto start_of_work = hours{9};

// A plan for today: soon, but within working hours.
Instant first_contact(operation::Context& ctx) {
    auto const today = ctx.zone().start_of(ctx.today());
    auto const soon = ctx.now() + first_contact_after;
    if (soon < today + start_of_work) return today + start_of_work;
    if (soon <= today + end_of_work) return soon;
    return ctx.zone().start_of(add_days(ctx.today(), 1)) + start_of_work;
}

// Somebody was quicker, or the record never was in a pool of the actor.
Error gone(operation::Context& ctx, PoolObject object, PoolRecord const& record) {
    auto const last = ctx.sql().row<std::optional<HighSeaId>, std::string, std::string, Instant>(
        "select v.high_sea_id, v.kind, e.name, v.at from ownership_event v join employee e on e.tenant_id = "
        "v.tenant_id and e.id = v.to_id where v.tenant_id = :tenant and v.object = :object and v.object_id = :id order "
        "by v.at desc, v.id desc limit 1",
        {bind("tenant", ctx.tenant()), bind("object", name_of(object)), bind("id", record.id)});
    auto const is_seen = ctx.scope().allows(name_of(object), operation::Power::read, record.id);
    auto const had_seat = last && std::get<0>(*last) && Pools{ctx}.seat(*std::get<0>(*last)).is_any();
    if (!is_seen && !had_seat) return no_record(object);
    if (last && std::get<1>(*last) == "claim")
        return {Errc::conflict, "taken",
                "已被 " + std::get<2>(*last) + " 于 " + format_for_people(std::get<3>(*last), ctx.zone(), ctx.now()) +
                    " 领取"};
    if (last && std::get<0>(*last))
        return {
            Errc::conflict, "taken",
            "已于 " + format_for_people(std::get<3>(*last), ctx.zone(), ctx.now()) + " 分配给 " + std::get<2>(*last)};
    return {Errc::conflict, "not_in_pool",
            "「" + record.name + "」不在公海中" + (last ? "，由 " + std::get<2>(*last) + " 负责" : std::string{})};
}

Result<HighSea> claimable_pool(operation::Context& ctx, PoolObject object, PoolRecord const& record) {
    auto pools = Pools{ctx};
    auto pool = pools.find(record.high_sea);
    auto const seat = pool ? pools.seat(pool->id) : Seat{};
    if (!pool || !pool->enabled || !seat.is_any())
        return Error{Errc::conflict, "not_member",
                     "您不是" + (pool ? "「" + pool->name + "」" : std::string{"该公海"}) + "的成员，不能领取"};
    if (!pool->members_claim && !seat.is_admin)
        return Error{Errc::conflict, "not_member", "「" + pool->name + "」由公海管理员分配，成员不能自行领取"};
    (void)object;
    return std::move(*pool);
}

ClaimFacts facts_of(operation::Context& ctx, PoolObject object, PoolRecord const& record, Claimant const& who) {
    auto const params = database::Params{
        bind("tenant", ctx.tenant()), bind("object", name_of(object)), bind("id", record.id),
        bind("me", who.person),       bind("pool", record.high_sea),   bind("today", ctx.zone().start_of(ctx.today()))};
    auto const counted =
        ctx.sql()
            .row<std::int64_t, std::optional<Instant>, std::int64_t>(
                "select (select count(*) from ownership_event where tenant_id = :tenant and to_id = :me and at >= "
                ":today and kind = 'claim' and high_sea_id = :pool and object = :object), (select max(at) from "
                "ownership_event where tenant_id = :tenant and object = :object and object_id = :id and from_id = :me "
                "and to_id is distinct from from_id), (select count(*) from ownership_event where tenant_id = :tenant "
                "and object = :object and object_id = :id and to_id = :me and kind = 'claim')",
                params)
            .value();
    auto const& [today, lost, before] = counted;
    auto facts = ClaimFacts{};
    facts.title = title_of(object);
    facts.held = PoolRecords{ctx, object}.held_by(who.person);
    facts.claimed_today = today;
    facts.lost_at = lost;
    facts.entered_at = record.pool_entered_at;
    facts.claimed_before = before;
    facts.is_admin = who.is_admin;
    return facts;
}

}  // namespace

Error no_record(PoolObject object) {
    return {Errc::not_found, std::string{name_of(object)},
            "没有" + std::string{object == PoolObject::lead ? "这条线索" : "这个客户"} + "，或您看不到它"};
}

void tell_gain(operation::Context& ctx, PoolObject object, PoolRecord const& record, EmployeeId to,
               std::string_view reason) {
    if (to == ctx.actor().employee) return;
    auto data = json::Document{rapidjson::kObjectType};
    auto& allocator = data.GetAllocator();
    json::set(data, "kind_title", title_of(object), allocator);
    json::set(data, "kind", name_of(object), allocator);
    json::set(data, "id", std::to_string(record.id), allocator);
    json::set(data, "name", record.name, allocator);
    json::set(data, "actor_name", ctx.actor().is_system() ? "系统" : ctx.actor().name, allocator);
    json::set(data, "reason", reason, allocator);
    json::set(data, "at_text", format_for_people(ctx.now(), ctx.zone(), ctx.now()), allocator);
    auto notice = operation::Notice{};
    notice.effect_key =
        "gain:" + std::string{name_of(object)} + ":" + std::to_string(record.id) + ":" + std::to_string(record.version);
    notice.to = to;
    notice.kind = "record_assigned";
    notice.data = std::move(data);
    notice.source_kind = name_of(object);
    notice.source_id = record.id;
    if (auto const offer = offer_record(ctx, object, record, to, reason)) put_offer(ctx, *offer, reason, notice);
    ctx.outbox().tell(notice);
}

Result<void> check_claim_of(operation::Context& ctx, PoolObject object, PoolRecord const& record, HighSea const& pool,
                            Claimant const& who) {
    auto const cap = PoolRecords{ctx, object}.cap_of(who.person, pool);
    auto limits = ClaimLimits{};
    if (cap && !who.is_over_cap) {
        limits.holding_cap = cap->most;
        limits.cap_whose = cap->whose;
    }
    limits.claim_daily_limit = pool.claim_daily_limit;
    limits.cooldown_days = pool.cooldown_days;
    limits.quiet_hours = pool.quiet_hours;
    limits.claims_per_record = pool.claims_per_record;
    return check_claim(limits, facts_of(ctx, object, record, who), ctx.now(), ctx.zone());
}

// Its admins; of a pool without any the administrators of the company.
std::vector<EmployeeId> keepers_of(operation::Context& ctx, HighSeaId pool) {
    auto found = Pools{ctx}.admins(pool);
    if (!found.empty()) return found;
    return ctx.sql().values<EmployeeId>(
        "select distinct e.id from role_member m join role r on r.tenant_id = m.tenant_id and r.id = m.role_id and "
        "r.is_administrator join employee e on e.tenant_id = m.tenant_id and e.id = m.employee_id and e.status = "
        "'active' where m.tenant_id = :tenant order by e.id",
        {bind("tenant", ctx.tenant())});
}

// Where the company wants it, who keeps the pool hears who took what.
void tell_keepers(operation::Context& ctx, PoolObject object, PoolRecord const& record, EmployeeId to) {
    if (!sales_rules(ctx).tell_claims) return;
    auto const pool = Pools{ctx}.find(record.high_sea);
    if (!pool) return;
    auto const name = ctx.sql().value<std::string>("select name from employee where tenant_id = :tenant and id = :id",
                                                   {bind("tenant", ctx.tenant()), bind("id", to)});
    for (auto const keeper : keepers_of(ctx, pool->id)) {
        if (keeper == to) continue;
        auto data = json::Document{rapidjson::kObjectType};
        auto& allocator = data.GetAllocator();
        json::set(data, "kind_title", title_of(object), allocator);
        json::set(data, "name", record.name, allocator);
        json::set(data, "high_sea", pool->name, allocator);
        json::set(data, "owner_name", name.value_or(""), allocator);
        json::set(data, "at_text", format_for_people(ctx.now(), ctx.zone(), ctx.now()), allocator);
        auto notice = operation::Notice{};
        notice.effect_key = "claimed:" + std::string{name_of(object)} + ":" + std::to_string(record.id) + ":" +
                            std::to_string(record.version) + ":" + std::to_string(keeper.value());
        notice.to = keeper;
        notice.kind = "record_claimed";
        notice.data = std::move(data);
        notice.source_kind = "high_sea";
        notice.source_id = pool->id.value();
        ctx.outbox().tell(notice);
    }
}

void give_claimed(operation::Context& ctx, PoolObject object, PoolRecord const& record, EmployeeId to,
                  std::string reason) {
    auto const contact_at = first_contact(ctx);
    PoolRecords{ctx, object}.give(record, {to, "claim", reason, contact_at});
    tell_keepers(ctx, object, record, to);
    ctx.timers().schedule({"next_contact", std::string{name_of(object)}, record.id, contact_at});
    auto before = json::Document{rapidjson::kObjectType};
    json::set(before, "high_sea_id", std::to_string(record.high_sea.value()), before.GetAllocator());
    auto after = json::Document{rapidjson::kObjectType};
    auto const user =
        ctx.sql().value<std::string>("select user_id from employee where tenant_id = :tenant and id = :id",
                                     {bind("tenant", ctx.tenant()), bind("id", to)});
    json::set(after, "owner_user_id", user.value_or(""), after.GetAllocator());
    ctx.audit({std::string{name_of(object)}, record.id, std::string{name_of(object)} + ".claim", json::write(before),
               json::write(after), std::move(reason)});
}

Result<Claimed> claim_record(operation::Context& ctx, PoolObject object, std::int64_t id,
                             std::optional<std::string> const& duplicate_reason,
                             std::optional<std::string> const& over_cap_reason) {
    auto records = PoolRecords{ctx, object};
    queue_up(ctx, ctx.actor().employee);
    auto const record = records.lock(id);
    if (!record || record->is_deleted) return no_record(object);
    if (record->high_sea.is_empty()) return gone(ctx, object, *record);
    auto const pool = claimable_pool(ctx, object, *record);
    if (!pool) return pool.error();
    if (object == PoolObject::lead && record->status != "unassigned")
        return Error{Errc::conflict, "status", "这条线索已作废或无效，不能领取"};
    auto const is_admin = Pools{ctx}.seat(pool->id).is_admin;
    auto const why = std::string{text::trim(over_cap_reason.value_or(""))};
    auto const fits = check_claim_of(ctx, object, *record, *pool, {ctx.actor().employee, is_admin});
    auto const is_over = !fits && fits.error().reason == "holding_cap" && is_admin && !why.empty();
    if (!fits && !is_over) return fits.error();
    if (is_over)
        if (auto const rest = check_claim_of(ctx, object, *record, *pool, {ctx.actor().employee, true, true}); !rest)
            return rest.error();
    auto const kind = object == PoolObject::lead ? DuplicateObject::lead : DuplicateObject::customer;
    auto const met = enter_record(ctx, kind, id, Entering{.entry = DuplicateEntry::claim, .reason = duplicate_reason});
    if (!met) return met.error();
    if (pool->fair_minutes && !is_admin) {
        auto const decided_at = put_bid(ctx, object, *record, *pool);
        if (!decided_at) return decided_at.error();
        return Claimed{*decided_at};
    }
    give_claimed(ctx, object, *record, ctx.actor().employee, is_over ? beyond_cap(*met, why) : *met);
    return Claimed{};
}

}  // namespace wescrm::sales
