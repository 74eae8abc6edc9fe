#include "lead_assignment.hpp"

#include "../org_forms.hpp"
#include "../record/values.hpp"
#include "../showing.hpp"
#include "assignment_words.hpp"

#include <array>

// 线索分配: the rules in their order, and who would get a lead.
namespace wescrm::pages {
namespace {

using namespace assignment;

std::string pool_name(json::Value const& pools, std::string const& id) {
    for (auto const& pool : pools.GetArray())
        if (text_of(pool, "id") == id) return text_of(pool, "name");
    return {};
}

json::Value assignment_rule_row(Names& names, json::Value const& rule, json::Value const& pools, std::size_t place,
                                json::Allocator& allocator) {
    auto row = json::Value{rapidjson::kObjectType};
    json::set(row, "a_id", text_of(rule, "id"), allocator);
    json::set(row, "a_place", std::to_string(place), allocator);
    json::set(row, "a_name", text_of(rule, "name"), allocator);
    json::set(row, "a_on", json::Value{json::find_bool(rule, "enabled").value_or(true)}, allocator);
    json::set(row, "a_when", conditions_of(rule), allocator);
    json::set(row, "a_who", people_of(names, rule), allocator);
    auto limits = std::string{};
    if (auto const cap = number_of(rule, "daily_cap"); !cap.empty()) limits = "每人每天 " + cap + " 条";
    if (json::find_bool(rule, "working_hours_only").value_or(false))
        limits += std::string{limits.empty() ? "" : " · "} + "只在工作时间";
    json::set(row, "a_limits", limits, allocator);
    auto const pool = pool_name(pools, text_of(rule, "fallback_high_sea_id"));
    json::set(row, "a_else", pool.empty() ? "默认线索池" : pool, allocator);
    return row;
}

constexpr auto preview_assignment_rule = "lead_assignment_rule.preview";
constexpr auto assignment_rule_asked_for =
    std::array<char const*, 7>{"source", "channel", "province", "city", "intended", "tags", "at"};

Result<json::Document> asked_assignment_rule(web::PageCall& call, operation::Entry const& entry) {
    auto input = json::Document{rapidjson::kObjectType};
    auto& allocator = input.GetAllocator();
    for (auto const* name : assignment_rule_asked_for) {
        auto const* field = record::find_field(entry, name);
        auto const typed = call.value(name);
        if (!field || typed.empty()) continue;
        auto value = record::value_from(typed, *field, call.ctx.zone(), allocator);
        if (!value) return value.error();
        json::set(input, name, std::move(*value), allocator);
    }
    return input;
}

Result<json::Document> decided(web::PageCall& call) {
    auto const* entry = record::usable(call, preview_assignment_rule);
    if (!entry) return Error{Errc::forbidden, "permission", "您的角色不能试算线索分配"};
    auto const input = asked_assignment_rule(call, *entry);
    if (!input) return input.error();
    return call.perform(preview_assignment_rule, *input);
}

void add_trial(web::PageCall& call, web::View& view) {
    auto& allocator = view.data.GetAllocator();
    for (auto const* name : assignment_rule_asked_for)
        json::set(view.data, "try_" + std::string{name}, call.value(name), allocator);
    if (call.value("try").empty()) return;
    auto const found = decided(call);
    json::set(view.data, "tried", json::Value{true}, allocator);
    if (!found) {
        auto const problem = found.error();
        json::set(view.data, "try_problem", problem.fields.empty() ? problem.message : problem.fields.front().message,
                  allocator);
        return;
    }
    auto const owner = text_of(*found, "owner_name");
    json::set(view.data, "try_owner", owner, allocator);
    json::set(view.data, "try_pool", owner.empty() ? text_of(*found, "high_sea_name") : "", allocator);
    json::set(view.data, "try_reason", text_of(*found, "reason"), allocator);
    auto judged = json::Value{rapidjson::kArrayType};
    for (auto const& rule : (*found)["rules"].GetArray()) {
        auto row = json::Value{rapidjson::kObjectType};
        json::set(row, "j_name", text_of(rule, "name"), allocator);
        json::set(row, "j_fits", json::Value{json::find_bool(rule, "fits").value_or(false)}, allocator);
        json::set(row, "j_decides", json::Value{json::find_bool(rule, "decides").value_or(false)}, allocator);
        judged.PushBack(std::move(row), allocator);
    }
    json::set(view.data, "judged", std::move(judged), allocator);
    auto scores = json::Value{rapidjson::kArrayType};
    for (auto const& person : (*found)["scores"].GetArray()) {
        auto row = json::Value{rapidjson::kObjectType};
        json::set(row, "s_name", text_of(person, "name"), allocator);
        json::set(row, "s_score", number_of(person, "score"), allocator);
        json::set(row, "s_reason", text_of(person, "reason"), allocator);
        scores.PushBack(std::move(row), allocator);
    }
    json::set(view.data, "scores", std::move(scores), allocator);
}

Result<web::View> list_assignment_rules(web::PageCall& call) {
    auto const found = call.perform("lead_assignment_rule.list", json::Document{rapidjson::kObjectType});
    if (!found) return found.error();
    auto const pools = call.perform("high_sea.list", input_of({{"object", "lead"}}));
    auto const none = json::Value{rapidjson::kArrayType};
    auto view = web::View{};
    view.page = "setup/lead_assignment";
    view.title = "线索分配";
    auto& allocator = view.data.GetAllocator();
    auto names = Names{call};
    auto items = json::Value{rapidjson::kArrayType};
    for (auto const& rule : (*found)["items"].GetArray())
        items.PushBack(assignment_rule_row(names, rule, pools ? (*pools)["items"] : none, items.Size() + 1, allocator),
                       allocator);
    json::set(view.data, "items", std::move(items), allocator);
    auto const rules = call.perform("sales_rules.show", json::Document{rapidjson::kObjectType});
    json::set(view.data, "is_default", json::Value{rules && json::find_bool(*rules, "assign_leads").value_or(false)},
              allocator);
    json::set(view.data, "may_set_default", json::Value{call.ctx.may("company.edit")}, allocator);
    add_trial(call, view);
    if (call.value("done") == "saved") view.toast = "已保存，之后的新线索按它分配";
    if (call.value("done") == "deleted") view.toast = "已删除规则";
    return view;
}

}  // namespace

void add_lead_assignment(web::Pages& pages) {
    pages.add(web::PageRoute{http::Method::get, std::string{path}, permission, list_assignment_rules});
    assignment::add_form(pages);
    pages.add(web::NavigationItem{std::string{path}, "线索分配", "people", permission, "管理"});
}

}  // namespace wescrm::pages
