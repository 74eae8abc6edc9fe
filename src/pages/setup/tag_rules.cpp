#include "../form_errors.hpp"
#include "../org_forms.hpp"
#include "../pages.hpp"
#include "../record/pick.hpp"
#include "../showing.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>

// The rule of an automatic tag: for which records, under which conditions; and what it would do, before it is kept.
namespace wescrm::pages {
namespace {

constexpr std::string_view tags_path = "/admin/tags";
constexpr int condition_rows = 5;

std::string tag_rule_number(json::Value const& from, std::string_view name) {
    return std::to_string(json::find_integer(from, name).value_or(0));
}

record::Words tag_rule_objects() { return {{"customer", "客户"}, {"lead", "线索"}, {"opportunity", "商机"}}; }
record::Words tag_rule_tests() { return {{"is", "是"}, {"is_not", "不是"}, {"at_least", "至少"}, {"at_most", "至多"}}; }

/// A condition as it stands in the form: the values by their Chinese words.
struct TagRuleRow {
    std::string field, test, values;
};
struct TagRuleForm {
    std::string object;
    std::vector<TagRuleRow> rows;
    std::string version;  ///< of the rule that is there, else ""
};

std::string tag_rule_name(int row, std::string_view part) {
    return "condition." + std::to_string(row) + "." + std::string{part};
}

std::vector<std::string> rule_words(std::string typed) {
    for (auto const* mark : {"，", "、", "；", ";"}) typed = text::replace_all(std::move(typed), mark, ",");
    auto words = std::vector<std::string>{};
    for (auto const& part : text::split(typed, ','))
        if (auto const word = text::trim(part); !word.empty()) words.emplace_back(word);
    return words;
}

json::Value const* fact_named(json::Value const& facts, std::string const& name) {
    for (auto const& fact : facts.GetArray())
        if (text_of(fact, "name") == name) return &fact;
    return nullptr;
}

// Of the fact's own words: what people read and what is stored.
std::string rule_translated(json::Value const* fact, std::string const& word, std::string_view from,
                            std::string_view to) {
    auto const* values = fact ? json::find(*fact, "values") : nullptr;
    if (!values || !values->IsArray()) return word;
    for (auto const& value : values->GetArray())
        if (text_of(value, from) == word) return text_of(value, to);
    return word;
}

Result<json::Document> facts_of(web::PageCall& call, std::string const& object) {
    return call.perform("tag_rule.facts", input_of({{"object", object}}));
}

TagRuleForm tag_rule_stored_in(json::Value const& rule, json::Value const& facts) {
    auto form = TagRuleForm{text_of(rule, "object"), {}, tag_rule_number(rule, "version")};
    for (auto const& condition : rule["conditions"].GetArray()) {
        auto const* fact = fact_named(facts, text_of(condition, "field"));
        auto words = std::vector<std::string>{};
        for (auto const& value : condition["values"].GetArray())
            words.push_back(rule_translated(fact, std::string{json::view(value)}, "value", "title"));
        form.rows.push_back({text_of(condition, "field"), text_of(condition, "test"), text::join(words, "、")});
    }
    return form;
}

TagRuleForm tag_rule_typed_in(web::PageCall const& call) {
    auto form = TagRuleForm{call.value("object"), {}, call.value("version")};
    for (auto row = 0; row < condition_rows; ++row)
        form.rows.push_back({call.value(tag_rule_name(row, "field")), call.value(tag_rule_name(row, "test")),
                             call.value(tag_rule_name(row, "values"))});
    return form;
}

json::Document tag_rule_input_from(TagRuleForm const& form, json::Value const& facts) {
    auto input = input_of({{"object", form.object}});
    auto& allocator = input.GetAllocator();
    auto conditions = json::Value{rapidjson::kArrayType};
    for (auto const& row : form.rows) {
        if (row.field.empty()) continue;
        auto values = json::Value{rapidjson::kArrayType};
        for (auto const& word : rule_words(row.values))
            values.PushBack(
                json::make_string(rule_translated(fact_named(facts, row.field), word, "title", "value"), allocator),
                allocator);
        auto condition = json::Value{rapidjson::kObjectType};
        json::set(condition, "field", row.field, allocator);
        json::set(condition, "test", row.test, allocator);
        json::set(condition, "values", std::move(values), allocator);
        conditions.PushBack(std::move(condition), allocator);
    }
    json::set(input, "conditions", std::move(conditions), allocator);
    return input;
}

/// The tag with its group, and the facts for the chosen kind of records.
struct Known {
    json::Document tag, group, facts;
};

bool is_for(json::Value const& group, std::string_view object) {
    auto const& chosen = group["objects"];
    return std::any_of(chosen.Begin(), chosen.End(), [&](auto const& one) { return json::view(one) == object; });
}

Result<Known> known_for(web::PageCall& call, std::string const& object) {
    auto tag = call.perform("tag.show", input_of({{"id", call.path("tag")}}));
    if (!tag) return tag.error();
    auto group = call.perform("tag_group.show", input_of({{"id", text_of(*tag, "group_id")}}));
    if (!group) return group.error();
    auto facts = facts_of(call, object);
    if (!facts) return facts.error();
    return Known{std::move(*tag), std::move(*group), std::move(*facts)};
}

json::Value tag_rule_condition_views(TagRuleForm const& form, json::Value const& facts, json::Allocator& allocator) {
    auto rows = json::Value{rapidjson::kArrayType};
    for (auto n = 0; n < std::max(condition_rows, static_cast<int>(form.rows.size())); ++n) {
        auto const row = n < static_cast<int>(form.rows.size()) ? form.rows[static_cast<std::size_t>(n)] : TagRuleRow{};
        auto options = json::Value{rapidjson::kArrayType};
        for (auto const& fact : facts.GetArray()) {
            auto option = json::Value{rapidjson::kObjectType};
            json::set(option, "o_value", text_of(fact, "name"), allocator);
            json::set(option, "o_title", text_of(fact, "title"), allocator);
            json::set(option, "o_chosen", json::Value{text_of(fact, "name") == row.field}, allocator);
            options.PushBack(std::move(option), allocator);
        }
        auto view = json::Value{rapidjson::kObjectType};
        json::set(view, "c_row", std::to_string(n), allocator);
        json::set(view, "c_number", std::to_string(n + 1), allocator);
        json::set(view, "c_fields", std::move(options), allocator);
        json::set(view, "c_tests", record::choices_of(tag_rule_tests(), row.test, allocator), allocator);
        json::set(view, "c_values", row.values, allocator);
        rows.PushBack(std::move(view), allocator);
    }
    return rows;
}

json::Value object_views(json::Value const& group, std::string const& chosen, json::Allocator& allocator) {
    auto views = json::Value{rapidjson::kArrayType};
    for (auto const& object : tag_rule_objects()) {
        if (!is_for(group, object.value)) continue;
        auto view = json::Value{rapidjson::kObjectType};
        json::set(view, "ob_name", object.value, allocator);
        json::set(view, "ob_title", object.title, allocator);
        json::set(view, "ob_on", json::Value{chosen == object.value}, allocator);
        views.PushBack(std::move(view), allocator);
    }
    return views;
}

web::View tag_rule_view(web::PageCall& call, Known const& known, TagRuleForm const& form) {
    auto view = web::View{};
    view.page = "setup/tag_rule";
    view.title = "自动标签「" + text_of(known.tag, "name") + "」";
    auto& allocator = view.data.GetAllocator();
    json::set(view.data, "t_id", call.path("tag"), allocator);
    json::set(view.data, "t_name", text_of(known.tag, "name"), allocator);
    json::set(view.data, "group_name", text_of(known.group, "name"), allocator);
    json::set(view.data, "is_single", json::Value{json::find_bool(known.group, "single").value_or(false)}, allocator);
    json::set(view.data, "back", std::string{tags_path} + "?group=" + text_of(known.tag, "group_id"), allocator);
    json::set(view.data, "object", form.object, allocator);
    json::set(view.data, "version", form.version, allocator);
    json::set(view.data, "has_rule", json::Value{!form.version.empty()}, allocator);
    json::set(view.data, "objects", object_views(known.group, form.object, allocator), allocator);
    json::set(view.data, "conditions", tag_rule_condition_views(form, known.facts["items"], allocator), allocator);
    if (call.value("done") == "saved") view.toast = "已保存，符合条件的记录正在打上标签";
    return view;
}

void show_tag_rule_problem(web::View& view, Error const& problem) {
    view.status = problem.code == Errc::invalid_input ? 422 : 409;
    json::set(view.data, "problem", problem.fields.empty() ? problem.message : problem.fields.front().message,
              view.data.GetAllocator());
}

void show_trial(web::View& view, json::Value const& trial) {
    auto& allocator = view.data.GetAllocator();
    json::set(view.data, "has_trial", json::Value{true}, allocator);
    json::set(view.data, "words", text_of(trial, "words"), allocator);
    for (auto const* name : {"matching", "gaining", "losing"})
        json::set(view.data, name, tag_rule_number(trial, name), allocator);
    auto examples = json::Value{rapidjson::kArrayType};
    for (auto const& one : trial["examples"].GetArray()) {
        auto example = json::Value{rapidjson::kObjectType};
        json::set(example, "e_name", text_of(one, "name"), allocator);
        examples.PushBack(std::move(example), allocator);
    }
    json::set(view.data, "examples", std::move(examples), allocator);
}

// For a tag without a rule, or another kind of records than its rule's: an empty form.
Result<web::View> show_tag_rule(web::PageCall& call) {
    auto const rule = call.perform("tag_rule.show", input_of({{"id", call.path("tag")}}));
    if (!rule && rule.error().reason != "tag_rule") return rule.error();
    auto object = call.value("object");
    if (object.empty() && rule) object = text_of(*rule, "object");
    auto known = known_for(call, object.empty() ? "customer" : object);
    if (!known) return known.error();
    if (object.empty())
        for (auto const& one : tag_rule_objects())
            if (object.empty() && is_for(known->group, one.value)) object = one.value;
    if (!object.empty() && object != "customer") {
        auto facts = facts_of(call, object);
        if (!facts) return facts.error();
        known->facts = std::move(*facts);
    }
    auto form = TagRuleForm{object, {}, rule ? tag_rule_number(*rule, "version") : ""};
    if (rule && text_of(*rule, "object") == object) form = tag_rule_stored_in(*rule, known->facts["items"]);
    return tag_rule_view(call, *known, form);
}

Result<web::View> try_it(web::PageCall& call) {
    auto const form = tag_rule_typed_in(call);
    auto const known = known_for(call, form.object);
    if (!known) return known.error();
    auto input = tag_rule_input_from(form, known->facts["items"]);
    json::set(input, "tag_id", call.path("tag"), input.GetAllocator());
    auto const trial = call.perform("tag_rule.try", input);
    if (!trial && !is_for_form(trial.error())) return trial.error();
    auto view = tag_rule_view(call, *known, form);
    if (trial)
        show_trial(view, *trial);
    else
        show_tag_rule_problem(view, trial.error());
    return view;
}

Result<web::View> save_tag_rule(web::PageCall& call) {
    auto const form = tag_rule_typed_in(call);
    auto const known = known_for(call, form.object);
    if (!known) return known.error();
    auto input = tag_rule_input_from(form, known->facts["items"]);
    json::set(input, "id", call.path("tag"), input.GetAllocator());
    if (!form.version.empty()) add_version(call, input);
    auto const done = call.perform("tag_rule.put", input);
    if (done) return web::View::to(std::string{tags_path} + "/tags/" + call.path("tag") + "/rule?done=saved");
    if (!is_for_form(done.error())) return done.error();
    auto view = tag_rule_view(call, *known, form);
    show_tag_rule_problem(view, done.error());
    return view;
}

Result<web::View> remove_tag_rule(web::PageCall& call) {
    auto const tag = call.perform("tag.show", input_of({{"id", call.path("tag")}}));
    if (!tag) return tag.error();
    auto input = input_of({{"id", call.path("tag")}});
    add_version(call, input);
    auto const done = call.perform("tag_rule.delete", input);
    if (done) return web::View::to(std::string{tags_path} + "?group=" + text_of(*tag, "group_id") + "&done=by_hand");
    if (!is_for_form(done.error())) return done.error();
    auto view = show_tag_rule(call);
    if (view) show_tag_rule_problem(*view, done.error());
    return view;
}

}  // namespace

void add_tag_rules(web::Pages& pages) {
    using http::Method;
    auto const path = std::string{tags_path} + "/tags/{tag}/rule";
    pages.add(web::PageRoute{Method::get, path, "tag.manage", show_tag_rule});
    pages.add(web::PageRoute{Method::post, path, "tag.manage", save_tag_rule});
    pages.add(web::PageRoute{Method::post, path + "/try", "tag.manage", try_it});
    pages.add(web::PageRoute{Method::post, path + "/delete", "tag.manage", remove_tag_rule});
}

}  // namespace wescrm::pages
