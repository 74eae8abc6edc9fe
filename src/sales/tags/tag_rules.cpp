#include "tag_rules.hpp"

#include "../fields/store.hpp"
#include "../rules/fields.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/operation/rule_conditions.hpp>

#include <boost/describe/enum_from_string.hpp>

#include <algorithm>
#include <charconv>

// What rules of tags can ask, and what they mean in SQL.
namespace wescrm::sales {
namespace {

using Kind = TagFact::Kind;

struct Conditions {
    TagConditions conditions;
};
BOOST_DESCRIBE_STRUCT(Conditions, (), (conditions))

constexpr std::int64_t largest = 1'000'000'000'000;

TagFact number(std::string name, std::string title, std::string sql) {
    return {std::move(name), std::move(title), {}, std::move(sql), Kind::number};
}

std::string days_since(std::string const& at) {
    return "floor(extract(epoch from :now::timestamptz - " + at + ") / 86400)";
}

std::string followups_of(std::string const& object) {
    return "(select count(*) from followup f where f.tenant_id = x.tenant_id and f.target_type = '" + object +
           "' and f.target_id = x.id and f.deleted_at is null)";
}

TagFacts numbers_of(TaggedObject object) {
    auto const idle = number("idle_days", "未跟进天数", days_since("coalesce(x.last_follow_at, x.created_at)"));
    auto const age = number("age_days", "新建后的天数", days_since("x.created_at"));
    auto const followups = number("followups", "跟进次数", followups_of(name_of(object)));
    std::string const orders =
        " from sales_order o where o.tenant_id = x.tenant_id and o.customer_id = x.id and o.status in ('in_force', "
        "'executing', 'completed'))";
    if (object == TaggedObject::customer)
        return {idle,
                age,
                followups,
                number("order_count", "生效的订单数", "(select count(*)" + orders),
                number("order_yuan", "生效的订单金额（元）", "(select coalesce(sum(o.amount_fen), 0) / 100.0" + orders),
                number("order_days", "距最近一次下单的天数", "(select :today::date - max(o.ordered_on)" + orders)};
    if (object == TaggedObject::lead) return {idle, age, followups, number("score", "评分", "x.score")};
    return {idle, followups, number("amount_yuan", "金额（元）", "x.amount_fen / 100.0"),
            number("stage_days", "停在当前阶段的天数", days_since("x.stage_entered_at"))};
}

std::string own_title(Field const& field) {
    if (field.type == FieldType::money) return field.label + "（元）";
    return field.label;
}

std::optional<TagFact> fact_of(Field const& field) {
    if (field.masked.value_or(false) || field.encrypted.value_or(false)) return std::nullopt;
    auto fact = TagFact{"custom." + field.key, own_title(field)};
    auto const text = "(x.custom ->> '" + field.key + "')";  // keys are small letters, digits and underscores
    for (auto const& option : field.options) fact.words.emplace_back(option.key, option.label);
    switch (field.type) {
        case FieldType::text:
        case FieldType::choice:
            fact.sql = "coalesce(" + text + ", '')";
            return fact;
        case FieldType::multi_choice:
            fact.kind = Kind::texts;
            fact.sql = "(x.custom -> '" + field.key + "')";
            return fact;
        case FieldType::integer:
        case FieldType::decimal:
        case FieldType::percent:
        case FieldType::rating:
        case FieldType::money:
            fact.words.clear();
            fact.kind = Kind::number;
            fact.sql = text + "::numeric" + (field.type == FieldType::money ? " / 100" : "");
            return fact;
        default:
            return std::nullopt;
    }
}

TagFact const* find_fact(TagFacts const& facts, std::string_view name) {
    auto const found = std::ranges::find(facts, name, &TagFact::name);
    return found == facts.end() ? nullptr : &*found;
}

std::optional<std::int64_t> number_from(std::string const& typed) {
    auto read = std::int64_t{0};
    auto const [end, problem] = std::from_chars(typed.data(), typed.data() + typed.size(), read);
    if (problem != std::errc{} || end != typed.data() + typed.size() || read < 0 || read > largest) return std::nullopt;
    return read;
}

bool is_of_numbers(TagTest test) { return test == TagTest::at_least || test == TagTest::at_most; }

Result<void> insist_on_values(TagFact const& fact, TagCondition const& condition, std::string const& at) {
    if (condition.values.empty()) return invalid_field(at + "values", "请填写「" + fact.title + "」的值");
    if (fact.kind == Kind::number) {
        if (condition.values.size() != 1 || !number_from(condition.values.front()))
            return invalid_field(at + "values", "「" + fact.title + "」应为一个 0 以上的整数");
        return {};
    }
    for (auto const& value : condition.values) {
        auto const is_word = [&](auto const& word) { return word.first == value; };
        if (fact.words.empty() || std::ranges::any_of(fact.words, is_word)) continue;
        auto known = std::vector<std::string>{};
        for (auto const& [word, title] : fact.words) known.push_back(title);
        return invalid_field(at + "values",
                             "「" + fact.title + "」没有“" + value + "”，可用的有：" + text::join(known, "、"));
    }
    return {};
}

std::string word_for(TagFact const& fact, std::string const& value) {
    for (auto const& [word, title] : fact.words)
        if (word == value) return title;
    return value;
}

std::string sql_of(TagFact const& fact, TagTest test, std::string const& parameter) {
    switch (fact.kind) {
        case Kind::number:
            return fact.sql + (test == TagTest::at_least ? " >= :" : " <= :") + parameter + "::bigint";
        case Kind::text:
            return std::string{test == TagTest::is ? "" : "not "} + fact.sql + " = any(:" + parameter + "::text[])";
        case Kind::texts:
            return std::string{test == TagTest::is ? "" : "not "} + "coalesce(jsonb_exists_any(" + fact.sql +
                   ", :" + parameter + "::text[]), false)";
    }
    return "false";
}

}  // namespace

std::vector<operation::FieldRule> field_rules(TagCondition const*) {
    return {{"field", "字段", {.max_length = 60}},
            {"test", "比较"},
            {"values", "值", {.max_length = 100, .max_items = 50}}};
}

TagFacts tag_facts(operation::Context& ctx, TaggedObject object) {
    if (object == TaggedObject::contact) return {};
    auto facts = TagFacts{};
    for (auto const& field : operation::rule_fields(name_of(object)))
        facts.push_back({field.name, field.title, field.values, "coalesce(x." + field.name + ", '')"});
    if (object == TaggedObject::customer) {
        facts.push_back({"province", "省份", {}, "coalesce(x.province, '')"});
        facts.push_back({"city", "城市", {}, "coalesce(x.city, '')"});
    }
    for (auto& fact : numbers_of(object)) facts.push_back(std::move(fact));
    for (auto const& field : Fields{ctx}.of(name_of(object)))
        if (auto fact = fact_of(field)) facts.push_back(std::move(*fact));
    return facts;
}

TaggedObject tagged_object(std::string const& name) {
    auto object = TaggedObject::customer;
    boost::describe::enum_from_string(name.c_str(), object);
    return object;
}

Result<void> insist_on_conditions(TaggedObject object, TagFacts const& facts, TagConditions const& conditions) {
    auto const title = std::string{title_of(object)};
    if (facts.empty()) return invalid_field("object", title + "没有自动标签，请选择客户、线索或商机");
    if (conditions.empty()) return invalid_field("conditions", "请至少填写一个条件");
    for (auto n = std::size_t{0}; n < conditions.size(); ++n) {
        auto const at = "conditions[" + std::to_string(n) + "].";
        auto const* fact = find_fact(facts, conditions[n].field);
        if (!fact) return invalid_field(at + "field", title + "没有这个条件字段，请重新选择");
        auto const is_number = fact->kind == Kind::number;
        if (is_of_numbers(conditions[n].test) != is_number)
            return invalid_field(
                at + "test", "「" + fact->title + "」" + (is_number ? "只能用“至少”或“至多”" : "只能用“是”或“不是”"));
        if (auto const right = insist_on_values(*fact, conditions[n], at); !right) return right.error();
    }
    return {};
}

operation::Predicate matching(operation::Context& ctx, TagFacts const& facts, TagConditions const& conditions,
                              std::string const& prefix) {
    auto parts = std::vector<std::string>{};
    auto params = database::Params{};
    for (auto const& condition : conditions) {
        auto const* fact = find_fact(facts, condition.field);
        if (!fact || condition.values.empty()) return {"false", {}};
        auto const name = prefix + "_" + std::to_string(parts.size());
        if (fact->kind == Kind::number)
            params.add(database::named(name, number_from(condition.values.front()).value_or(0)));
        else
            params.add(database::named(name, condition.values));
        parts.push_back("coalesce(" + sql_of(*fact, condition.test, name) + ", false)");
    }
    auto sql = "(" + text::join(parts, " and ") + ")";
    if (sql.find(":now") != std::string::npos) params.add(database::bind("now", ctx.now()));
    if (sql.find(":today") != std::string::npos) params.add(database::bind("today", ctx.today()));
    return {std::move(sql), std::move(params)};
}

bool is_complete(TagFacts const& facts, TagConditions const& conditions) {
    return std::ranges::all_of(conditions, [&](auto const& one) { return find_fact(facts, one.field) != nullptr; });
}

std::string words_of(TagFacts const& facts, TagConditions const& conditions) {
    auto parts = std::vector<std::string>{};
    for (auto const& condition : conditions) {
        auto const* fact = find_fact(facts, condition.field);
        if (!fact) {
            parts.emplace_back("一个已删除的字段（规则因此停用）");
            continue;
        }
        if (fact->kind == Kind::number) {
            parts.push_back(fact->title + (condition.test == TagTest::at_least ? "至少 " : "至多 ") +
                            text::join(condition.values, ""));
            continue;
        }
        auto shown = std::vector<std::string>{};
        for (auto const& value : condition.values) shown.push_back("“" + word_for(*fact, value) + "”");
        parts.push_back(fact->title + (condition.test == TagTest::is ? "是" : "不是") + text::join(shown, "或"));
    }
    return text::join(parts, "，且");
}

std::map<TagId, RuleWords> words_of_rules(operation::Context& ctx) {
    auto words = std::map<TagId, RuleWords>{};
    auto facts = std::map<TaggedObject, TagFacts>{};
    for (auto const& [tag, name, conditions] : ctx.sql().rows<TagId, std::string, std::string>(
             "select tag_id, object, conditions::text from tag_rule where tenant_id = :tenant",
             {database::bind("tenant", ctx.tenant())})) {
        auto const object = tagged_object(name);
        auto const [known, is_new] = facts.try_emplace(object);
        if (is_new) known->second = tag_facts(ctx, object);
        words[tag] = {object, words_of(known->second, tag_conditions_from(conditions))};
    }
    return words;
}

std::string conditions_to_json(TagConditions const& conditions) {
    return json::write(operation::write_output(Conditions{conditions})["conditions"]);
}

TagConditions tag_conditions_from(std::string_view json) {
    auto const read = json::parse(R"({"conditions":)" + std::string{json} + "}");
    auto const stored = read ? operation::read_input<Conditions>(*read) : Result<Conditions>{Error{}};
    return stored ? stored->conditions : TagConditions{};
}

}  // namespace wescrm::sales
