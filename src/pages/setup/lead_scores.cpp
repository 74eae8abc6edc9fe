#include "../org_forms.hpp"
#include "../pages.hpp"
#include "../record/pick.hpp"
#include "../showing.hpp"

#include <wescrm/base/text.hpp>

// 线索评分: the rules that give leads points, one row each and an empty one for a new rule.
namespace wescrm::pages {
namespace {

constexpr std::string_view scores_path = "/admin/lead-scores";
constexpr std::string_view score_new_key = "new";

record::Words score_tests() {
    return {{"known", "已填写"}, {"is", "等于"}, {"contains", "包含"}, {"at_least", "至少（次）"}};
}

// The words, or how often.
std::string operand_of(json::Value const& rule) {
    if (text_of(rule, "test") == "at_least") return number_of(rule, "least");
    auto words = std::vector<std::string>{};
    if (auto const* list = json::find(rule, "words"); list && list->IsArray())
        for (auto const& word : list->GetArray()) words.emplace_back(json::view(word));
    return text::join(words, "、");
}

/// What was typed into the row that did not go through stays there.
struct ScoreRefused {
    std::string key;
    Error problem;
};

json::Value score_row(web::PageCall& call, std::string const& key, json::Value const& rule, json::Value const& facts,
                      std::optional<ScoreRefused> const& refused, json::Allocator& allocator) {
    auto const is_refused = refused && refused->key == key;
    auto const typed = [&](std::string_view name, std::string const& stored) {
        return is_refused ? call.value(name) : stored;
    };
    auto row = json::Value{rapidjson::kObjectType};
    json::set(row, "s_key", key, allocator);
    json::set(row, "s_new", json::Value{key == score_new_key}, allocator);
    json::set(row, "s_version", number_of(rule, "version"), allocator);
    json::set(row, "s_name", typed("name", text_of(rule, "name")), allocator);
    json::set(row, "s_operand", typed("operand", operand_of(rule)), allocator);
    json::set(row, "s_points", typed("points", number_of(rule, "points")), allocator);
    auto const is_on = is_refused ? !call.value("enabled").empty() : json::find_bool(rule, "enabled").value_or(true);
    json::set(row, "s_on", json::Value{is_on}, allocator);
    json::set(row, "s_tests", record::choices_of(score_tests(), typed("test", text_of(rule, "test")), allocator),
              allocator);
    auto const chosen = typed("fact", text_of(rule, "fact"));
    auto options = json::Value{rapidjson::kArrayType};
    for (auto const& fact : facts.GetArray()) {
        auto option = json::Value{rapidjson::kObjectType};
        json::set(option, "o_value", text_of(fact, "name"), allocator);
        json::set(option, "o_title", text_of(fact, "title"), allocator);
        json::set(option, "o_chosen", json::Value{text_of(fact, "name") == chosen}, allocator);
        options.PushBack(std::move(option), allocator);
    }
    json::set(row, "s_facts", std::move(options), allocator);
    return row;
}

Result<web::View> list_scores(web::PageCall& call, std::optional<ScoreRefused> const& refused = {}) {
    auto const found = call.perform("lead_score_rule.list", json::Document{rapidjson::kObjectType});
    if (!found) return found.error();
    auto view = web::View{};
    view.page = "setup/lead_scores";
    view.title = "线索评分";
    auto& allocator = view.data.GetAllocator();
    auto items = json::Value{rapidjson::kArrayType};
    for (auto const& rule : (*found)["items"].GetArray())
        items.PushBack(score_row(call, text_of(rule, "id"), rule, (*found)["facts"], refused, allocator), allocator);
    auto const empty = json::Value{rapidjson::kObjectType};
    items.PushBack(score_row(call, std::string{score_new_key}, empty, (*found)["facts"], refused, allocator),
                   allocator);
    json::set(view.data, "items", std::move(items), allocator);
    if (refused) {
        auto const& problem = refused->problem;
        view.status = problem.code == Errc::invalid_input ? 422 : 409;
        json::set(view.data, "problem", problem.fields.empty() ? problem.message : problem.fields.front().message,
                  allocator);
    }
    if (call.value("done") == "saved") view.toast = "已保存，线索的分数正在更新";
    return view;
}

json::Document typed_rule(web::PageCall& call) {
    auto input = json::Document{rapidjson::kObjectType};
    auto& allocator = input.GetAllocator();
    for (auto const* name : {"name", "fact", "test"}) json::set(input, name, call.value(name), allocator);
    json::set(input, "points", json::Value{std::atoi(call.value("points").c_str())}, allocator);
    json::set(input, "enabled", json::Value{!call.value("enabled").empty()}, allocator);
    auto const operand = call.value("operand");
    if (call.value("test") == "at_least") {
        if (!operand.empty()) json::set(input, "least", json::Value{std::atoi(operand.c_str())}, allocator);
        return input;
    }
    auto words = json::Value{rapidjson::kArrayType};
    for (auto const& part : text::split(text::replace_all(text::replace_all(operand, "、", ","), "，", ","), ','))
        if (auto const word = text::trim(part); !word.empty())
            words.PushBack(json::make_string(word, allocator), allocator);
    json::set(input, "words", std::move(words), allocator);
    return input;
}

// Rules keep their places: the form does not ask for them.
void keep_position(web::PageCall& call, std::string const& key, json::Document& input) {
    auto const found = call.perform("lead_score_rule.list", json::Document{rapidjson::kObjectType});
    if (!found) return;
    auto const& items = (*found)["items"];
    auto position = static_cast<std::int64_t>(items.Size());
    for (auto const& rule : items.GetArray())
        if (text_of(rule, "id") == key) position = json::find_integer(rule, "position").value_or(0);
    json::set(input, "position", json::Value{position}, input.GetAllocator());
}

Result<web::View> answer_score(web::PageCall& call, Result<json::Document> const& done) {
    if (done) return web::View::to(std::string{scores_path} + "?done=saved");
    if (done.error().code == Errc::unavailable || done.error().code == Errc::not_found) return done.error();
    return list_scores(call, ScoreRefused{call.path("id"), done.error()});
}

Result<web::View> save_score(web::PageCall& call) {
    auto const key = call.path("id");
    auto input = typed_rule(call);
    keep_position(call, key, input);
    if (key == score_new_key) return answer_score(call, call.perform("lead_score_rule.create", input));
    json::set(input, "id", key, input.GetAllocator());
    add_version(call, input);
    return answer_score(call, call.perform("lead_score_rule.change", input));
}

Result<web::View> remove_score(web::PageCall& call) {
    auto input = input_of({{"id", call.path("id")}});
    add_version(call, input);
    return answer_score(call, call.perform("lead_score_rule.delete", input));
}

}  // namespace

void add_lead_scores(web::Pages& pages) {
    using http::Method;
    auto const path = std::string{scores_path};
    auto const* const permission = "high_sea.manage";
    pages.add(web::PageRoute{Method::get, path, permission, [](web::PageCall& call) { return list_scores(call); }});
    pages.add(web::PageRoute{Method::post, path + "/{id}", permission, save_score});
    pages.add(web::PageRoute{Method::post, path + "/{id}/delete", permission, remove_score});
    pages.add(web::NavigationItem{path, "线索评分", "target", permission, "管理"});
}

}  // namespace wescrm::pages
