#include "records.hpp"

#include "../decided_once.hpp"
#include "../lead/scores.hpp"
#include "offers.hpp"

#include <wescrm/operation/handover.hpp>

#include <algorithm>
#include <map>

namespace wescrm::sales {
namespace {

using database::bind;

template <class Id>
std::optional<Id> some(Id id) {
    return id.is_empty() ? std::nullopt : std::optional{id};
}

}  // namespace

std::optional<PoolRecord> PoolRecords::lock(std::int64_t id) {
    auto const status = object_ == PoolObject::lead ? "status" : "''";
    auto const row = sql_.row<std::string, std::string, std::optional<EmployeeId>, std::optional<HighSeaId>,
                              std::int64_t, std::optional<Instant>, bool>(
        "select name, " + std::string{status} +
            ", owner_id, high_sea_id, version, pool_entered_at, deleted_at is not null from " + table() +
            " where tenant_id = :tenant and id = :id for update",
        {bind("tenant", ctx_.tenant()), bind("id", id)});
    if (!row) return std::nullopt;
    auto const& [name, state, owner, pool, version, entered, is_deleted] = *row;
    return PoolRecord{id,      name,    state,     owner.value_or(EmployeeId{}), pool.value_or(HighSeaId{}),
                      version, entered, is_deleted};
}

void PoolRecords::give(PoolRecord const& record, Gain const& gain) {
    auto const acquired = gain.kind == "handover" ? std::string_view{"transfer"} : gain.kind;
    // A lead says why its owner has it; a rule that gave it to the one before gave it no more.
    auto const status = object_ == PoolObject::lead
                            ? ", status = case when status = 'unassigned' then 'pending' else status end, "
                              "assign_rule_id = null, assign_reason = :reason"
                            : "";
    auto params =
        database::Params{bind("tenant", ctx_.tenant()), bind("id", record.id),   bind("to", gain.to),
                         bind("kind", acquired),        bind("now", ctx_.now()), bind("next", gain.next_contact_at)};
    if (object_ == PoolObject::lead) params.add(bind("reason", gain.reason));
    sql_.execute("update " + table() +
                     " set owner_id = :to, high_sea_id = null, acquired_kind = :kind, acquired_at = :now, "
                     "pool_entered_at = null, pool_entry = null, pool_reason = '', recycle_due_at = null, "
                     "recycle_rule_id = null, recycle_high_sea_id = null, recycle_floor_at = null, recycle_extra_days "
                     "= 0, next_contact_at = coalesce(:next::timestamptz, next_contact_at), updated_at = :now, version "
                     "= version + 1" +
                     status + " where tenant_id = :tenant and id = :id",
                 params);
    sql_.execute(
        "delete from team_member where tenant_id = :tenant and object = :object and object_id = :id and "
        "employee_id = :to",
        {bind("tenant", ctx_.tenant()), bind("object", name_of(object_)), bind("id", record.id), bind("to", gain.to)});
    sql_.execute(
        "insert into ownership_event (tenant_id, object, object_id, kind, from_id, to_id, from_department_id, "
        "to_department_id, high_sea_id, actor_id, channel, reason, at) select :tenant, :object, :id, :kind, "
        ":from::bigint, :to::bigint, (select main_department_id from employee where tenant_id = :tenant and id = "
        ":from::bigint), (select main_department_id from employee where tenant_id = :tenant and id = :to::bigint), "
        ":pool::bigint, :actor::bigint, :channel, :reason, :now::timestamptz",
        {bind("tenant", ctx_.tenant()), bind("object", name_of(object_)), bind("id", record.id),
         bind("kind", gain.kind), bind("from", some(record.owner)), bind("to", gain.to),
         bind("pool", some(record.high_sea)), bind("actor", some(ctx_.actor().employee)),
         bind("channel", name_of(ctx_.actor().channel)), bind("reason", gain.reason), bind("now", ctx_.now())});
    withdraw_extensions(ctx_, object_, {record.id});
    void_offers(ctx_, object_, {record.id});
    if (object_ == PoolObject::lead) withdraw_collaborations(ctx_, {record.id});
    recompute_due(ctx_, object_, {record.id});
    if (object_ == PoolObject::lead) rescore_leads(ctx_, {record.id});
}

void PoolRecords::append_events(std::vector<std::int64_t> const& ids, Entry const& entry) {
    sql_.execute(
        "insert into ownership_event (tenant_id, object, object_id, kind, from_id, from_department_id, high_sea_id, "
        "actor_id, channel, rule_id, rule_version, reason, at) select :tenant, :object, r.id, :kind, r.owner_id, "
        "e.main_department_id, :pool, :actor::bigint, :channel, case when :kind = 'recycle' then r.recycle_rule_id "
        "end, case when :kind = 'recycle' then (select h.rules_version from high_sea h where h.tenant_id = :tenant and "
        "h.id = r.recycle_high_sea_id) end, :reason, :now::timestamptz from " +
            table() +
            " r left join employee e on e.tenant_id = r.tenant_id and e.id = r.owner_id where r.tenant_id = :tenant "
            "and r.id = any(:ids::bigint[])",
        {bind("tenant", ctx_.tenant()), bind("object", name_of(object_)), bind("ids", ids), bind("kind", entry.event),
         bind("pool", entry.pool), bind("actor", some(ctx_.actor().employee)),
         bind("channel", name_of(ctx_.actor().channel)), bind("reason", entry.reason), bind("now", ctx_.now())});
}

void PoolRecords::audit_entry(std::vector<std::int64_t> const& ids, Entry const& entry) {
    auto by_owner = std::map<std::string, std::vector<std::int64_t>>{};
    for (auto const& [id, user] : sql_.rows<std::int64_t, std::optional<std::string>>(
             "select r.id, e.user_id from " + table() +
                 " r left join employee e on e.tenant_id = r.tenant_id and e.id = r.owner_id where r.tenant_id = "
                 ":tenant and r.id = any(:ids::bigint[])",
             {bind("tenant", ctx_.tenant()), bind("ids", ids)}))
        by_owner[user.value_or("")].push_back(id);
    auto after = json::Document{rapidjson::kObjectType};
    json::set(after, "high_sea_id", std::to_string(entry.pool.value()), after.GetAllocator());
    for (auto const& [user, own] : by_owner) {
        auto before = json::Document{rapidjson::kObjectType};
        if (!user.empty()) json::set(before, "owner_user_id", user, before.GetAllocator());
        auto row = operation::AuditEntry{};
        row.object = name_of(object_);
        row.action = table() + "." + std::string{entry.how};
        row.before = json::write(before);
        row.after = json::write(after);
        row.reason = entry.reason;
        operation::audit_each(ctx_, row, own);
    }
    ctx_.nothing_to_audit();  // it has been
}

// What was between the former owner and the record is over.
void PoolRecords::clear(std::vector<std::int64_t> const& ids) {
    auto const params =
        database::Params{bind("tenant", ctx_.tenant()), bind("object", name_of(object_)), bind("ids", ids)};
    for (auto const* kept : {"team_member", "record_share"})
        sql_.execute("delete from " + std::string{kept} +
                         " where tenant_id = :tenant and object = :object and object_id = any(:ids::bigint[])",
                     params);
    auto const notes =
        std::string{"select f.id from followup f where f.tenant_id = :tenant and "} +
        (object_ == PoolObject::customer ? "f.customer_id = any(:ids::bigint[])"
                                         : "f.target_type = 'lead' and f.target_id = any(:ids::bigint[])");
    sql_.execute(
        "update timer set state = 2 where tenant_id = :tenant and state = 0 and kind = 'next_contact' and "
        "((ref_kind = :object and ref_id = any(:ids::bigint[])) or (ref_kind = 'followup' and ref_id in (" +
            notes + ")))",
        params);
    sql_.execute(
        "update outbox set state = 6 where tenant_id = :tenant and state in (0, 3, 8) and kind = "
        "'next_contact' and ((source_kind = :object and source_id = any(:ids::bigint[])) or (source_kind = "
        "'followup' and source_id in (" +
            notes + ")))",
        params);
    withdraw_extensions(ctx_, object_, ids);
    void_offers(ctx_, object_, ids);
    if (object_ == PoolObject::lead) withdraw_collaborations(ctx_, ids);
}

void PoolRecords::take(std::vector<std::int64_t> const& ids, Entry const& entry,
                       std::vector<PoolFollower> const& followers) {
    append_events(ids, entry);
    audit_entry(ids, entry);
    clear(ids);
    for (auto const& follower : followers) follower(ctx_, object_, ids);
    auto const status =
        object_ == PoolObject::lead
            ? ", status = case when owner_id is null then status else 'unassigned' end, assign_rule_id = "
              "null, assign_reason = ''"
            : "";
    sql_.execute(
        "update " + table() +
            " set former_owner_id = coalesce(owner_id, former_owner_id), owner_id = null, high_sea_id = :pool, "
            "pool_entered_at = :now, pool_entry = :how, pool_reason = :reason, pool_entries = pool_entries + case when "
            "owner_id is null then 0 else 1 end, recycle_due_at = null, recycle_rule_id = null, recycle_high_sea_id = "
            "null, recycle_floor_at = null, recycle_extra_days = 0, protected_until = null, next_contact_at = null, "
            "updated_at = :now, version = version + 1" +
            status + " where tenant_id = :tenant and id = any(:ids::bigint[])",
        {bind("tenant", ctx_.tenant()), bind("ids", ids), bind("pool", entry.pool), bind("how", entry.how),
         bind("reason", entry.reason), bind("now", ctx_.now())});
    if (object_ == PoolObject::lead) rescore_leads(ctx_, ids);
}

std::int64_t PoolRecords::held_by(EmployeeId person) {
    auto const counted = object_ == PoolObject::lead ? "status in ('pending', 'following')" : "deal_status = 'open'";
    return sql_
        .value<std::int64_t>("select count(*) from " + table() +
                                 " where tenant_id = :tenant and owner_id = :person and deleted_at is null and "
                                 "(protected_until is null or protected_until <= :now) and " +
                                 counted,
                             {bind("tenant", ctx_.tenant()), bind("person", person), bind("now", ctx_.now())})
        .value_or(0);
}

std::optional<HoldingCap> PoolRecords::cap_of(EmployeeId person, std::optional<HighSea> const& pool) {
    auto const own = sql_.row<std::int64_t, std::optional<std::string>>(
        "select c.cap, n.name from holding_cap c left join employee e on e.tenant_id = c.tenant_id and e.id = :person "
        "left join department d on d.tenant_id = c.tenant_id and d.id = e.main_department_id left join department n on "
        "n.tenant_id = c.tenant_id and n.id = c.department_id where c.tenant_id = :tenant and c.object = :object and "
        "(c.employee_id = :person or c.department_id = any(d.path)) order by c.employee_id nulls last, "
        "array_position(d.path, c.department_id) desc limit 1",
        {bind("tenant", ctx_.tenant()), bind("object", name_of(object_)), bind("person", person)});
    if (own) {
        auto const& [most, department] = *own;
        return HoldingCap{most, department ? "部门「" + *department + "」的规定" : "个人上限"};
    }
    if (!pool || !pool->holding_cap) return std::nullopt;
    return HoldingCap{*pool->holding_cap, "「" + pool->name + "」的规定"};
}

void queue_up(operation::Context& ctx, EmployeeId person) {
    (void)ctx.sql().value<std::string>(
        "select pg_advisory_xact_lock(hashtextextended('holding:' || :person::text, :tenant::bigint))::text",
        {bind("tenant", ctx.tenant()), bind("person", person)});
}

std::optional<HoldingCap> cap_for(operation::Context& ctx, PoolObject object, EmployeeId person,
                                  std::optional<HighSea> const& pool) {
    if (ctx.actor().is_system()) return std::nullopt;
    auto pools = Pools{ctx};
    auto of_pool = pool;
    if (!pool) {
        auto ruled = std::vector<HighSeaId>{};
        for (auto const id : pools.enabled(object))
            if (!pools.entry_rules(id).empty()) ruled.push_back(id);
        auto const homes = pools.homes({person}, ruled);
        if (!homes.empty()) of_pool = pools.find(homes.front().second);
    }
    return PoolRecords{ctx, object}.cap_of(person, of_pool);
}

Result<void> insist_on_room(operation::Context& ctx, PoolObject object, EmployeeId person,
                            std::optional<HighSea> const& pool, std::int64_t more) {
    auto const cap = cap_for(ctx, object, person, pool);
    auto records = PoolRecords{ctx, object};
    if (!cap) return {};
    queue_up(ctx, person);
    auto const held = records.held_by(person);
    if (held + more <= cap->most) return {};
    auto const name = ctx.sql()
                          .value<std::string>("select name from employee where tenant_id = :tenant and id = :id",
                                              {bind("tenant", ctx.tenant()), bind("id", person)})
                          .value_or("");
    return Error{Errc::conflict, "holding_cap",
                 (person == ctx.actor().employee ? std::string{"您"} : "「" + name + "」") + "持有的" +
                     std::string{title_of(object)} + "已达上限 " + std::to_string(cap->most) + "（" + cap->whose +
                     "，现有 " + std::to_string(held) + "），退回或成交一部分后才能再增加"};
}

}  // namespace wescrm::sales
