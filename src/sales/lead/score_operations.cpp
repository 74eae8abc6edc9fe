#include "../rows.hpp"
#include "../rules/scoring.hpp"
#include "scores.hpp"

#include <wescrm/base/text.hpp>

#include <boost/describe/enum_to_string.hpp>

// The rules by which leads are scored, written by administrators.
namespace wescrm::sales {
namespace {

using database::bind;
using operation::Effect;
using operation::FieldRule;
using operation::Operation;

using ScoreRuleId = StrongId<struct ScoreRuleIdTag, std::int64_t>;

constexpr std::size_t most_rules = 50;
constexpr int most_points = 100;

struct Rule {
    ScoreRuleId id;
    std::string name;
    int position = 0;
    bool enabled = true;
    std::string fact;
    std::string test;
    std::vector<std::string> words;
    std::optional<int> least;
    int points = 0;
    std::int64_t version = 0;
    Instant created_at;
    Instant updated_at;
    std::optional<UserId> created_by;
};
BOOST_DESCRIBE_STRUCT(Rule, (),
                      (id, name, position, enabled, fact, test, words, least, points, version, created_at, updated_at,
                       created_by))
struct Fact {
    std::string name;
    std::string title;
    bool is_number = false;
};
BOOST_DESCRIBE_STRUCT(Fact, (), (name, title, is_number))
struct Rules {
    std::vector<Rule> items;
    std::vector<Fact> facts;  ///< what rules can ask for
};
BOOST_DESCRIBE_STRUCT(Rules, (), (items, facts))

struct PutRule {
    std::string name;
    std::string fact;
    ScoreTest test = ScoreTest::known;
    std::vector<std::string> words;  ///< of is and contains: any of them
    std::optional<int> least;        ///< of at_least
    int points = 0;
    std::optional<int> position;
    std::optional<bool> enabled;
};
BOOST_DESCRIBE_STRUCT(PutRule, (), (name, fact, test, words, least, points, position, enabled))
struct ChangeRule : PutRule {
    ScoreRuleId id;
    std::int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(ChangeRule, (PutRule), (id, version))
struct OneRule {
    ScoreRuleId id;
    std::optional<std::int64_t> version;
};
BOOST_DESCRIBE_STRUCT(OneRule, (), (id, version))

std::vector<FieldRule> field_rules(PutRule const*) {
    return {{"name", "规则名称", {.max_length = 40}, "转介绍而来"},
            {"fact", "看什么", {.max_length = 40}},
            {"test", "条件"},
            {"words", "包含的词", {.max_length = 50, .max_items = 30}},
            {"least", "至少", {.min = 1, .max = 1'000}},
            {"points", "分数", {.min = -most_points, .max = most_points}, "20"},
            {"position", "顺序", {.min = 0, .max = 1'000}},
            {"enabled", "启用"}};
}
std::vector<FieldRule> field_rules(ChangeRule const*) {
    auto rules = field_rules(static_cast<PutRule const*>(nullptr));
    rules.push_back({"version", "版本", {.min = 1}});
    return rules;
}

constexpr std::string_view score_columns =
    "r.id, r.name, r.position, r.enabled, r.fact, r.test, r.words, r.least, r.points, r.version, r.created_at, "
    "r.updated_at, (select k.user_id from employee k where k.tenant_id = r.tenant_id and k.id = r.created_by)";

std::optional<Rule> find(operation::Context& ctx, ScoreRuleId id) {
    return ctx.sql().record<Rule>(
        "select " + std::string{score_columns} + " from lead_score_rule r where r.tenant_id = :tenant and r.id = :id",
        {bind("tenant", ctx.tenant()), bind("id", id)});
}

Error no_rule() { return {Errc::not_found, "lead_score_rule", "没有这条评分规则"}; }

Result<void> check(operation::Context& ctx, PutRule const& input, ScoreRuleId self) {
    auto const* fact = find_score_fact(input.fact);
    if (!fact) return invalid_field("fact", "没有这个条件字段：" + input.fact);
    if (input.points == 0) return invalid_field("points", "分数不能为 0，可以是 -100 到 100");
    if (fact->is_number != (input.test == ScoreTest::at_least))
        return invalid_field("test", fact->is_number ? "「" + std::string{fact->title} + "」只能用「至少」"
                                                     : "「" + std::string{fact->title} + "」不能用「至少」");
    if (input.test == ScoreTest::at_least && !input.least) return invalid_field("least", "请填写至少几次");
    auto const needs_words = input.test == ScoreTest::is || input.test == ScoreTest::contains;
    if (needs_words && input.words.empty()) return invalid_field("words", "请填写至少一个词");
    if (needs_words && input.fact == "wechat_or_email") return invalid_field("test", "「微信或邮箱」只能用「已填写」");
    auto const same =
        ctx.sql().value<int>("select 1 from lead_score_rule where tenant_id = :tenant and name = :name and id <> :id",
                             {bind("tenant", ctx.tenant()), bind("name", text::trim(input.name)), bind("id", self)});
    if (same) return Error{Errc::conflict, "name", "已有同名的评分规则", {{"name", "已有同名的评分规则"}}};
    return {};
}

database::Params params_of(operation::Context& ctx, ScoreRuleId id, PutRule const& input) {
    return {bind("tenant", ctx.tenant()),
            bind("id", id),
            bind("name", text::trim(input.name)),
            bind("position", input.position.value_or(0)),
            bind("enabled", input.enabled.value_or(true)),
            bind("fact", input.fact),
            bind("test", boost::describe::enum_to_string(input.test, "")),
            bind("words", input.words),
            bind("least", input.least),
            bind("points", input.points),
            bind("now", ctx.now()),
            bind("me", ctx.actor().is_system() ? std::nullopt : std::optional{ctx.actor().employee})};
}

void audit(operation::Context& ctx, ScoreRuleId id, std::string action, std::optional<Rule> const& before,
           std::optional<Rule> const& after) {
    auto const json_of = [](std::optional<Rule> const& rule) {
        return rule ? operation::write_output(*rule) : json::Document{rapidjson::kObjectType};
    };
    auto const changed = operation::difference(json_of(before), json_of(after));
    ctx.audit({"lead_score_rule", id.value(), std::move(action), changed.before, changed.after, {}});
}

Result<Rules> list_rules(operation::Context& ctx, Nothing const&) {
    auto all = Rules{};
    all.items =
        ctx.sql().records<Rule>("select " + std::string{score_columns} +
                                    " from lead_score_rule r where r.tenant_id = :tenant order by r.position, r.id",
                                {bind("tenant", ctx.tenant())});
    for (auto const& fact : score_facts())
        all.facts.push_back({std::string{fact.name}, std::string{fact.title}, fact.is_number});
    return all;
}

Result<Rule> create_rule(operation::Context& ctx, PutRule const& input) {
    if (auto const good = check(ctx, input, {}); !good) return good.error();
    auto const count = ctx.sql().value<std::int64_t>("select count(*) from lead_score_rule where tenant_id = :tenant",
                                                     {bind("tenant", ctx.tenant())});
    if (count.value_or(0) >= static_cast<std::int64_t>(most_rules))
        return Error{Errc::conflict, "most_rules", "最多 50 条评分规则，请先删除不用的"};
    auto const id = ctx.sql()
                        .value<ScoreRuleId>(
                            "insert into lead_score_rule (tenant_id, name, position, enabled, fact, test, words, "
                            "least, points, created_at, updated_at, created_by) values (:tenant, :name, :position, "
                            ":enabled, :fact, :test, :words::text[], :least, :points, :now, :now, :me) returning id",
                            params_of(ctx, {}, input))
                        .value();
    auto made = find(ctx, id).value();
    rescore_all(ctx);
    audit(ctx, id, "lead_score_rule.create", std::nullopt, made);
    return made;
}

Result<Rule> change_rule(operation::Context& ctx, ChangeRule const& input) {
    auto const before = find(ctx, input.id);
    if (!before) return no_rule();
    if (input.version != before->version) return Error{Errc::stale, "version", "这条规则刚被别人修改过，请刷新后再改"};
    if (auto const good = check(ctx, input, input.id); !good) return good.error();
    ctx.sql().execute(
        "update lead_score_rule set name = :name, position = :position, enabled = :enabled, fact = :fact, test = "
        ":test, words = :words::text[], least = :least, points = :points, version = version + 1, updated_at = :now "
        "where tenant_id = :tenant and id = :id",
        params_of(ctx, input.id, input));
    auto after = find(ctx, input.id).value();
    rescore_all(ctx);
    audit(ctx, input.id, "lead_score_rule.change", before, after);
    return after;
}

Result<Nothing> delete_rule(operation::Context& ctx, OneRule const& input) {
    auto const before = find(ctx, input.id);
    if (!before) return no_rule();
    if (input.version && *input.version != before->version)
        return Error{Errc::stale, "version", "这条规则刚被别人修改过，请刷新后再删"};
    ctx.sql().execute("delete from lead_score_rule where tenant_id = :tenant and id = :id",
                      {bind("tenant", ctx.tenant()), bind("id", input.id)});
    rescore_all(ctx);
    audit(ctx, input.id, "lead_score_rule.delete", before, std::nullopt);
    return Nothing{};
}

constexpr Operation<Nothing, Rules> rule_list{"lead_score_rule.list", "线索评分规则", "lead.view",
                                              Effect::reads,          list_rules,     {"GET", "/lead-score-rules"}};
constexpr Operation<PutRule, Rule> rule_create{
    "lead_score_rule.create", "新建线索评分规则", "high_sea.manage",
    Effect::writes,           create_rule,        {"POST", "/lead-score-rules", 201}};
constexpr Operation<ChangeRule, Rule> rule_change{
    "lead_score_rule.change", "修改线索评分规则", "high_sea.manage",
    Effect::writes,           change_rule,        {"PATCH", "/lead-score-rules/{id}"}};
constexpr Operation<OneRule, Nothing> rule_delete{
    "lead_score_rule.delete", "删除线索评分规则", "high_sea.manage",
    Effect::confirms,         delete_rule,        {"DELETE", "/lead-score-rules/{id}", 204}};

}  // namespace

void add_score_operations(operation::Catalogue& catalogue) {
    catalogue.add(rule_list);
    catalogue.add(rule_create);
    catalogue.add(rule_change);
    catalogue.add(rule_delete);
}

}  // namespace wescrm::sales
