#include "../org_forms.hpp"
#include "../pages.hpp"
#include "../record/values.hpp"
#include "../showing.hpp"
#include "pool_words.hpp"

#include <wescrm/base/text.hpp>

#include <array>

// The rules of a pool, its limits and its seats; what a change would do is shown before it is saved (试算).
namespace wescrm::pages {
namespace {

constexpr std::size_t spare_rules = 1;
constexpr std::size_t most_rules = 20;
constexpr auto kinds =
    std::array<std::string_view, 5>{"no_follow", "no_deal", "no_opportunity", "first_follow", "contract_end"};
constexpr auto numbers = std::array<std::string_view, 3>{"days", "renewal_days", "max_days"};
constexpr auto limits =
    std::array<std::string_view, 7>{"claim_daily_limit", "holding_cap",      "cooldown_days", "quiet_hours",
                                    "assign_days",       "view_daily_limit", "fair_minutes"};

std::string rule_field(std::size_t row, std::string_view name) {
    return "rule." + std::to_string(row) + "." + std::string{name};
}

std::string numbers_text(json::Value const& rule, std::string_view member) {
    auto parts = std::vector<std::string>{};
    if (auto const* list = json::find(rule, member); list && list->IsArray())
        for (auto const& item : list->GetArray())
            parts.push_back(item.IsInt64() ? std::to_string(item.GetInt64())
                                           : std::string{item.IsString() ? json::view(item) : ""});
    return text::join(parts, "、");
}

// A rule as its row shows it.
json::Value rule_view(std::size_t row, json::Value const* rule, json::Allocator& allocator) {
    auto view = json::Value{rapidjson::kObjectType};
    auto const empty = json::Value{rapidjson::kObjectType};
    auto const& from = rule ? *rule : empty;
    json::set(view, "rule_row", std::to_string(row), allocator);
    json::set(view, "rule_id", json::find_string(from, "id").value_or(""), allocator);
    json::set(view, "rule_on", json::Value{rule && json::find_bool(from, "enabled").value_or(true)}, allocator);
    auto options = json::Value{rapidjson::kArrayType};
    for (auto const kind : kinds) {
        auto option = json::Value{rapidjson::kObjectType};
        json::set(option, "o_value", kind, allocator);
        json::set(option, "o_title", pool::rule_word(kind), allocator);
        json::set(option, "o_chosen", json::Value{json::find_string(from, "kind") == kind}, allocator);
        options.PushBack(std::move(option), allocator);
    }
    json::set(view, "rule_kinds", std::move(options), allocator);
    for (auto const name : numbers) {
        auto const number = json::find_integer(from, name);
        json::set(view, "rule_" + std::string{name}, number ? std::to_string(*number) : "", allocator);
    }
    json::set(view, "rule_level", json::find_string(from, "level").value_or(""), allocator);
    json::set(view, "rule_warn", rule ? numbers_text(from, "warn_days") : "7、3、1", allocator);
    auto const exempt = numbers_text(from, "exempt");
    for (auto const* name : {"closed", "locked", "open_opportunity", "unpaid_plan", "running_contract", "in_approval"})
        json::set(view, "exempt_" + std::string{name},
                  json::Value{rule ? exempt.find(name) != std::string::npos : std::string_view{name} == "closed"},
                  allocator);
    return view;
}

// What stands in the form as the rules of the operation; a row without days is none.
json::Value rules_from(web::PageCall& call, json::Allocator& allocator) {
    auto rules = json::Value{rapidjson::kArrayType};
    for (auto row = std::size_t{0}; row < most_rules; ++row) {
        auto const days = call.value(rule_field(row, "days"));
        if (days.empty()) continue;
        auto rule = json::Value{rapidjson::kObjectType};
        if (auto const id = call.value(rule_field(row, "id")); !id.empty()) json::set(rule, "id", id, allocator);
        json::set(rule, "kind", call.value(rule_field(row, "kind")), allocator);
        json::set(rule, "enabled", json::Value{!call.value(rule_field(row, "on")).empty()}, allocator);
        for (auto const name : numbers)
            if (auto const typed = call.value(rule_field(row, name)); !typed.empty())
                json::set(rule, name, json::Value{std::atoi(typed.c_str())}, allocator);
        if (auto const level = call.value(rule_field(row, "level")); !level.empty())
            json::set(rule, "level", level, allocator);
        auto warn = json::Value{rapidjson::kArrayType};
        for (auto const& part : text::split(text::replace_all(call.value(rule_field(row, "warn")), "、", ","), ','))
            if (auto const days_before = std::atoi(part.c_str()); days_before > 0)
                warn.PushBack(days_before, allocator);
        json::set(rule, "warn_days", std::move(warn), allocator);
        auto exempt = json::Value{rapidjson::kArrayType};
        for (auto const* name :
             {"closed", "locked", "open_opportunity", "unpaid_plan", "running_contract", "in_approval"})
            if (!call.value(rule_field(row, "exempt." + std::string{name})).empty())
                exempt.PushBack(json::make_string(name, allocator), allocator);
        json::set(rule, "exempt", std::move(exempt), allocator);
        rules.PushBack(std::move(rule), allocator);
    }
    return rules;
}

void add_limits(web::PageCall& call, json::Document& input) {
    for (auto const name : limits) {
        auto const typed = call.value(name);
        json::set(input, name, typed.empty() ? json::Value{} : json::Value{std::atoi(typed.c_str())},
                  input.GetAllocator());
    }
    for (auto const* name : {"member_user_ids", "admin_user_ids"}) {
        auto list = json::Value{rapidjson::kArrayType};
        for (auto const& part : text::split(text::replace_all(call.value(name), "、", ","), ','))
            if (auto const typed = std::string{text::trim(part)}; !typed.empty())
                list.PushBack(json::make_string(user_of(call, typed), input.GetAllocator()), input.GetAllocator());
        json::set(input, name, std::move(list), input.GetAllocator());
    }
    auto departments = json::Value{rapidjson::kArrayType};
    for (auto const& id : ticked(call, "department:"))
        departments.PushBack(json::make_string(id, input.GetAllocator()), input.GetAllocator());
    json::set(input, "member_department_ids", std::move(departments), input.GetAllocator());
    json::set(input, "is_open", json::Value{!call.value("is_open").empty()}, input.GetAllocator());
}

void add_rules(json::Value const* rules, json::Value& data, json::Allocator& allocator) {
    auto rows = json::Value{rapidjson::kArrayType};
    auto row = std::size_t{0};
    if (rules && rules->IsArray())
        for (auto const& rule : rules->GetArray()) rows.PushBack(rule_view(row++, &rule, allocator), allocator);
    for (auto spare = std::size_t{0}; spare < spare_rules && row < most_rules; ++spare)
        rows.PushBack(rule_view(row++, nullptr, allocator), allocator);
    json::set(data, "rule_rows", std::move(rows), allocator);
}

Result<web::View> form(web::PageCall& call, json::Value const& pool, json::Value const* rules) {
    auto view = web::View{};
    view.page = "pool/rules";
    view.title = json::find_string(pool, "name").value_or("公海规则");
    view.data = copy_of(pool);
    auto& allocator = view.data.GetAllocator();
    view.data.RemoveMember("rules");
    json::set(view.data, "dry_run", json::Value{}, allocator);
    json::set(view.data, "problem", "", allocator);
    add_rules(rules, view.data, allocator);
    for (auto const name : limits) {
        auto const number = json::find_integer(pool, name);
        json::set(view.data, std::string{name} + "_text", number ? std::to_string(*number) : "", allocator);
    }
    for (auto const* name : {"member_user_ids", "admin_user_ids"})
        json::set(view.data, std::string{name} + "_text", numbers_text(pool, name), allocator);
    auto chosen = Texts{};
    if (auto const* list = json::find(pool, "member_department_ids"); list && list->IsArray())
        for (auto const& id : list->GetArray()) chosen.insert(std::string{json::view(id)});
    if (auto options = department_options(call, chosen, allocator))
        json::set(view.data, "departments", std::move(*options), allocator);
    json::set(view.data, "is_lead", json::Value{json::find_string(pool, "object") == "lead"}, allocator);
    return view;
}

Result<json::Document> pool_of(web::PageCall& call) {
    return call.perform("high_sea.show", input_of({{"id", call.path("pool")}}));
}

Result<web::View> show(web::PageCall& call) {
    auto const pool = pool_of(call);
    if (!pool) return pool.error();
    auto view = form(call, *pool, json::find(*pool, "rules"));
    if (view && call.value("done") == "saved") view->toast = "已保存，从下一次执行起生效";
    return view;
}

void show_problem(web::View& view, Error const& problem) {
    view.status = problem.code == Errc::invalid_input ? 422 : 409;
    auto lines = json::Value{rapidjson::kArrayType};
    auto& allocator = view.data.GetAllocator();
    for (auto const& field : problem.fields) lines.PushBack(json::make_string(field.message, allocator), allocator);
    json::set(view.data, "problem", problem.message, allocator);
    json::set(view.data, "problems", std::move(lines), allocator);
}

// The same rows with what was typed, and who would lose what on which day.
Result<web::View> dry_run(web::PageCall& call) {
    auto const pool = pool_of(call);
    if (!pool) return pool.error();
    auto input = input_of({{"id", call.path("pool")}});
    json::set(input, "rules", rules_from(call, input.GetAllocator()), input.GetAllocator());
    json::set(input, "limit", json::Value{20}, input.GetAllocator());
    auto view = form(call, *pool, json::find(input, "rules"));
    if (!view) return view;
    auto const found = call.perform("high_sea.dry_run", input);
    if (!found) {
        show_problem(*view, found.error());
        return view;
    }
    auto& allocator = view->data.GetAllocator();
    auto result = json::Value{};
    result.CopyFrom(*found, allocator);
    for (auto& item : result["items"].GetArray())
        json::set(item, "rule_word", pool::rule_word(json::find_string(item, "rule").value_or("")), allocator);
    json::set(view->data, "dry_run", std::move(result), allocator);
    return view;
}

Result<web::View> save(web::PageCall& call) {
    auto const pool = pool_of(call);
    if (!pool) return pool.error();
    auto input = input_of({{"id", call.path("pool")}});
    json::set(input, "name", call.value("name"), input.GetAllocator());
    add_version(call, input);
    json::set(input, "rules", rules_from(call, input.GetAllocator()), input.GetAllocator());
    add_limits(call, input);
    auto const done = call.perform("high_sea.change", input);
    if (done) return web::View::to("/app/high-seas/" + call.path("pool") + "/rules?done=saved");
    auto view = form(call, *pool, json::find(input, "rules"));
    if (view) show_problem(*view, done.error());
    return view;
}

Result<web::View> create(web::PageCall& call) {
    auto input = input_of({{"object", call.value("object")}});
    json::set(input, "name", call.value("name"), input.GetAllocator());
    auto const made = call.perform("high_sea.create", input);
    if (!made) return made.error();
    return web::View::to("/app/high-seas/" + json::find_string(*made, "id").value_or("") + "/rules");
}

}  // namespace

void add_pool_rules(web::Pages& pages) {
    using http::Method;
    pages.add(web::PageRoute{Method::post, "/app/high-seas", "high_sea.manage", create});
    pages.add(web::PageRoute{Method::get, "/app/high-seas/{pool}/rules", "high_sea.manage", show});
    pages.add(web::PageRoute{Method::post, "/app/high-seas/{pool}/rules", "high_sea.manage", save});
    pages.add(web::PageRoute{Method::post, "/app/high-seas/{pool}/dry-run", "high_sea.manage", dry_run});
}

}  // namespace wescrm::pages
