#include "assignment_operations.hpp"

#include "../high_sea/rule_tags.hpp"
#include "assignment.hpp"

#include <wescrm/sales/lead.hpp>

#include <boost/describe/enum_to_string.hpp>

#include <algorithm>

// The rules by which new leads find their owners, as administrators see and change them.
namespace wescrm::sales {
namespace {

using database::bind;
using operation::Effect;
using operation::FieldRule;
using operation::Operation;

using AssignmentRuleId = StrongId<struct AssignmentRuleIdTag, std::int64_t>;

struct AssignmentMember {
    UserId user_id;
    std::optional<int> weight;    ///< absent: 1
    std::optional<bool> on_duty;  ///< absent: yes
};
BOOST_DESCRIBE_STRUCT(AssignmentMember, (), (user_id, weight, on_duty))

struct AssignmentRule {
    AssignmentRuleId id;
    std::string name;
    int position = 0;
    bool enabled = true;
    std::vector<std::string> sources, channels, provinces, cities, intended, tags;
    std::string mode;
    std::optional<int> daily_cap;
    bool working_hours_only = false;
    std::string days;                               ///< any, working, free
    std::optional<std::string> time_from, time_to;  ///< "18:00", of the company's day
    std::optional<HighSeaId> fallback_high_sea_id;
    std::int64_t version = 0;
    Instant created_at;
    Instant updated_at;
};
BOOST_DESCRIBE_STRUCT(AssignmentRule, (),
                      (id, name, position, enabled, sources, channels, provinces, cities, intended, tags, mode,
                       daily_cap, working_hours_only, days, time_from, time_to, fallback_high_sea_id, version,
                       created_at, updated_at))
struct AssignmentRuleDetail : AssignmentRule {
    std::vector<AssignmentMember> members;
};
BOOST_DESCRIBE_STRUCT(AssignmentRuleDetail, (AssignmentRule), (members))
struct AssignmentRules {
    std::vector<AssignmentRuleDetail> items;
};
BOOST_DESCRIBE_STRUCT(AssignmentRules, (), (items))

struct PutAssignmentRule {
    std::string name;
    std::optional<int> position;
    std::optional<bool> enabled;
    std::vector<std::string> sources, channels, provinces, cities, intended;
    std::vector<std::string> tags;  ///< the company's, for leads: by name or id
    std::optional<AssignMode> mode;
    std::optional<int> daily_cap;
    std::optional<bool> working_hours_only;
    std::optional<AssignDays> days;
    std::optional<std::string> time_from, time_to;
    std::optional<HighSeaId> fallback_high_sea_id;
    std::vector<AssignmentMember> members;
};
BOOST_DESCRIBE_STRUCT(PutAssignmentRule, (),
                      (name, position, enabled, sources, channels, provinces, cities, intended, tags, mode, daily_cap,
                       working_hours_only, days, time_from, time_to, fallback_high_sea_id, members))
struct ChangeAssignmentRule : PutAssignmentRule {
    AssignmentRuleId id;
    std::int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(ChangeAssignmentRule, (PutAssignmentRule), (id, version))
struct OneAssignmentRule {
    AssignmentRuleId id;
    std::optional<std::int64_t> version;
};
BOOST_DESCRIBE_STRUCT(OneAssignmentRule, (), (id, version))

/// A lead that might come.
struct PreviewAssignment {
    std::optional<std::string> source, channel, province, city, intended;
    std::vector<std::string> tags;
    std::optional<Instant> at;  ///< absent: now
};
BOOST_DESCRIBE_STRUCT(PreviewAssignment, (), (source, channel, province, city, intended, tags, at))
struct MatchedMember {
    UserId user_id;
    std::string name;
    std::int64_t score = 0;  ///< 0–100
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(MatchedMember, (), (user_id, name, score, reason))
struct JudgedRule {
    AssignmentRuleId id;
    std::string name;
    bool fits = false;     ///< its conditions hold
    bool decides = false;  ///< the first of those that fit
};
BOOST_DESCRIBE_STRUCT(JudgedRule, (), (id, name, fits, decides))
struct PreviewedAssignment {
    std::optional<UserId> owner_user_id;
    std::optional<std::string> owner_name;
    std::optional<HighSeaId> high_sea_id;  ///< nobody: into this pool
    std::optional<std::string> high_sea_name;
    std::string reason;
    std::vector<JudgedRule> rules;      ///< enabled ones, in their order
    std::vector<MatchedMember> scores;  ///< of the people of the rule that decides, if it matches; the best first
};
BOOST_DESCRIBE_STRUCT(PreviewedAssignment, (),
                      (owner_user_id, owner_name, high_sea_id, high_sea_name, reason, rules, scores))

std::vector<FieldRule> rule_fields() {
    return {{"name", "规则名称", {.max_length = 50}, "官网线索轮流分配"},
            {"position", "优先级"},
            {"enabled", "启用"},
            {"sources", "来源", {.max_items = 50}},
            {"channels", "渠道", {.max_items = 50}},
            {"provinces", "省份", {.max_items = 50}},
            {"cities", "城市", {.max_items = 200}},
            {"intended", "意向产品", {.max_items = 50}},
            {"tags", "标签", {.max_items = 50}},
            {"mode", "分配方式"},
            {"daily_cap", "每人每日上限", {.min = 1, .max = 10'000}},
            {"working_hours_only", "仅工作时间"},
            {"days", "适用日期"},
            {"time_from", "每天从", {.max_length = 5}, "18:00"},
            {"time_to", "每天到", {.max_length = 5}, "22:00"},
            {"fallback_high_sea_id", "无人可分配时的线索池"},
            {"members", "成员", {.max_items = 200}}};
}
std::vector<FieldRule> field_rules(PutAssignmentRule const*) { return rule_fields(); }
std::vector<FieldRule> field_rules(ChangeAssignmentRule const*) {
    auto rules = rule_fields();
    rules.push_back({"version", "版本", {.min = 1}});
    return rules;
}
std::vector<FieldRule> field_rules(PreviewAssignment const*) {
    return {{"source", "来源", {.max_length = 50}},
            {"channel", "渠道", {.max_length = 50}},
            {"province", "省份", {.max_length = 30}},
            {"city", "城市", {.max_length = 30}},
            {"intended", "意向产品"},
            {"tags", "标签", {.max_items = 20}},
            {"at", "时间"}};
}
std::vector<FieldRule> field_rules(AssignmentMember const*) {
    return {{"user_id", "员工", {.max_length = 64}}, {"weight", "权重", {.min = 1, .max = 1'000}}, {"on_duty", "在岗"}};
}

std::string selected() {
    return "select r.id, r.name, r.position, r.enabled, r.sources, r.channels, r.provinces, r.cities, r.intended, " +
           tags_of_rule +
           ", r.mode, r.daily_cap, r.working_hours_only, r.days, r.time_from, r.time_to, r.fallback_high_sea_id, "
           "r.version, r.created_at, r.updated_at from lead_assignment_rule r where r.tenant_id = :tenant";
}

AssignmentRuleDetail detail_of(operation::Context& ctx, AssignmentRule rule) {
    auto shown = AssignmentRuleDetail{};
    static_cast<AssignmentRule&>(shown) = std::move(rule);
    shown.members = ctx.sql().records<AssignmentMember>(
        "select e.user_id, m.weight, m.on_duty from lead_assignment_member m join employee e on e.tenant_id = "
        "m.tenant_id and e.id = m.employee_id where m.tenant_id = :tenant and m.rule_id = :id order by m.position, "
        "e.user_id",
        {bind("tenant", ctx.tenant()), bind("id", shown.id)});
    return shown;
}

std::optional<AssignmentRuleDetail> find(operation::Context& ctx, AssignmentRuleId id) {
    auto rule = ctx.sql().record<AssignmentRule>(selected() + " and r.id = :id for update of r",
                                                 {bind("tenant", ctx.tenant()), bind("id", id)});
    if (!rule) return std::nullopt;
    return detail_of(ctx, std::move(*rule));
}

Error no_rule() { return {Errc::not_found, "lead_assignment_rule", "没有这条分配规则"}; }

void audit(operation::Context& ctx, AssignmentRuleId id, std::string action,
           std::optional<AssignmentRuleDetail> const& before, std::optional<AssignmentRuleDetail> const& after) {
    auto const json_of = [](std::optional<AssignmentRuleDetail> const& rule) {
        return rule ? operation::write_output(*rule) : json::Document{rapidjson::kObjectType};
    };
    auto const changed = operation::difference(json_of(before), json_of(after));
    ctx.audit({"lead_assignment_rule", id.value(), std::move(action), changed.before, changed.after, {}});
}

Result<void> check(operation::Context& ctx, PutAssignmentRule const& input, AssignmentRuleId id) {
    if (ctx.sql().value<int>(
            "select 1 from lead_assignment_rule where tenant_id = :tenant and name = :name and id <> :id",
            {bind("tenant", ctx.tenant()), bind("name", input.name), bind("id", id)}))
        return Error{Errc::conflict, "name", "已有同名的分配规则", {{"name", "已有同名的分配规则"}}};
    if (input.time_from && !input.time_from->empty() && !minute_of_day(*input.time_from))
        return invalid_field("time_from", "请写成 18:00 的样子");
    if (input.time_to && !input.time_to->empty() && !minute_of_day(*input.time_to))
        return invalid_field("time_to", "请写成 22:00 的样子");
    if (!input.fallback_high_sea_id) return {};
    auto const pool = Pools{ctx}.find(*input.fallback_high_sea_id);
    if (!pool || pool->object != "lead") return invalid_field("fallback_high_sea_id", "没有这个线索池");
    return {};
}

// As with the rules of pools: another name of a tag changes nothing.
Result<std::vector<std::int64_t>> tags_for(operation::Context& ctx, PutAssignmentRule const& input) {
    auto ids = std::vector<std::int64_t>{};
    for (std::size_t i = 0; i < input.tags.size(); ++i) {
        auto const id = company_tag(ctx, PoolObject::lead, input.tags[i], "tags[" + std::to_string(i) + "]");
        if (!id) return id.error();
        ids.push_back(*id);
    }
    return ids;
}

// The counts begin anew, so that a newcomer need not catch up.
Result<void> put_members(operation::Context& ctx, AssignmentRuleId id, std::vector<AssignmentMember> const& members) {
    ctx.sql().execute("delete from lead_assignment_member where tenant_id = :tenant and rule_id = :id",
                      {bind("tenant", ctx.tenant()), bind("id", id)});
    auto position = 0;
    for (auto const& member : members) {
        auto const field = "members[" + std::to_string(position) + "].user_id";
        auto const written = ctx.sql().execute(
            "insert into lead_assignment_member (tenant_id, rule_id, employee_id, weight, on_duty, position) select "
            ":tenant, :id, e.id, :weight, :duty, :position from employee e where e.tenant_id = :tenant and e.user_id = "
            ":user and e.status = 'active' on conflict do nothing",
            {bind("tenant", ctx.tenant()), bind("id", id), bind("weight", member.weight.value_or(1)),
             bind("duty", member.on_duty.value_or(true)), bind("position", position++), bind("user", member.user_id)});
        if (written == 0) return invalid_field(field, "没有这位在职员工，或重复填写");
    }
    return {};
}

// "9:30" → "09:30"
std::optional<std::string> time_text(std::optional<std::string> const& typed) {
    if (!typed || typed->empty()) return std::nullopt;
    return typed->size() < std::string_view{"09:30"}.size() ? "0" + *typed : *typed;
}

database::Params params_of(operation::Context& ctx, AssignmentRuleId id, PutAssignmentRule const& input,
                           std::vector<std::int64_t> const& tags) {
    auto const mode = boost::describe::enum_to_string(input.mode.value_or(AssignMode::round_robin), "");
    return {bind("tenant", ctx.tenant()),
            bind("id", id),
            bind("name", input.name),
            bind("position", input.position.value_or(0)),
            bind("enabled", input.enabled.value_or(true)),
            bind("sources", input.sources),
            bind("channels", input.channels),
            bind("provinces", input.provinces),
            bind("cities", input.cities),
            bind("intended", input.intended),
            bind("tags", tags),
            bind("mode", mode),
            bind("cap", input.daily_cap),
            bind("hours", input.working_hours_only.value_or(false)),
            bind("days", boost::describe::enum_to_string(input.days.value_or(AssignDays::any), "")),
            bind("from", time_text(input.time_from)),
            bind("to", time_text(input.time_to)),
            bind("fallback", input.fallback_high_sea_id),
            bind("now", ctx.now()),
            bind("me", ctx.actor().is_system() ? std::nullopt : std::optional{ctx.actor().employee})};
}

Result<AssignmentRuleDetail> create_rule(operation::Context& ctx, PutAssignmentRule const& input) {
    if (auto const right = check(ctx, input, {}); !right) return right.error();
    auto const tags = tags_for(ctx, input);
    if (!tags) return tags.error();
    auto const id =
        ctx.sql()
            .value<AssignmentRuleId>(
                "insert into lead_assignment_rule (tenant_id, name, position, enabled, sources, channels, provinces, "
                "cities, intended, tags, mode, daily_cap, working_hours_only, days, time_from, time_to, "
                "fallback_high_sea_id, created_at, updated_at, created_by) values (:tenant, :name, :position, "
                ":enabled, :sources::text[], :channels::text[], :provinces::text[], :cities::text[], "
                ":intended::text[], :tags::bigint[], :mode, :cap, :hours, :days, :from, :to, :fallback, :now, :now, "
                ":me) returning id",
                params_of(ctx, {}, input, *tags))
            .value();
    if (auto const done = put_members(ctx, id, input.members); !done) return done.error();
    auto made = find(ctx, id).value();
    audit(ctx, id, "lead_assignment_rule.create", std::nullopt, made);
    return made;
}

Result<AssignmentRuleDetail> change_rule(operation::Context& ctx, ChangeAssignmentRule const& input) {
    auto const before = find(ctx, input.id);
    if (!before) return no_rule();
    if (input.version != before->version) return Error{Errc::stale, "version", "这条规则刚被别人修改过，请刷新后再改"};
    if (auto const right = check(ctx, input, input.id); !right) return right.error();
    auto const tags = tags_for(ctx, input);
    if (!tags) return tags.error();
    ctx.sql().execute(
        "update lead_assignment_rule set name = :name, position = :position, enabled = :enabled, sources = "
        ":sources::text[], channels = :channels::text[], provinces = :provinces::text[], cities = :cities::text[], "
        "intended = :intended::text[], tags = :tags::bigint[], mode = :mode, daily_cap = :cap, working_hours_only = "
        ":hours, days = :days, "
        "time_from = :from, time_to = :to, fallback_high_sea_id = :fallback, version = version + 1, updated_at = :now "
        "where tenant_id = :tenant and id = "
        ":id",
        params_of(ctx, input.id, input, *tags));
    if (auto const done = put_members(ctx, input.id, input.members); !done) return done.error();
    auto after = find(ctx, input.id).value();
    audit(ctx, input.id, "lead_assignment_rule.change", before, after);
    return after;
}

Result<Nothing> delete_rule(operation::Context& ctx, OneAssignmentRule const& input) {
    auto const before = find(ctx, input.id);
    if (!before) return no_rule();
    if (input.version && *input.version != before->version)
        return Error{Errc::stale, "version", "这条规则刚被别人修改过，请刷新后再删"};
    auto const params = database::Params{bind("tenant", ctx.tenant()), bind("id", input.id)};
    ctx.sql().execute("delete from lead_assignment_member where tenant_id = :tenant and rule_id = :id", params);
    ctx.sql().execute("delete from lead_assignment_rule where tenant_id = :tenant and id = :id", params);
    audit(ctx, input.id, "lead_assignment_rule.delete", before, std::nullopt);
    return Nothing{};
}

Result<AssignmentRules> list_rules(operation::Context& ctx, Nothing const&) {
    auto all = AssignmentRules{};
    for (auto& rule :
         ctx.sql().records<AssignmentRule>(selected() + " order by r.position, r.id", {bind("tenant", ctx.tenant())}))
        all.items.push_back(detail_of(ctx, std::move(rule)));
    return all;
}

std::vector<MatchedMember> scores_of(std::vector<AssignCandidate> const& people) {
    auto scores = std::vector<MatchedMember>{};
    for (auto const& one : people)
        scores.push_back(
            {UserId{one.user}, one.name, one.match.score, one.match.reason() + (one.on_duty ? "" : "（停止分配）")});
    return scores;
}

// Nothing is given and nobody waits.
Result<PreviewedAssignment> preview(operation::Context& ctx, MatchWeights const& weights,
                                    PreviewAssignment const& input) {
    auto const lead = AssignSubject{input.source.value_or(""), input.channel.value_or(""),  input.province.value_or(""),
                                    input.city.value_or(""),   input.intended.value_or(""), input.tags};
    auto assigner = Assigner{ctx, Assigner::For::looking, input.at.value_or(ctx.now()), weights};
    auto shown = PreviewedAssignment{};
    auto is_decided = false;
    for (auto const& [rule, fits] : assigner.judge(lead)) {
        if (fits && !is_decided) shown.scores = scores_of(assigner.ranked(rule, lead));
        shown.rules.push_back({AssignmentRuleId{rule.id}, rule.name, fits, fits && !is_decided});
        is_decided |= fits;
    }
    auto const placed = assigner.place(lead);
    if (!placed) return placed.error();
    shown.reason = placed->reason;
    if (placed->pool) {
        shown.high_sea_id = placed->pool;
        if (auto const pool = Pools{ctx}.find(*placed->pool)) shown.high_sea_name = pool->name;
        return shown;
    }
    auto const person =
        ctx.sql().row<UserId, std::string>("select user_id, name from employee where tenant_id = :tenant and id = :id",
                                           {bind("tenant", ctx.tenant()), bind("id", placed->owner)});
    if (person) std::tie(shown.owner_user_id, shown.owner_name) = *person;
    return shown;
}

constexpr Operation<PutAssignmentRule, AssignmentRuleDetail> rule_create{
    "lead_assignment_rule.create",          "新建线索分配规则", "high_sea.manage", Effect::writes, create_rule,
    {"POST", "/lead-assignment-rules", 201}};
constexpr Operation<Nothing, AssignmentRules> rule_list{
    "lead_assignment_rule.list",      "线索分配规则", "high_sea.manage", Effect::reads, list_rules,
    {"GET", "/lead-assignment-rules"}};
constexpr Operation<ChangeAssignmentRule, AssignmentRuleDetail> rule_change{
    "lead_assignment_rule.change",           "修改线索分配规则", "high_sea.manage", Effect::writes, change_rule,
    {"PATCH", "/lead-assignment-rules/{id}"}};
constexpr Operation<OneAssignmentRule, Nothing> rule_delete{"lead_assignment_rule.delete",
                                                            "删除线索分配规则",
                                                            "high_sea.manage",
                                                            Effect::confirms,
                                                            delete_rule,
                                                            {"DELETE", "/lead-assignment-rules/{id}", 204}};

constexpr Operation<PreviewAssignment, PreviewedAssignment> rule_preview{
    "lead_assignment_rule.preview",     "试算线索分配", "high_sea.manage", Effect::reads, nullptr,
    {"GET", "/lead-assignment-preview"}};

}  // namespace

void add_assignment_operations(operation::Catalogue& catalogue, MatchWeights const& weights) {
    catalogue.add(rule_create);
    catalogue.add(rule_list);
    catalogue.add(rule_change);
    catalogue.add(rule_delete);
    catalogue.add(rule_preview, [weights](operation::Context& ctx, PreviewAssignment const& input) {
        return preview(ctx, weights, input);
    });
}

}  // namespace wescrm::sales
