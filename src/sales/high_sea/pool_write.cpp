#include "../rows.hpp"
#include "night.hpp"
#include "pools.hpp"
#include "rule_tags.hpp"

#include <wescrm/base/text.hpp>

#include <boost/describe/enum_to_string.hpp>

#include <algorithm>
#include <array>

// Making and changing pools, their seats and rules.
namespace wescrm::sales {
namespace {

using database::bind;

constexpr int most_days = 3'650;
constexpr std::size_t most_steps = 5;
constexpr int most_fair_minutes = 24 * 60;
constexpr auto exemptions = std::to_array<std::string_view>(
    {"closed", "open_opportunity", "unpaid_plan", "running_contract", "in_approval", "protected"});

json::Document told(operation::Context& ctx, HighSeaId id) {
    auto pools = Pools{ctx};
    auto detail = pools.detail(pools.find(id).value());
    detail.record_count = 0;
    return operation::write_output(detail);
}

void audit(operation::Context& ctx, HighSeaId id, std::string action, json::Value const& before,
           json::Value const& after) {
    auto const changed = operation::difference(before, after);
    ctx.audit({"high_sea", id.value(), std::move(action), changed.before, changed.after, {}});
}

// ---- checking

bool is_exemption(std::string const& word) {
    return std::find(exemptions.begin(), exemptions.end(), word) != exemptions.end() || word.starts_with("level:") ||
           word.starts_with(spares_tag);
}

std::optional<Error> problem_of(HighSeaRule const& rule, std::string const& field) {
    if (rule.days < 1 || rule.days > most_days) return invalid_field(field + "days", "天数应在 1 到 3650 之间");
    if (rule.renewal_days && (*rule.renewal_days < 1 || *rule.renewal_days > most_days))
        return invalid_field(field + "renewal_days", "续期天数应在 1 到 3650 之间");
    if (rule.max_days && (*rule.max_days < rule.days || *rule.max_days > most_days))
        return invalid_field(field + "max_days", "最长保护天数不能少于规则天数");
    for (auto const days : rule.warn_days.value_or(std::vector<int>{}))
        if (days < 1 || days > 365) return invalid_field(field + "warn_days", "提醒天数应在 1 到 365 之间");
    if (rule.warn_days && rule.warn_days->size() > most_steps)
        return invalid_field(field + "warn_days", "最多提醒 5 次");
    for (auto const& word : rule.exempt.value_or(std::vector<std::string>{}))
        if (!is_exemption(word))
            return invalid_field(field + "exempt",
                                 "没有这种豁免：" + word +
                                     "；可以是 closed（已成交）、open_opportunity（有在途商机）、"
                                     "unpaid_plan（有未收回款）、running_contract（有执行中的合同）、"
                                     "in_approval（审批中）、protected（已保护）、level:级别、tag:标签");
    return std::nullopt;
}

std::optional<Error> problem_of(std::vector<HighSeaRule> const& rules, PoolObject object) {
    for (std::size_t i = 0; i < rules.size(); ++i) {
        auto const field = "rules[" + std::to_string(i) + "].";
        if (auto problem = problem_of(rules[i], field)) return problem;
        auto const kind = rules[i].kind;
        if (object == PoolObject::lead && kind != RuleKind::no_follow && kind != RuleKind::first_follow &&
            kind != RuleKind::follow_count)
            return invalid_field(field + "kind", "线索池只能用未跟进、首次跟进、跟进次数的规则");
    }
    return std::nullopt;
}

std::optional<Error> problem_of_limit(std::string const& field, std::optional<int> value, int least) {
    if (!value || (*value >= least && *value <= 1'000'000)) return std::nullopt;
    return invalid_field(field, least > 0 ? "应大于 0" : "不能小于 0");
}

struct PoolLimits {
    std::optional<int> daily, cap, cooldown, quiet, times, assign, views, fair;
};

std::optional<Error> problem_of(PoolLimits const& limits) {
    for (auto const& [field, value, least] : {std::tuple{"claim_daily_limit", limits.daily, 0},
                                              {"holding_cap", limits.cap, 0},
                                              {"cooldown_days", limits.cooldown, 0},
                                              {"quiet_hours", limits.quiet, 0},
                                              {"claims_per_record", limits.times, 1},
                                              {"assign_days", limits.assign, 1},
                                              {"view_daily_limit", limits.views, 0},
                                              {"fair_minutes", limits.fair, 1}})
        if (auto problem = problem_of_limit(field, value, least)) return problem;
    if (limits.fair && *limits.fair > most_fair_minutes)
        return invalid_field("fair_minutes", "公平领取的等待时间最多 1440 分钟");
    return std::nullopt;
}

// ---- writing

Result<void> put_people(operation::Context& ctx, HighSeaId id, std::vector<UserId> const& users, bool is_admin) {
    ctx.sql().execute(
        "delete from high_sea_seat where tenant_id = :tenant and high_sea_id = :id and employee_id is not "
        "null and is_admin = :admin",
        {bind("tenant", ctx.tenant()), bind("id", id), bind("admin", is_admin)});
    auto const unknown = ctx.sql().value<std::string>(
        "select u from unnest(:users::text[]) u where not exists (select 1 from employee e where e.tenant_id = :tenant "
        "and e.user_id = u and e.status <> 'left') limit 1",
        {bind("tenant", ctx.tenant()), bind("users", users)});
    if (unknown) return invalid_field(is_admin ? "admin_user_ids" : "member_user_ids", "没有这位在职员工：" + *unknown);
    ctx.sql().execute(
        "insert into high_sea_seat (tenant_id, high_sea_id, employee_id, is_admin) select distinct :tenant::bigint, "
        ":id::bigint, e.id, :admin::boolean from employee e where e.tenant_id = :tenant and e.user_id = "
        "any(:users::text[])",
        {bind("tenant", ctx.tenant()), bind("id", id), bind("admin", is_admin), bind("users", users)});
    return {};
}

Result<void> put_departments(operation::Context& ctx, HighSeaId id, std::vector<DepartmentId> const& departments) {
    auto const params =
        database::Params{bind("tenant", ctx.tenant()), bind("id", id), bind("departments", departments)};
    ctx.sql().execute(
        "delete from high_sea_seat where tenant_id = :tenant and high_sea_id = :id and department_id is "
        "not null",
        params);
    auto const unknown = ctx.sql().value<std::string>(
        "select u::text from unnest(:departments::bigint[]) u where not exists (select 1 from department d where "
        "d.tenant_id = :tenant and d.id = u and d.removed_at is null) limit 1",
        params);
    if (unknown) return invalid_field("member_department_ids", "没有这个部门：" + *unknown);
    ctx.sql().execute(
        "insert into high_sea_seat (tenant_id, high_sea_id, department_id) select distinct "
        ":tenant::bigint, :id::bigint, u from unnest(:departments::bigint[]) u",
        params);
    return {};
}

Result<void> put_roles(operation::Context& ctx, HighSeaId id, std::vector<SeatRoleId> const& roles, bool is_admin) {
    ctx.sql().execute(
        "delete from high_sea_seat where tenant_id = :tenant and high_sea_id = :id and role_id is not null and "
        "is_admin = :admin",
        {bind("tenant", ctx.tenant()), bind("id", id), bind("admin", is_admin)});
    auto const unknown = ctx.sql().value<std::string>(
        "select u::text from unnest(:roles::bigint[]) u where not exists (select 1 from role r where r.tenant_id = "
        ":tenant and r.id = u) limit 1",
        {bind("tenant", ctx.tenant()), bind("roles", roles)});
    if (unknown) return invalid_field(is_admin ? "admin_role_ids" : "member_role_ids", "没有这个角色：" + *unknown);
    ctx.sql().execute(
        "insert into high_sea_seat (tenant_id, high_sea_id, role_id, is_admin) select distinct :tenant::bigint, "
        ":id::bigint, u, :admin::boolean from unnest(:roles::bigint[]) u",
        {bind("tenant", ctx.tenant()), bind("id", id), bind("admin", is_admin), bind("roles", roles)});
    return {};
}

void put_rules(operation::Context& ctx, HighSeaId id, std::vector<HighSeaRule> const& rules) {
    auto const before = Pools{ctx}.rules(id);
    ctx.sql().execute("delete from high_sea_rule where tenant_id = :tenant and high_sea_id = :id",
                      {bind("tenant", ctx.tenant()), bind("id", id)});
    auto position = 0;
    for (auto const& rule : rules) {
        // A rule that is sent back keeps its id, because ownership events name it.
        auto const is_known =
            rule.id && std::any_of(before.begin(), before.end(), [&](auto const& old) { return old.id == rule.id; });
        auto const made = entry_rule(rule);
        ctx.sql().execute(
            "insert into high_sea_rule (tenant_id, id, high_sea_id, kind, enabled, days, renewal_days, max_days, "
            "level, "
            "warn_days, superior_step, exempt, working_days, min_content, methods, origins, times, position) values "
            "(:tenant, "
            "coalesce(:rule::bigint, new_id()), :id, :kind, :enabled, :days, :renewal, :most, :level, "
            ":warn::integer[], :superior, :exempt::text[], :working, :content, :methods::text[], :origins::text[], "
            ":times, "
            ":position)",
            {bind("tenant", ctx.tenant()), bind("rule", is_known ? rule.id : std::nullopt), bind("id", id),
             bind("kind", boost::describe::enum_to_string(rule.kind, "")), bind("enabled", rule.enabled.value_or(true)),
             bind("days", made.days), bind("renewal", made.renewal_days), bind("most", made.max_days),
             bind("level", made.level), bind("warn", made.warn_days), bind("superior", rule.superior_step),
             bind("exempt", made.exempt), bind("working", made.counts_working_days),
             bind("content", made.counted.min_content), bind("methods", made.counted.methods),
             bind("times", made.counted.times), bind("origins", made.origins), bind("position", position++)});
    }
}

Error name_taken(std::string const& name) {
    return {Errc::conflict, "name", "已有公海「" + name + "」", {{"name", "已有同名的公海"}}};
}

bool has_namesake(operation::Context& ctx, std::string_view object, std::string const& name, HighSeaId except) {
    return ctx.sql()
        .value<int>(
            "select 1 from high_sea where tenant_id = :tenant and object = :object and name = :name and id <> "
            ":id and deleted_at is null",
            {bind("tenant", ctx.tenant()), bind("object", object), bind("name", name), bind("id", except)})
        .has_value();
}

// A pool with records stays, and the last one of its kind as well: returned records need a place.
Result<void> insist_on_dispensable(operation::Context& ctx, HighSea const& pool) {
    auto const count = Pools{ctx}.record_count(pool);
    if (count > 0)
        return Error{Errc::conflict, "not_empty",
                     "公海「" + pool.name + "」里还有 " + std::to_string(count) + " 条记录" +
                         (pool.object == "lead" ? "（含已作废、无效的线索）" : "") + "，请先移到其他公海"};
    if (Pools{ctx}.enabled(object_of(pool)).size() <= 1 && pool.enabled)
        return Error{
            Errc::conflict, "last_pool",
            std::string{"这是最后一个启用的"} + (pool.object == "lead" ? "线索池" : "客户公海") + "，不能停用"};
    return {};
}

Result<void> put_seats(operation::Context& ctx, ChangeHighSea const& input) {
    if (input.member_user_ids)
        if (auto const done = put_people(ctx, input.id, *input.member_user_ids, false); !done) return done.error();
    if (input.admin_user_ids)
        if (auto const done = put_people(ctx, input.id, *input.admin_user_ids, true); !done) return done.error();
    if (input.member_department_ids)
        if (auto const done = put_departments(ctx, input.id, *input.member_department_ids); !done) return done.error();
    if (input.member_role_ids)
        if (auto const done = put_roles(ctx, input.id, *input.member_role_ids, false); !done) return done.error();
    if (input.admin_role_ids)
        if (auto const done = put_roles(ctx, input.id, *input.admin_role_ids, true); !done) return done.error();
    return {};
}

void update(operation::Context& ctx, HighSea const& old, ChangeHighSea const& input) {
    ctx.sql().execute(
        "update high_sea set name = :name, enabled = :enabled, position = :position, is_open = :open, members_claim = "
        ":claim, may_return = :return, may_move = :move, claim_daily_limit = :daily::integer, holding_cap = "
        ":cap::integer, cooldown_days = :cooldown::integer, quiet_hours = :quiet::integer, claims_per_record = "
        ":times::integer, assign_days = :assign::integer, view_daily_limit = :views::integer, fair_minutes = "
        ":fair::integer, may_extend = :extend, extension_days = :extra, extension_times = :often, hidden_fields = "
        ":hidden::text[], rules_version = "
        "rules_version + :step, version = version + "
        "1, updated_at = :now where tenant_id = :tenant and id = :id",
        {bind("tenant", ctx.tenant()),
         bind("id", old.id),
         bind("name", input.name.value_or(old.name)),
         bind("enabled", input.enabled.value_or(old.enabled)),
         bind("position", input.position.value_or(old.position)),
         bind("open", input.is_open.value_or(old.is_open)),
         bind("claim", input.members_claim.value_or(old.members_claim)),
         bind("return", input.may_return.value_or(old.may_return)),
         bind("move", input.may_move.value_or(old.may_move)),
         bind("daily", patched(input.claim_daily_limit, old.claim_daily_limit)),
         bind("cap", patched(input.holding_cap, old.holding_cap)),
         bind("cooldown", patched(input.cooldown_days, old.cooldown_days)),
         bind("quiet", patched(input.quiet_hours, old.quiet_hours)),
         bind("times", patched(input.claims_per_record, old.claims_per_record)),
         bind("assign", patched(input.assign_days, old.assign_days)),
         bind("views", patched(input.view_daily_limit, old.view_daily_limit)),
         bind("fair", patched(input.fair_minutes, old.fair_minutes)),
         bind("extend", input.may_extend.value_or(old.may_extend)),
         bind("extra", input.extension_days.value_or(old.extension_days)),
         bind("often", input.extension_times.value_or(old.extension_times)),
         bind("hidden", input.hidden_fields.value_or(old.hidden_fields)),
         bind("step", input.rules ? 1 : 0),
         bind("now", ctx.now())});
}

}  // namespace

Result<HighSeaDetail> create_high_sea(operation::Context& ctx, CreateHighSea const& input) {
    if (auto const problem = problem_of(input.rules, input.object)) return *problem;
    auto const rules = with_tag_ids(ctx, input.rules, input.object);
    if (!rules) return rules.error();
    if (auto const problem = problem_of(PoolLimits{input.claim_daily_limit, input.holding_cap, input.cooldown_days,
                                                   input.quiet_hours, input.claims_per_record, input.assign_days,
                                                   input.view_daily_limit, input.fair_minutes}))
        return *problem;
    auto const usual = HighSea{};
    auto const name = text::trim(input.name);
    if (has_namesake(ctx, name_of(input.object), std::string{name}, HighSeaId{})) return name_taken(std::string{name});
    auto const id =
        ctx.sql()
            .value<HighSeaId>(
                "insert into high_sea (tenant_id, object, name, enabled, position, is_open, members_claim, may_return, "
                "may_move, claim_daily_limit, holding_cap, cooldown_days, quiet_hours, claims_per_record, assign_days, "
                "view_daily_limit, fair_minutes, may_extend, extension_days, extension_times, hidden_fields, "
                "created_at, "
                "updated_at, created_by) values (:tenant, "
                ":object, :name, :enabled, "
                ":position, :open, :claim, :return, :move, :daily, :cap, :cooldown, :quiet, :times, :assign, "
                ":views, :fair, :extend, :extra, :often, :hidden::text[], "
                ":now, :now, :me) returning id",
                {bind("tenant", ctx.tenant()),
                 bind("object", name_of(input.object)),
                 bind("name", name),
                 bind("enabled", input.enabled.value_or(true)),
                 bind("position", input.position.value_or(0)),
                 bind("open", input.is_open.value_or(false)),
                 bind("claim", input.members_claim.value_or(true)),
                 bind("return", input.may_return.value_or(true)),
                 bind("move", input.may_move.value_or(true)),
                 bind("daily", input.claim_daily_limit),
                 bind("cap", input.holding_cap),
                 bind("cooldown", input.cooldown_days),
                 bind("quiet", input.quiet_hours),
                 bind("times", input.claims_per_record),
                 bind("assign", input.assign_days),
                 bind("views", input.view_daily_limit),
                 bind("fair", input.fair_minutes),
                 bind("extend", input.may_extend.value_or(true)),
                 bind("extra", input.extension_days.value_or(usual.extension_days)),
                 bind("often", input.extension_times.value_or(usual.extension_times)),
                 bind("hidden", input.hidden_fields),
                 bind("now", ctx.now()),
                 bind("me", ctx.actor().is_system() ? std::nullopt : std::optional{ctx.actor().employee})})
            .value();
    auto seats = ChangeHighSea{};
    seats.id = id;
    seats.member_user_ids = input.member_user_ids;
    seats.admin_user_ids = input.admin_user_ids;
    seats.member_department_ids = input.member_department_ids;
    seats.member_role_ids = input.member_role_ids;
    seats.admin_role_ids = input.admin_role_ids;
    if (auto const done = put_seats(ctx, seats); !done) return done.error();
    put_rules(ctx, id, *rules);
    recompute_all(ctx, input.object);
    audit(ctx, id, "high_sea.create", json::Document{rapidjson::kObjectType}, told(ctx, id));
    auto pools = Pools{ctx};
    return pools.detail(pools.find(id).value());
}

Result<HighSeaDetail> change_high_sea(operation::Context& ctx, ChangeHighSea const& input) {
    auto pools = Pools{ctx};
    auto const old = pools.lock(input.id);
    if (!old) return no_high_sea();
    if (input.version != old->version) return Error{Errc::stale, "version", "这个公海刚被别人修改过，请刷新后再改"};
    auto const object = object_of(*old);
    if (input.rules)
        if (auto const problem = problem_of(*input.rules, object)) return *problem;
    auto const rules = with_tag_ids(ctx, input.rules.value_or(std::vector<HighSeaRule>{}), object);
    if (!rules) return rules.error();
    if (auto const problem =
            problem_of(PoolLimits{input.claim_daily_limit.value, input.holding_cap.value, input.cooldown_days.value,
                                  input.quiet_hours.value, input.claims_per_record.value, input.assign_days.value,
                                  input.view_daily_limit.value, input.fair_minutes.value}))
        return *problem;
    if (input.name && has_namesake(ctx, old->object, *input.name, old->id)) return name_taken(*input.name);
    if (input.enabled == false && old->enabled)
        if (auto const can = insist_on_dispensable(ctx, *old); !can) return can.error();
    auto const before = told(ctx, old->id);
    update(ctx, *old, input);
    if (auto const done = put_seats(ctx, input); !done) return done.error();
    if (input.rules) put_rules(ctx, old->id, *rules);
    recompute_all(ctx, object);
    audit(ctx, old->id, "high_sea.change", before, told(ctx, old->id));
    return pools.detail(pools.find(old->id).value());
}

Result<HighSeaDetail> disable_high_sea(operation::Context& ctx, OneHighSea const& input) {
    auto const pool = Pools{ctx}.find(input.id);
    if (!pool) return no_high_sea();
    auto change = ChangeHighSea{};
    change.id = input.id;
    change.version = input.version.value_or(pool->version);
    change.enabled = false;
    return change_high_sea(ctx, change);
}

Result<HighSeaDetail> enable_high_sea(operation::Context& ctx, OneHighSea const& input) {
    auto const pool = Pools{ctx}.find(input.id);
    if (!pool) return no_high_sea();
    auto change = ChangeHighSea{};
    change.id = input.id;
    change.version = input.version.value_or(pool->version);
    change.enabled = true;
    return change_high_sea(ctx, change);
}

Result<Nothing> delete_high_sea(operation::Context& ctx, OneHighSea const& input) {
    auto pools = Pools{ctx};
    auto const pool = pools.lock(input.id);
    if (!pool) return no_high_sea();
    if (input.version && *input.version != pool->version)
        return Error{Errc::stale, "version", "这个公海刚被别人修改过，请刷新后再改"};
    if (auto const can = insist_on_dispensable(ctx, *pool); !can) return can.error();
    auto const before = told(ctx, pool->id);
    ctx.sql().execute(
        "update high_sea set deleted_at = :now, enabled = false, updated_at = :now, version = version + 1 "
        "where tenant_id = :tenant and id = :id",
        {bind("tenant", ctx.tenant()), bind("id", pool->id), bind("now", ctx.now())});
    recompute_all(ctx, object_of(*pool));
    audit(ctx, pool->id, "high_sea.delete", before, json::Document{rapidjson::kObjectType});
    return Nothing{};
}

Result<HighSeaDetail> show_high_sea(operation::Context& ctx, OneHighSea const& input) {
    auto pools = Pools{ctx};
    auto pool = pools.find(input.id);
    if (!pool || (!pools.seat(input.id).is_any() && !ctx.may("high_sea.manage"))) return no_high_sea();
    return pools.detail(std::move(*pool));
}

}  // namespace wescrm::sales
