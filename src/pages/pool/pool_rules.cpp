#include "../choices.hpp"
#include "../org_forms.hpp"
#include "../pages.hpp"
#include "../record/values.hpp"
#include "../showing.hpp"
#include "pool_words.hpp"
#include "rule_rows.hpp"

#include <wescrm/base/text.hpp>

#include <array>

// The rules of a pool, its limits and its seats; what a change would do is shown before it is saved (试算).
namespace wescrm::pages {
namespace {

constexpr auto pool_rule_limits =
    std::array<std::string_view, 8>{"claim_daily_limit", "holding_cap",      "cooldown_days", "quiet_hours",
                                    "assign_days",       "view_daily_limit", "fair_minutes",  "claims_per_record"};
constexpr auto pool_rule_switches =
    std::array<std::string_view, 5>{"is_open", "members_claim", "may_return", "may_move", "may_extend"};
struct RoleSeats {
    std::string_view member;  ///< of the pool
    std::string_view prefix;  ///< of the boxes
    std::string_view list;    ///< of the page
};
constexpr auto role_seats = std::array<RoleSeats, 2>{
    {{"member_role_ids", "member-role:", "member_roles"}, {"admin_role_ids", "admin-role:", "admin_roles"}}};
constexpr auto pool_rule_numbers = std::array<std::string_view, 3>{"position", "extension_days", "extension_times"};
// What members do not see of a record before they claim it, besides the ways to its people.
constexpr auto hideable =
    std::array<std::pair<std::string_view, std::string_view>, 10>{{{"address", "地址"},
                                                                   {"website", "网址"},
                                                                   {"source", "来源"},
                                                                   {"industry", "行业"},
                                                                   {"level", "级别"},
                                                                   {"company", "公司"},
                                                                   {"intended", "意向产品"},
                                                                   {"remark", "备注"},
                                                                   {"followup_text", "跟进内容（只见开头）"},
                                                                   {"followups", "全部跟进记录"}}};

void add_limits(web::PageCall& call, json::Document& input) {
    for (auto const name : pool_rule_limits) {
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
    for (auto const& [member, prefix, _] : role_seats) {
        auto roles = json::Value{rapidjson::kArrayType};
        for (auto const& id : ticked(call, std::string{prefix}))
            roles.PushBack(json::make_string(id, input.GetAllocator()), input.GetAllocator());
        json::set(input, member, std::move(roles), input.GetAllocator());
    }
    for (auto const name : pool_rule_switches)
        json::set(input, name, json::Value{!call.value(name).empty()}, input.GetAllocator());
    for (auto const name : pool_rule_numbers)
        if (auto const typed = call.value(name); !typed.empty())
            json::set(input, name, json::Value{std::atoi(typed.c_str())}, input.GetAllocator());
    auto hidden = json::Value{rapidjson::kArrayType};
    for (auto const& field : ticked(call, "hide:"))
        hidden.PushBack(json::make_string(field, input.GetAllocator()), input.GetAllocator());
    json::set(input, "hidden_fields", std::move(hidden), input.GetAllocator());
}

// Fields that the company hides and this page does not know stay hidden.
void add_hideable(json::Value const& pool, json::Value& data, json::Allocator& allocator) {
    auto hidden = Texts{};
    if (auto const* list = json::find(pool, "hidden_fields"); list && list->IsArray())
        for (auto const& field : list->GetArray()) hidden.insert(std::string{json::view(field)});
    auto options = json::Value{rapidjson::kArrayType};
    auto const add = [&](std::string_view name, std::string_view title, bool is_hidden) {
        auto option = json::Value{rapidjson::kObjectType};
        json::set(option, "hide_name", name, allocator);
        json::set(option, "hide_title", title, allocator);
        json::set(option, "hide_chosen", json::Value{is_hidden}, allocator);
        options.PushBack(std::move(option), allocator);
    };
    for (auto const& [name, title] : hideable) add(name, title, hidden.erase(std::string{name}) > 0);
    for (auto const& name : hidden) add(name, name, true);
    json::set(data, "hideable", std::move(options), allocator);
}

// Who may not look after roles sees none to choose from; what was chosen stays.
void add_roles(web::PageCall& call, json::Value const& pool, json::Value& data, json::Allocator& allocator) {
    auto const roles = roles_of(call);
    for (auto const& [member, _, list] : role_seats)
        json::set(data, list, boxes_of(roles, texts_of(pool, member), "其他角色", allocator), allocator);
}

Result<web::View> pool_rule_form(web::PageCall& call, json::Value const& pool, json::Value const* rules) {
    auto view = web::View{};
    view.page = "pool/rules";
    view.title = json::find_string(pool, "name").value_or("公海规则");
    view.data = copy_of(pool);
    auto& allocator = view.data.GetAllocator();
    view.data.RemoveMember("rules");
    json::set(view.data, "dry_run", json::Value{}, allocator);
    json::set(view.data, "problem", "", allocator);
    pool::add_rules(call, rules, view.data, allocator);
    for (auto const name : pool_rule_limits) {
        auto const number = json::find_integer(pool, name);
        json::set(view.data, std::string{name} + "_text", number ? std::to_string(*number) : "", allocator);
    }
    for (auto const name : pool_rule_numbers)
        json::set(view.data, std::string{name} + "_text", std::to_string(json::find_integer(pool, name).value_or(0)),
                  allocator);
    add_hideable(pool, view.data, allocator);
    for (auto const* name : {"member_user_ids", "admin_user_ids"})
        json::set(view.data, std::string{name} + "_text", pool::joined(pool, name), allocator);
    auto chosen = Texts{};
    if (auto const* list = json::find(pool, "member_department_ids"); list && list->IsArray())
        for (auto const& id : list->GetArray()) chosen.insert(std::string{json::view(id)});
    if (auto options = department_options(call, chosen, allocator))
        json::set(view.data, "departments", std::move(*options), allocator);
    add_roles(call, pool, view.data, allocator);
    json::set(view.data, "is_lead", json::Value{json::find_string(pool, "object") == "lead"}, allocator);
    return view;
}

Result<json::Document> pool_of(web::PageCall& call) {
    return call.perform("high_sea.show", input_of({{"id", call.path("pool")}}));
}

Result<web::View> show_pool_rules(web::PageCall& call) {
    auto const pool = pool_of(call);
    if (!pool) return pool.error();
    auto view = pool_rule_form(call, *pool, json::find(*pool, "rules"));
    if (view && call.value("done") == "saved") view->toast = "已保存，从下一次执行起生效";
    if (view && call.value("done") == "disabled") view->toast = "已停用";
    if (view && call.value("done") == "enabled") view->toast = "已启用";
    return view;
}

void show_pool_rule_problem(web::View& view, Error const& problem) {
    view.status = problem.code == Errc::invalid_input ? 422 : 409;
    auto lines = json::Value{rapidjson::kArrayType};
    auto& allocator = view.data.GetAllocator();
    for (auto const& field : problem.fields) lines.PushBack(json::make_string(field.message, allocator), allocator);
    json::set(view.data, "problem", problem.message, allocator);
    json::set(view.data, "problems", std::move(lines), allocator);
}

// The pool as it stands in the form.
json::Document typed_pool(json::Value const& pool, json::Value const& input) {
    auto typed = copy_of(pool);
    for (auto const& member : input.GetObject()) {
        if (json::view(member.name) == "rules" || json::view(member.name) == "version") continue;
        auto value = json::Value{};
        value.CopyFrom(member.value, typed.GetAllocator());
        json::set(typed, json::view(member.name), std::move(value), typed.GetAllocator());
    }
    return typed;
}

// The same rows with what was typed, and who would lose what on which day.
Result<web::View> dry_run(web::PageCall& call) {
    auto const pool = pool_of(call);
    if (!pool) return pool.error();
    auto input = input_of({{"id", call.path("pool")}});
    json::set(input, "rules", pool::rules_from(call, input.GetAllocator()), input.GetAllocator());
    json::set(input, "limit", json::Value{20}, input.GetAllocator());
    auto settings = input_of({{"name", call.value("name")}});
    add_limits(call, settings);
    auto view = pool_rule_form(call, typed_pool(*pool, settings), json::find(input, "rules"));
    if (!view) return view;
    auto const found = call.perform("high_sea.dry_run", input);
    if (!found) {
        show_pool_rule_problem(*view, found.error());
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

Result<web::View> save_pool_rules(web::PageCall& call) {
    auto const pool = pool_of(call);
    if (!pool) return pool.error();
    auto input = input_of({{"id", call.path("pool")}});
    json::set(input, "name", call.value("name"), input.GetAllocator());
    add_version(call, input);
    json::set(input, "rules", pool::rules_from(call, input.GetAllocator()), input.GetAllocator());
    add_limits(call, input);
    auto const done = call.perform("high_sea.change", input);
    if (done) return web::View::to("/app/high-seas/" + call.path("pool") + "/rules?done=saved");
    auto view = pool_rule_form(call, typed_pool(*pool, input), json::find(input, "rules"));
    if (view) show_pool_rule_problem(*view, done.error());
    return view;
}

// 停用, 启用 and 删除: with its records nothing of that is possible, which the page says.
Result<web::View> end_pool_rule(web::PageCall& call, std::string_view operation, std::string_view done) {
    auto const pool = pool_of(call);
    if (!pool) return pool.error();
    auto const ended = call.perform(operation, input_of({{"id", call.path("pool")}}));
    if (ended && operation == "high_sea.delete") return web::View::to("/app/high-seas?done=deleted");
    if (ended) return web::View::to("/app/high-seas/" + call.path("pool") + "/rules?done=" + std::string{done});
    auto view = pool_rule_form(call, *pool, json::find(*pool, "rules"));
    if (view) show_pool_rule_problem(*view, ended.error());
    return view;
}

Result<web::View> create_pool_rule(web::PageCall& call) {
    auto input = input_of({{"object", call.value("object")}});
    json::set(input, "name", call.value("name"), input.GetAllocator());
    auto const made = call.perform("high_sea.create", input);
    if (!made) return made.error();
    return web::View::to("/app/high-seas/" + json::find_string(*made, "id").value_or("") + "/rules");
}

}  // namespace

void add_pool_rules(web::Pages& pages) {
    using http::Method;
    pages.add(web::PageRoute{Method::post, "/app/high-seas", "high_sea.manage", create_pool_rule});
    pages.add(web::PageRoute{Method::get, "/app/high-seas/{pool}/rules", "high_sea.manage", show_pool_rules});
    pages.add(web::PageRoute{Method::post, "/app/high-seas/{pool}/rules", "high_sea.manage", save_pool_rules});
    pages.add(web::PageRoute{Method::post, "/app/high-seas/{pool}/dry-run", "high_sea.manage", dry_run});
    pages.add(web::PageRoute{Method::post, "/app/high-seas/{pool}/disable", "high_sea.manage",
                             [](web::PageCall& call) { return end_pool_rule(call, "high_sea.disable", "disabled"); }});
    pages.add(web::PageRoute{Method::post, "/app/high-seas/{pool}/enable", "high_sea.manage",
                             [](web::PageCall& call) { return end_pool_rule(call, "high_sea.enable", "enabled"); }});
    pages.add(web::PageRoute{Method::post, "/app/high-seas/{pool}/delete", "high_sea.manage",
                             [](web::PageCall& call) { return end_pool_rule(call, "high_sea.delete", "deleted"); }});
}

}  // namespace wescrm::pages
