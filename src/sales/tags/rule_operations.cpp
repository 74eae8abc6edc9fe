#include "../customers.hpp"
#include "../rows.hpp"
#include "tag_rules.hpp"

#include <wescrm/operation/field_sight.hpp>

// The rules of automatic tags, as administrators see, try and change them.
namespace wescrm::sales {
namespace {

using database::bind;
using operation::Effect;
using operation::FieldRule;
using operation::Operation;

struct TagRule {
    TagId id;  ///< of the tag
    std::string tag;
    TaggedObject object{};
    TagConditions conditions;
    std::string words;
    std::int64_t version = 0;
    Instant updated_at;
    std::optional<UserId> updated_by;
};
BOOST_DESCRIBE_STRUCT(TagRule, (), (id, tag, object, conditions, words, version, updated_at, updated_by))

struct PutRule {
    TagId id;
    TaggedObject object{};
    TagConditions conditions;
    std::optional<std::int64_t> version;  ///< of the rule that it replaces
};
BOOST_DESCRIBE_STRUCT(PutRule, (), (id, object, conditions, version))

struct OneRule {
    TagId id;
    std::optional<std::int64_t> version;
};
BOOST_DESCRIBE_STRUCT(OneRule, (), (id, version))

struct AskFacts {
    TaggedObject object{};
};
BOOST_DESCRIBE_STRUCT(AskFacts, (), (object))
struct FactWord {
    std::string value;
    std::string title;
};
BOOST_DESCRIBE_STRUCT(FactWord, (), (value, title))
struct Fact {
    std::string name;
    std::string title;
    bool is_number = false;
    std::vector<FactWord> values;  ///< the only ones; empty: any
};
BOOST_DESCRIBE_STRUCT(Fact, (), (name, title, is_number, values))
struct Facts {
    std::vector<Fact> items;
};
BOOST_DESCRIBE_STRUCT(Facts, (), (items))

struct TryRule {
    TaggedObject object{};
    TagConditions conditions;
    std::optional<TagId> tag_id;  ///< for which the rule would be
};
BOOST_DESCRIBE_STRUCT(TryRule, (), (object, conditions, tag_id))
struct Example {
    RecordId id;
    std::string name;
};
BOOST_DESCRIBE_STRUCT(Example, (), (id, name))
struct Trial {
    std::string words;
    std::int64_t matching = 0;      ///< records that would have the tag
    std::int64_t gaining = 0;       ///< of these, those without it so far
    std::int64_t losing = 0;        ///< records that would lose it
    std::vector<Example> examples;  ///< some of those that the actor sees, the newest first
};
BOOST_DESCRIBE_STRUCT(Trial, (), (words, matching, gaining, losing, examples))

std::vector<FieldRule> field_rules(PutRule const*) {
    return {{"object", "对象"},
            {"conditions", "条件", {.max_items = TagLimits::highest_rule_conditions}},
            {"version", "版本", {.min = 1}}};
}
std::vector<FieldRule> field_rules(TryRule const*) {
    return {{"object", "对象"},
            {"conditions", "条件", {.max_items = TagLimits::highest_rule_conditions}},
            {"tag_id", "标签"}};
}

std::optional<TagRule> find_rule(operation::Context& ctx, TagId id) {
    auto const found =
        ctx.sql().row<std::string, std::string, std::string, std::int64_t, Instant, std::optional<UserId>>(
            "select t.name, r.object, r.conditions::text, r.version, r.updated_at, k.user_id from tag_rule r join tag "
            "t on "
            "t.tenant_id = r.tenant_id and t.id = r.tag_id left join employee k on k.tenant_id = r.tenant_id and k.id "
            "= "
            "r.updated_by where r.tenant_id = :tenant and r.tag_id = :id",
            {bind("tenant", ctx.tenant()), bind("id", id)});
    if (!found) return std::nullopt;
    auto const& [tag, object, conditions, version, at, by] = *found;
    auto rule = TagRule{id, tag, tagged_object(object), tag_conditions_from(conditions), {}, version, at, by};
    rule.words = words_of(tag_facts(ctx, rule.object), rule.conditions);
    return rule;
}

Error no_rule() { return {Errc::not_found, "tag_rule", "这个标签没有自动规则"}; }

void audit_rule(operation::Context& ctx, TagId id, std::string action, std::optional<TagRule> const& before,
                std::optional<TagRule> const& after) {
    auto const json_of = [](std::optional<TagRule> const& rule) {
        auto told = json::Document{rapidjson::kObjectType};
        if (!rule) return told;
        json::set(told, "object", std::string{title_of(rule->object)}, told.GetAllocator());
        json::set(told, "conditions", rule->words, told.GetAllocator());
        return told;
    };
    auto const changed = operation::difference(json_of(before), json_of(after));
    ctx.audit({"tag", id.value(), std::move(action), changed.before, changed.after, ""});
}

// The tag, if rules may give it.
Result<KnownTag> lock_for_rule(operation::Context& ctx, TagId id, TaggedObject object) {
    auto const tag = lock_tag(ctx, id);
    if (!tag) return Error{Errc::not_found, "tag", "没有这个标签"};
    if (tag->is_personal) return Error{Errc::conflict, "personal", "个人标签不能设自动规则，请在企业标签里新建"};
    if (tag->disabled) return Error{Errc::conflict, "disabled", "标签「" + tag->name + "」已停用，请先启用"};
    if (!tag->is_for(object))
        return invalid_field(
            "object", "「" + tag->group_name + "」不用于" + std::string{title_of(object)} + "，请先在分组设置里勾选");
    return *tag;
}

Result<TagRule> show_rule(operation::Context& ctx, OneRule const& input) {
    auto rule = find_rule(ctx, input.id);
    if (!rule) return no_rule();
    return std::move(*rule);
}

Result<Facts> list_facts(operation::Context& ctx, AskFacts const& input) {
    auto shown = Facts{};
    for (auto const& fact : tag_facts(ctx, input.object)) {
        auto one = Fact{fact.name, fact.title, fact.kind == TagFact::Kind::number, {}};
        for (auto const& [word, title] : fact.words) one.values.push_back({word, title});
        shown.items.push_back(std::move(one));
    }
    return shown;
}

// The description of the input names what the configuration may go up to.
Result<void> insist_on_number(TagConditions const& conditions, TagLimits const& limits) {
    if (conditions.size() <= limits.rule_conditions) return {};
    return invalid_field("conditions", "最多 " + std::to_string(limits.rule_conditions) + " 个条件");
}

Result<TagRule> put_rule(operation::Context& ctx, TagLimits const& limits, PutRule const& input) {
    if (auto const few = insist_on_number(input.conditions, limits); !few) return few.error();
    auto const tag = lock_for_rule(ctx, input.id, input.object);
    if (!tag) return tag.error();
    if (auto const good = insist_on_conditions(input.object, tag_facts(ctx, input.object), input.conditions); !good)
        return good.error();
    auto const before = find_rule(ctx, input.id);
    if (before)
        if (auto const fresh = insist_version(input.version, before->version); !fresh) return fresh.error();
    auto const by = ctx.actor().is_system() ? std::nullopt : std::optional{ctx.actor().employee};
    ctx.sql().execute(
        "insert into tag_rule (tenant_id, tag_id, object, conditions, updated_at, updated_by) values (:tenant, :id, "
        ":object, :conditions::jsonb, :now, :by) on conflict (tenant_id, tag_id) do update set object = "
        "excluded.object, conditions = excluded.conditions, version = tag_rule.version + 1, updated_at = "
        "excluded.updated_at, updated_by = excluded.updated_by",
        {bind("tenant", ctx.tenant()), bind("id", input.id), bind("object", name_of(input.object)),
         bind("conditions", conditions_to_json(input.conditions)), bind("now", ctx.now()), bind("by", by)});
    auto after = find_rule(ctx, input.id).value();
    schedule_tag_rules(ctx, input.object);
    audit_rule(ctx, input.id, "tag_rule.put", before, after);
    return after;
}

// The tag stays where it is; from now on people put it on and take it off.
Result<Nothing> delete_rule(operation::Context& ctx, OneRule const& input) {
    auto const before = find_rule(ctx, input.id);
    if (!before) return no_rule();
    if (auto const fresh = insist_version(input.version, before->version); !fresh) return fresh.error();
    ctx.sql().execute("delete from tag_rule where tenant_id = :tenant and tag_id = :id",
                      {bind("tenant", ctx.tenant()), bind("id", input.id)});
    audit_rule(ctx, input.id, "tag_rule.delete", before, std::nullopt);
    return Nothing{};
}

void add_examples(operation::Context& ctx, TaggedObject object, operation::Predicate const& holds, int most,
                  Trial& trial) {
    auto const table = name_of(object);
    if (operation::is_hidden(ctx.actor(), table, "name")) return;
    auto const seen = ctx.scope().rows(table, operation::Power::read, "x");
    auto params = database::Params{bind("tenant", ctx.tenant()), bind("most", most)};
    params.add(holds.params);
    params.add(seen.params);
    trial.examples = ctx.sql().records<Example>(
        "select x.id, x.name from " + table + " x where x.tenant_id = :tenant and " + ruled(object) + " and " +
            holds.sql + " and " + seen.sql + " order by x.created_at desc, x.id limit :most",
        params);
}

Result<Trial> try_rule(operation::Context& ctx, TagLimits const& limits, TryRule const& input) {
    if (auto const few = insist_on_number(input.conditions, limits); !few) return few.error();
    auto const facts = tag_facts(ctx, input.object);
    if (auto const good = insist_on_conditions(input.object, facts, input.conditions); !good) return good.error();
    auto const holds = matching(ctx, facts, input.conditions, "rule");
    auto const table = name_of(input.object);
    auto params = database::Params{bind("tenant", ctx.tenant()), bind("tag", input.tag_id.value_or(TagId{}))};
    params.add(holds.params);
    auto const counts = ctx.sql()
                            .row<std::int64_t, std::int64_t, std::int64_t>(
                                "select count(*) filter (where n.holds), count(*) filter (where n.holds and not "
                                "n.has), count(*) filter "
                                "(where n.has and not n.holds) from (select " +
                                    holds.sql + " as holds, exists (select 1 from " + table +
                                    "_tag r where r.tenant_id = :tenant and r." + table +
                                    "_id = x.id and r.tag_id = :tag::bigint) as has from " + table +
                                    " x where x.tenant_id = :tenant and " + ruled(input.object) + ") n",
                                params)
                            .value();
    auto trial =
        Trial{words_of(facts, input.conditions), std::get<0>(counts), std::get<1>(counts), std::get<2>(counts), {}};
    add_examples(ctx, input.object, holds, limits.rule_examples, trial);
    return trial;
}

constexpr Operation<AskFacts, Facts> tag_rule_facts{"tag_rule.facts", "自动标签的条件", "tag.manage",
                                                    Effect::reads,    list_facts,       {"GET", "/tag-rules/facts"}};
constexpr Operation<TryRule, Trial> tag_rule_try{"tag_rule.try", "试算自动标签", "tag.manage",
                                                 Effect::reads,  nullptr,        {"POST", "/tag-rules/try"}};
constexpr Operation<OneRule, TagRule> tag_rule_show{"tag_rule.show", "自动标签规则", "tag.manage",
                                                    Effect::reads,   show_rule,      {"GET", "/tags/{id}/rule"}};
constexpr Operation<PutRule, TagRule> tag_rule_put{
    "tag_rule.put", "设置自动标签规则", "tag.manage", Effect::writes, nullptr, {"PUT", "/tags/{id}/rule"}};
constexpr Operation<OneRule, Nothing> tag_rule_delete{"tag_rule.delete", "删除自动标签规则",
                                                      "tag.manage",      Effect::confirms,
                                                      delete_rule,       {"DELETE", "/tags/{id}/rule", 204}};

}  // namespace

void add_rule_operations(operation::Catalogue& catalogue, TagLimits const& limits) {
    catalogue.add(tag_rule_facts);
    catalogue.add(tag_rule_try,
                  [limits](operation::Context& ctx, TryRule const& input) { return try_rule(ctx, limits, input); });
    catalogue.add(tag_rule_show);
    catalogue.add(tag_rule_put,
                  [limits](operation::Context& ctx, PutRule const& input) { return put_rule(ctx, limits, input); });
    catalogue.add(tag_rule_delete);
}

}  // namespace wescrm::sales
