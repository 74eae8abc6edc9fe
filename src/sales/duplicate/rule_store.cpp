#include "rule_store.hpp"

#include "../rules/duplicates.hpp"
#include "rule_preview.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/operation/context.hpp>

#include <boost/describe/enum_to_string.hpp>

// The company's rules of what is the same, as its administrators write them.
namespace wescrm::sales {
namespace {

using database::bind;
using operation::Effect;
using operation::FieldRule;
using operation::Operation;

struct RuleList {
    std::vector<DuplicateRule> rules;
};
BOOST_DESCRIBE_STRUCT(RuleList, (), (rules))

struct Nobody {};
BOOST_DESCRIBE_STRUCT(Nobody, (), ())
struct AllRules {
    std::vector<DuplicateRules> items;
};
BOOST_DESCRIBE_STRUCT(AllRules, (), (items))
struct OneObject {
    DuplicateObject object = DuplicateObject::customer;
};
BOOST_DESCRIBE_STRUCT(OneObject, (), (object))
struct ChangeRules {
    DuplicateObject object = DuplicateObject::customer;
    std::int64_t version = 0;
    std::optional<std::vector<DuplicateRule>> rules;
    std::optional<bool> shows_name;
    std::optional<bool> shows_owner;
};
BOOST_DESCRIBE_STRUCT(ChangeRules, (), (object, version, rules, shows_name, shows_owner))
struct ResetRules {
    DuplicateObject object = DuplicateObject::customer;
    std::int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(ResetRules, (), (object, version))

std::vector<FieldRule> field_rules(ChangeRules const*) {
    return {{"object", "对象"},
            {"version", "版本", {.min = 0}},
            {"rules", "规则", {.max_items = 20}},
            {"shows_name", "向无权限的人显示完整名称"},
            {"shows_owner", "向无权限的人显示负责人"}};
}

std::string word(DuplicateObject object) { return boost::describe::enum_to_string(object, ""); }

std::string stored_form(std::vector<DuplicateRule> rules) {
    for (auto& rule : rules) rule.name = text::trim(rule.name);
    return json::write(operation::write_output(RuleList{std::move(rules)})["rules"]);
}

Result<void> insist_version(DuplicateRules const& before, std::int64_t version) {
    if (version != before.version) return Error{Errc::stale, "version", "查重规则刚被别人修改过，请刷新后再改"};
    return {};
}

// Two who change the rules at once wait for each other.
DuplicateRules locked(operation::Context& ctx, DuplicateObject object) {
    (void)ctx.sql().value<std::string>(
        "select pg_advisory_xact_lock(hashtextextended('duplicate_rule', :tenant::bigint))::text",
        {bind("tenant", ctx.tenant())});
    return duplicate_rules(ctx, object);
}

void audit(operation::Context& ctx, std::string action, DuplicateRules const& before, DuplicateRules const& after) {
    auto const changed = operation::difference(operation::write_output(before), operation::write_output(after));
    ctx.audit({"duplicate_rule", ctx.tenant().value(), std::move(action), changed.before, changed.after,
               word(before.object)});
}

Result<AllRules> list_rules(operation::Context& ctx, Nobody const&) {
    auto all = AllRules{};
    for (auto const object : {DuplicateObject::customer, DuplicateObject::lead, DuplicateObject::contact})
        all.items.push_back(duplicate_rules(ctx, object));
    return all;
}

Result<DuplicateRules> show_rules(operation::Context& ctx, OneObject const& input) {
    return duplicate_rules(ctx, input.object);
}

Result<DuplicateRules> change_rules(operation::Context& ctx, ChangeRules const& input) {
    auto const before = locked(ctx, input.object);
    if (auto const fresh = insist_version(before, input.version); !fresh) return fresh.error();
    auto const rules = input.rules.value_or(before.rules);
    if (auto problems = problems_of(input.object, rules); !problems.empty()) {
        auto const message = problems.front().message;
        return Error{Errc::invalid_input, "invalid", message, std::move(problems)};
    }
    ctx.sql().execute(
        "insert into duplicate_rule (tenant_id, object, rules, shows_name, shows_owner, updated_at, updated_by) values "
        "(:tenant, :object, :rules::jsonb, :shows_name, :shows_owner, :now, :me) on conflict (tenant_id, object) do "
        "update set rules = excluded.rules, shows_name = excluded.shows_name, shows_owner = excluded.shows_owner, "
        "updated_at = excluded.updated_at, updated_by = excluded.updated_by, version = duplicate_rule.version + 1",
        {bind("tenant", ctx.tenant()), bind("object", word(input.object)), bind("rules", stored_form(rules)),
         bind("shows_name", input.shows_name.value_or(before.shows_name)),
         bind("shows_owner", input.shows_owner.value_or(before.shows_owner)), bind("now", ctx.now()),
         bind("me", ctx.actor().is_system() ? std::nullopt : std::optional{ctx.actor().employee})});
    auto after = duplicate_rules(ctx, input.object);
    audit(ctx, "duplicate_rule.change", before, after);
    return after;
}

Result<DuplicateRules> reset_rules(operation::Context& ctx, ResetRules const& input) {
    auto const before = locked(ctx, input.object);
    if (auto const fresh = insist_version(before, input.version); !fresh) return fresh.error();
    ctx.sql().execute("delete from duplicate_rule where tenant_id = :tenant and object = :object",
                      {bind("tenant", ctx.tenant()), bind("object", word(input.object))});
    auto after = duplicate_rules(ctx, input.object);
    audit(ctx, "duplicate_rule.reset", before, after);
    return after;
}

constexpr auto permission = "duplicate.manage";

constexpr Operation<Nobody, AllRules> rule_list{"duplicate_rule.list", "查重规则", permission,
                                                Effect::reads,         list_rules, {"GET", "/duplicate-rules"}};
constexpr Operation<OneObject, DuplicateRules> rule_show{
    "duplicate_rule.show", "查看查重规则", permission, Effect::reads, show_rules, {"GET", "/duplicate-rules/{object}"}};
constexpr Operation<ChangeRules, DuplicateRules> rule_change{
    "duplicate_rule.change", "修改查重规则", permission,
    Effect::writes,          change_rules,   {"PATCH", "/duplicate-rules/{object}"}};
constexpr Operation<ResetRules, DuplicateRules> rule_reset{
    "duplicate_rule.reset", "恢复默认查重规则", permission,
    Effect::confirms,       reset_rules,        {"POST", "/duplicate-rules/{object}/reset"}};
constexpr Operation<PreviewDuplicates, DuplicatePreview> rule_preview{"duplicate_rule.preview",
                                                                      "试算查重规则",
                                                                      permission,
                                                                      Effect::reads,
                                                                      preview_duplicates,
                                                                      {"POST", "/duplicate-rules/{object}/preview"}};

}  // namespace

std::vector<FieldRule> field_rules(DuplicateRule const*) {
    return {{"name", "规则名称", {.max_length = 40}, "名称或手机相同"},
            {"enabled", "启用"},
            {"groups", "条件组", {.max_items = 10}},
            {"compare", "和哪些记录比较", {.max_items = 4}},
            {"actions", "怎样处理"}};
}

std::vector<DuplicateRule> duplicate_rules_from(std::string_view stored) {
    auto wrapped = json::Document{rapidjson::kObjectType};
    json::set(wrapped, "rules", json::Value{json::parse(stored).value(), wrapped.GetAllocator()},
              wrapped.GetAllocator());
    return operation::read_input<RuleList>(wrapped).value().rules;
}

DuplicateRules duplicate_rules(operation::Context& ctx, DuplicateObject object) {
    auto rules = DuplicateRules{};
    rules.object = object;
    auto const row = ctx.sql().row<std::string, bool, bool, std::int64_t, Instant, std::optional<UserId>>(
        "select r.rules::text, r.shows_name, r.shows_owner, r.version, r.updated_at, e.user_id from duplicate_rule r "
        "left join employee e on e.tenant_id = r.tenant_id and e.id = r.updated_by where r.tenant_id = :tenant and "
        "r.object = :object",
        {bind("tenant", ctx.tenant()), bind("object", word(object))});
    if (!row) {
        rules.rules = first_duplicate_rules(object);
        return rules;
    }
    auto const& [stored, shows_name, shows_owner, version, at, by] = *row;
    rules.rules = duplicate_rules_from(stored);
    rules.shows_name = shows_name;
    rules.shows_owner = shows_owner;
    rules.is_default = false;
    rules.version = version;
    rules.updated_at = at;
    rules.updated_by = by;
    return rules;
}

void add_duplicate_rule_operations(operation::Catalogue& catalogue) {
    catalogue.add(rule_list);
    catalogue.add(rule_show);
    catalogue.add(rule_change);
    catalogue.add(rule_reset);
    catalogue.add(rule_preview);
}

}  // namespace wescrm::sales
