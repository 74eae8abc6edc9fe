#include "../org_forms.hpp"
#include "../pages.hpp"
#include "../record/parts.hpp"
#include "../record/pick.hpp"
#include "../record/tags.hpp"
#include "../showing.hpp"
#include "process_parts.hpp"
#include "process_stages.hpp"

#include <wescrm/base/currency.hpp>
#include <wescrm/base/text.hpp>

#include <array>

// 销售流程: the stages of each process with their win rates, and the rules for moving through them.
namespace wescrm::pages {
namespace {

constexpr auto roll_backs = std::array<std::pair<std::string_view, std::string_view>, 3>{
    {{"allowed", "允许回退"}, {"with_reason", "回退须填原因"}, {"forbidden", "不能回退"}}};

// Opportunities of a stage that goes move to the one that was chosen; to the first one that stays, if that goes as
// well.
void add_process_targets(web::PageCall const& call, json::Value const& process, json::Document& input,
                         json::Allocator& allocator) {
    auto kept = Texts{};
    auto target = std::string{};
    for (auto const& stage : input["stages"].GetArray())
        if (auto const id = json::find_string(stage, "id")) {
            kept.insert(*id);
            if (target.empty()) target = *id;
        }
    auto targets = json::Value{rapidjson::kArrayType};
    for (auto const& stage : process["stages"].GetArray()) {
        auto const id = json::find_string(stage, "id").value_or("");
        if (kept.contains(id) || target.empty()) continue;
        auto move = json::Value{rapidjson::kObjectType};
        json::set(move, "stage_id", id, allocator);
        auto const chosen = chosen_target(call, id);
        json::set(move, "target_id", kept.contains(chosen) ? chosen : target, allocator);
        targets.PushBack(std::move(move), allocator);
    }
    json::set(input, "stage_targets", std::move(targets), allocator);
}

// For whose opportunities a process is, in words: "销售一部、顾问 · 客户级别 重点".
std::string scope_words(json::Value const& process, Titles const& departments, Titles const& roles) {
    auto who = std::vector<std::string>{};
    auto const add = [&](Titles const& known, std::string_view member) {
        for (auto const& id : texts_of(process, member))
            for (auto const& [value, title] : known)
                if (value == id) who.push_back(title);
    };
    add(departments, "department_ids");
    add(roles, "role_ids");
    auto words = text::join(who, "、");
    auto const levels = text::join(texts_of(process, "customer_levels"), "、");
    if (!levels.empty()) words += (words.empty() ? "" : " · ") + ("客户级别 " + levels);
    return words;
}

// In words, unless it is the home currency: "美元 USD".
std::string foreign_currency(json::Value const& process) {
    auto const code = json::find_string(process, "currency").value_or("");
    for (auto const& known : currencies())
        if (known.code == code && is_foreign(code)) return std::string{known.name} + " " + code;
    return {};
}

Result<web::View> list_processes(web::PageCall& call) {
    auto const found = call.perform("process.list", json::Document{rapidjson::kObjectType});
    if (!found) return found.error();
    auto view = web::View{};
    view.page = "setup/processes";
    view.title = "销售流程";
    auto& allocator = view.data.GetAllocator();
    auto items = json::Value{};
    items.CopyFrom((*found)["items"], allocator);
    auto const departments = departments_of(call);
    auto const roles = roles_of(call);
    for (auto& process : items.GetArray()) {
        json::set(process, "scope_words", scope_words(process, departments, roles), allocator);
        json::set(process, "foreign_currency", foreign_currency(process), allocator);
        // The list itself does not count.
        auto const one =
            call.perform("process.show", input_of({{"id", json::find_string(process, "id").value_or("")}}));
        if (!one) return one.error();
        json::set(process, "opportunities", number_of(*one, "opportunities"), allocator);
        for (auto& stage : process["stages"].GetArray())
            json::set(stage, "stage_tone", record::tone_of(json::find_string(stage, "colour").value_or("")), allocator);
    }
    json::set(view.data, "items", std::move(items), allocator);
    return view;
}

web::View process_form(web::PageCall& call, json::Value const& process, json::Value const& stages) {
    auto view = web::View{};
    view.page = "setup/process";
    view.data = copy_of(process);
    view.title = json::find_string(view.data, "name").value_or("新建销售流程");
    auto& allocator = view.data.GetAllocator();
    view.data.RemoveMember("stages");
    json::set(view.data, "stage_rows", stage_rows(call, stages, allocator), allocator);
    json::set(view.data, "roll_backs",
              options_of_choices(roll_backs, json::find_string(process, "roll_back").value_or("allowed"), allocator),
              allocator);
    json::set(
        view.data, "currencies",
        record::choices_of(record::currencies_in_words(),
                           json::find_string(process, "currency").value_or(std::string{home_currency}), allocator),
        allocator);
    json::set(view.data, "scope_departments",
              boxes_of(departments_of(call), texts_of(process, "department_ids"), "其他部门", allocator), allocator);
    json::set(view.data, "scope_roles", boxes_of(roles_of(call), texts_of(process, "role_ids"), "其他角色", allocator),
              allocator);
    json::set(view.data, "levels_text", text::join(texts_of(process, "customer_levels"), "、"), allocator);
    json::set(view.data, "is_new", json::Value{!json::find(process, "id")}, allocator);
    json::set(view.data, "problem", "", allocator);
    return view;
}

Result<web::View> show_new_process(web::PageCall& call) {
    auto const process = json::parse(R"({"name":"","can_skip":true,"can_reopen":true,"enabled":true})").value();
    auto const stages = json::parse(
        R"([{"name":"初步接洽","probability":10},{"name":"需求确认","probability":30},{"name":"方案报价","probability":50},{"name":"商务谈判","probability":80}])");
    return process_form(call, process, stages.value());
}

Result<json::Document> process_of(web::PageCall& call) {
    return call.perform("process.show", input_of({{"id", call.path("id")}}));
}

Result<web::View> show_process(web::PageCall& call) {
    auto const process = process_of(call);
    if (!process) return process.error();
    auto view = process_form(call, *process, (*process)["stages"]);
    if (call.value("done") == "saved") view.toast = "已保存";
    return view;
}

json::Document process_input_from(web::PageCall& call) {
    auto input = json::Document{rapidjson::kObjectType};
    auto& allocator = input.GetAllocator();
    json::set(input, "name", call.value("name"), allocator);
    json::set(input, "roll_back", call.value("roll_back"), allocator);
    json::set(input, "currency", call.value("currency"), allocator);
    for (auto const* box : {"enabled", "can_skip", "can_reopen"})
        json::set(input, box, json::Value{!call.value(box).empty()}, allocator);
    if (!call.value("is_default").empty()) json::set(input, "is_default", json::Value{true}, allocator);
    for (auto const* number : {"idle_days", "overrun_percent", "close_warn_days"})
        if (auto const typed = call.value(number); !typed.empty())
            json::set(input, number, json::Value{std::atoi(typed.c_str())}, allocator);
    json::set(input, "department_ids", list_of(all_of(call, "scope_department"), allocator), allocator);
    json::set(input, "role_ids", list_of(all_of(call, "scope_role"), allocator), allocator);
    json::set(input, "customer_levels", list_of(words_in(call.value("customer_levels")), allocator), allocator);
    json::set(input, "stages", stages_from(call, allocator), allocator);
    return input;
}

Result<web::View> answer_process(web::PageCall& call, Result<json::Document> const& done, json::Value const& process,
                                 json::Document const& input) {
    if (done)
        return web::View::to("/admin/processes/" + json::find_string(*done, "id").value_or(call.path("id")) +
                             "?done=saved");
    auto const problem = done.error();
    if (problem.code == Errc::unavailable || problem.code == Errc::not_found) return problem;
    auto view = process_form(call, process, input["stages"]);
    view.status = problem.code == Errc::invalid_input ? 422 : 409;
    auto& allocator = view.data.GetAllocator();
    auto lines = json::Value{rapidjson::kArrayType};
    for (auto const& field : problem.fields) lines.PushBack(json::make_string(field.message, allocator), allocator);
    json::set(view.data, "problem", problem.message, allocator);
    json::set(view.data, "problems", std::move(lines), allocator);
    json::set(view.data, "name", call.value("name"), allocator);
    return view;
}

Result<web::View> create_process(web::PageCall& call) {
    auto const input = process_input_from(call);
    return answer_process(call, call.perform("process.create", input), json::Document{rapidjson::kObjectType}, input);
}

Result<web::View> change_process(web::PageCall& call) {
    auto const process = process_of(call);
    if (!process) return process.error();
    auto input = process_input_from(call);
    json::set(input, "id", call.path("id"), input.GetAllocator());
    add_version(call, input);
    add_process_targets(call, *process, input, input.GetAllocator());
    return answer_process(call, call.perform("process.change", input), *process, input);
}

}  // namespace

void add_processes(web::Pages& pages) {
    using http::Method;
    pages.add(web::PageRoute{Method::get, "/admin/processes", "process.manage", list_processes});
    pages.add(web::PageRoute{Method::get, "/admin/processes/new", "process.manage", show_new_process});
    pages.add(web::PageRoute{Method::post, "/admin/processes/new", "process.manage", create_process});
    pages.add(web::PageRoute{Method::get, "/admin/processes/{id}", "process.manage", show_process});
    pages.add(web::PageRoute{Method::post, "/admin/processes/{id}", "process.manage", change_process});
    pages.add(web::NavigationItem{"/admin/processes", "销售流程", "trend", "process.manage", "管理"});
}

}  // namespace wescrm::pages
