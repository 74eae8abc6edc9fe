#include "pools.hpp"

#include <wescrm/language/working_days.hpp>
#include <wescrm/operation/pool_seats.hpp>

#include <boost/describe/enum_from_string.hpp>

#include <algorithm>
#include <map>
#include <memory>

namespace wescrm::sales {
namespace {

using database::bind;

constexpr std::string_view pool_columns =
    "h.id, h.name, h.object, h.enabled, h.position, h.is_open, h.members_claim, h.may_return, h.may_move, "
    "h.claim_daily_limit, h.holding_cap, h.cooldown_days, h.quiet_hours, h.claims_per_record, h.assign_days, "
    "h.view_daily_limit, h.fair_minutes, h.may_extend, h.extension_days, h.extension_times, h.hidden_fields, "
    "h.version, h.created_at, h.updated_at, (select k.user_id from employee k where k.tenant_id = h.tenant_id and k.id "
    "= h.created_by)";

RuleKind kind_from(std::string const& word) {
    auto kind = RuleKind::no_follow;
    boost::describe::enum_from_string(word.c_str(), kind);
    return kind;
}

EntryKind entry_kind(RuleKind kind) {
    switch (kind) {
        case RuleKind::no_follow:
            return EntryKind::no_follow;
        case RuleKind::no_deal:
            return EntryKind::no_deal;
        case RuleKind::no_opportunity:
            return EntryKind::no_opportunity;
        case RuleKind::first_follow:
            return EntryKind::first_follow;
        case RuleKind::contract_end:
            return EntryKind::contract_end;
        case RuleKind::follow_count:
            return EntryKind::follow_count;
    }
    return EntryKind::no_follow;
}

}  // namespace

Error no_high_sea() { return {Errc::not_found, "high_sea", "没有这个公海，或您不是它的成员"}; }

PoolObject object_of(HighSea const& pool) { return pool.object == "lead" ? PoolObject::lead : PoolObject::customer; }

EntryRule entry_rule(HighSeaRule const& rule) {
    auto made = EntryRule{};
    made.id = rule.id.value_or(HighSeaRuleId{}).value();
    made.kind = entry_kind(rule.kind);
    made.days = rule.days;
    made.renewal_days = rule.renewal_days;
    made.max_days = rule.max_days;
    made.level = rule.level.value_or("");
    made.warn_days = rule.warn_days.value_or(std::vector{7, 3, 1});
    made.exempt = rule.exempt.value_or(std::vector<std::string>{"closed", "in_approval"});
    made.counts_working_days = rule.working_days.value_or(false);
    made.counted = {rule.min_content.value_or(0), rule.methods.value_or(std::vector<std::string>{}),
                    rule.kind == RuleKind::follow_count ? rule.times.value_or(1) : 1};
    made.origins = rule.origins.value_or(std::vector<std::string>{});
    return made;
}

std::optional<HighSea> Pools::find(HighSeaId id, std::string_view suffix) {
    return sql_.record<HighSea>("select " + std::string{pool_columns} +
                                    " from high_sea h where h.tenant_id = :tenant and h.id = :id and h.deleted_at is "
                                    "null" +
                                    std::string{suffix},
                                {bind("tenant", ctx_.tenant()), bind("id", id)});
}

std::optional<HighSea> Pools::find(HighSeaId id) { return find(id, ""); }
std::optional<HighSea> Pools::lock(HighSeaId id) { return find(id, " for update of h"); }

std::int64_t Pools::record_count(HighSea const& pool) {
    return sql_
        .value<std::int64_t>("select count(*) from " + pool.object +
                                 " where tenant_id = :tenant and high_sea_id = :id and deleted_at is null",
                             {bind("tenant", ctx_.tenant()), bind("id", pool.id)})
        .value_or(0);
}

Seat Pools::seat(HighSeaId id) {
    auto const& actor = ctx_.actor();
    if (actor.is_system()) return {true, true};
    auto const params = database::Params{bind("tenant", ctx_.tenant()), bind("me", actor.employee), bind("id", id)};
    auto const sits = [&](bool only_admins) {
        return sql_
            .value<int>(
                "select 1 where :id::bigint in (" + operation::pools_with_seat(":tenant", ":me", only_admins) + ")",
                params)
            .has_value();
    };
    return {sits(false), actor.is_administrator || sits(true)};
}

bool Pools::has_seat(EmployeeId person, HighSeaId id) {
    return sql_
        .value<int>("select 1 where :id::bigint in (" + operation::pools_with_seat(":tenant", ":person", false) + ")",
                    {bind("tenant", ctx_.tenant()), bind("person", person), bind("id", id)})
        .has_value();
}

std::vector<HighSeaRule> Pools::rules(HighSeaId id) {
    auto rules = std::vector<HighSeaRule>{};
    for (auto& [rule, kind, enabled, days, renewal, most, level, warn, superior, exempt, working, content, methods,
                origins, times] :
         sql_.rows<HighSeaRuleId, std::string, bool, int, std::optional<int>, std::optional<int>, std::string,
                   std::vector<int>, std::optional<int>, std::vector<std::string>, bool, int, std::vector<std::string>,
                   std::vector<std::string>, int>(
             "select id, kind, enabled, days, renewal_days, max_days, level, warn_days, superior_step, exempt, "
             "working_days, "
             "min_content, methods, origins, times from high_sea_rule where tenant_id = :tenant and high_sea_id = :id "
             "order "
             "by position, id",
             {bind("tenant", ctx_.tenant()), bind("id", id)}))
        rules.push_back({rule, kind_from(kind), enabled, days, renewal, most, std::move(level), std::move(warn),
                         superior, std::move(exempt), working, content, std::move(methods), std::move(origins), times});
    return rules;
}

std::vector<EntryRule> Pools::entry_rules(HighSeaId id) {
    auto rules = std::vector<EntryRule>{};
    for (auto const& rule : this->rules(id))
        if (rule.enabled.value_or(true)) rules.push_back(entry_rule(rule));
    return rules;
}

HighSeaDetail Pools::detail(HighSea pool) {
    auto shown = HighSeaDetail{};
    auto const id = pool.id;
    static_cast<HighSea&>(shown) = std::move(pool);
    shown.rules = rules(id);
    auto const params = database::Params{bind("tenant", ctx_.tenant()), bind("id", id)};
    auto const users = [&](std::string_view condition) {
        return sql_.values<UserId>(
            "select e.user_id from high_sea_seat s join employee e on e.tenant_id = s.tenant_id and e.id = "
            "s.employee_id where s.tenant_id = :tenant and s.high_sea_id = :id and " +
                std::string{condition} + " order by e.user_id",
            params);
    };
    shown.member_user_ids = users("not s.is_admin");
    shown.admin_user_ids = users("s.is_admin");
    shown.member_department_ids = sql_.values<DepartmentId>(
        "select department_id from high_sea_seat where tenant_id = :tenant and high_sea_id = :id and department_id is "
        "not null order by department_id",
        params);
    auto const roles = [&](std::string_view condition) {
        return sql_.values<SeatRoleId>(
            "select role_id from high_sea_seat where tenant_id = :tenant and high_sea_id = :id and role_id is not null "
            "and " +
                std::string{condition} + " order by role_id",
            params);
    };
    shown.member_role_ids = roles("not is_admin");
    shown.admin_role_ids = roles("is_admin");
    shown.record_count = record_count(shown);
    auto const mine = seat(id);
    shown.is_member = mine.is_member;
    shown.is_admin = mine.is_admin;
    return shown;
}

std::vector<EmployeeId> Pools::admins(HighSeaId id) {
    return sql_.values<EmployeeId>(
        "select distinct a.id from (" + std::string{administering} + ") a where a.high_sea_id = :id order by a.id",
        {bind("tenant", ctx_.tenant()), bind("id", id)});
}

std::vector<HighSeaId> Pools::enabled(PoolObject object) {
    return sql_.values<HighSeaId>(
        "select id from high_sea where tenant_id = :tenant and object = :object and enabled and deleted_at is null "
        "order by position, id",
        {bind("tenant", ctx_.tenant()), bind("object", name_of(object))});
}

std::vector<std::pair<EmployeeId, HighSeaId>> Pools::homes(std::vector<EmployeeId> const& owners,
                                                           std::vector<HighSeaId> const& candidates) {
    auto found = std::vector<std::pair<EmployeeId, HighSeaId>>{};
    if (candidates.empty()) return found;
    for (auto const& [owner, pool] : sql_.rows<EmployeeId, HighSeaId>(
             "select distinct on (o.id) o.id, h.id from unnest(:owners::bigint[]) o(id) join high_sea h on h.tenant_id "
             "= :tenant and h.id = any(:pools::bigint[]) cross join lateral (select min(x.rank) as rank from ("
             "select 1000 as rank where h.is_open union all "
             "select 0 from high_sea_seat s where s.tenant_id = :tenant and s.high_sea_id = h.id and s.employee_id = "
             "o.id and not s.is_admin union all "
             "select 1 + cardinality(d.path) - array_position(d.path, s.department_id) from high_sea_seat s join ("
             "select e.main_department_id as id from employee e where e.tenant_id = :tenant and e.id = o.id union "
             "select m.department_id from employee_department m where m.tenant_id = :tenant and m.employee_id = o.id) "
             "m on true join department d on d.tenant_id = :tenant and d.id = m.id where s.tenant_id = :tenant and "
             "s.high_sea_id = h.id and s.department_id = any(d.path) union all select 500 from high_sea_seat s join "
             "role_member m on m.tenant_id = s.tenant_id and m.role_id = s.role_id where s.tenant_id = :tenant and "
             "s.high_sea_id = h.id and m.employee_id = o.id and not s.is_admin) x) seat where seat.rank is not null "
             "order by "
             "o.id, seat.rank, h.position, h.id",
             {bind("tenant", ctx_.tenant()), bind("owners", owners), bind("pools", candidates)}))
        found.emplace_back(owner, pool);
    return found;
}

Result<HighSea> pool_for_entry(operation::Context& ctx, PoolObject object, HighSeaId id) {
    auto pools = Pools{ctx};
    auto pool = pools.find(id);
    if (!pool || pool->object != name_of(object) || !pools.seat(id).is_any())
        return invalid_field("high_sea_id", "没有这个公海，或您不是它的成员");
    if (!pool->enabled) return invalid_field("high_sea_id", "公海「" + pool->name + "」已停用");
    return std::move(*pool);
}

IsWorkingDay working_calendar(operation::Context& ctx) {
    auto own = std::make_shared<std::map<Date, bool>>();
    for (auto const& [day, is_working] : ctx.sql().rows<Date, bool>(
             "select day, is_working from calendar_day where tenant_id = :tenant", {bind("tenant", ctx.tenant())}))
        own->emplace(day, is_working);
    return [own](Date day) {
        auto const found = own->find(day);
        return found == own->end() ? language::is_working_day(day) : found->second;
    };
}

}  // namespace wescrm::sales
