#include "../org_forms.hpp"
#include "../pages.hpp"
#include "../showing.hpp"

#include <wescrm/base/text.hpp>

#include <array>
#include <set>

// 销售流程: the stages of each process with their win rates, and the rules for moving through them.
namespace wescrm::pages {
namespace {

constexpr std::size_t spare_stages = 2;
constexpr std::size_t most_stages = 40;
constexpr auto roll_backs = std::array<std::pair<std::string_view, std::string_view>, 3>{
    {{"allowed", "允许回退"}, {"with_reason", "回退须填原因"}, {"forbidden", "不能回退"}}};
constexpr auto stage_kinds = std::array<std::pair<std::string_view, std::string_view>, 4>{
    {{"open", "进行中"}, {"won", "赢单"}, {"lost", "输单"}, {"invalid", "无效"}}};

constexpr auto close_bases = std::array<std::pair<std::string_view, std::string_view>, 3>{
    {{"idle", "最后跟进"}, {"stage", "进入阶段"}, {"expected", "预计成交日期"}}};
constexpr auto needable =
    std::array<std::pair<std::string_view, std::string_view>, 9>{{{"amount_fen", "商机金额"},
                                                                  {"expected_close_date", "预计成交日期"},
                                                                  {"contact_id", "主要联系人"},
                                                                  {"lines", "产品明细"},
                                                                  {"next_contact_at", "下次联系时间"},
                                                                  {"source", "来源"},
                                                                  {"competitor", "竞争对手"},
                                                                  {"remark", "备注"},
                                                                  {"main_lead_id", "主线索"}}};

std::string stage_field(std::size_t row, std::string_view name) {
    return "stage." + std::to_string(row) + "." + std::string{name};
}

template <std::size_t N>
json::Value options_of(std::array<std::pair<std::string_view, std::string_view>, N> const& words,
                       std::string const& chosen, json::Allocator& allocator) {
    auto options = json::Value{rapidjson::kArrayType};
    for (auto const& [value, title] : words) {
        auto option = json::Value{rapidjson::kObjectType};
        json::set(option, "o_value", value, allocator);
        json::set(option, "o_title", title, allocator);
        json::set(option, "o_chosen", json::Value{value == chosen}, allocator);
        options.PushBack(std::move(option), allocator);
    }
    return options;
}

std::string number_text(json::Value const& object, std::string_view member) {
    auto const number = json::find_integer(object, member);
    return number ? std::to_string(*number) : std::string{};
}

std::string joined(json::Value const& stage, std::string_view member) {
    auto parts = std::vector<std::string>{};
    if (auto const* list = json::find(stage, member); list && list->IsArray())
        for (auto const& one : list->GetArray()) parts.emplace_back(json::view(one));
    return text::join(parts, "、");
}

// Fields that may be asked for before an opportunity leaves the stage; a company's own ones that were set otherwise
// stay.
json::Value needed_fields(json::Value const& stage, json::Allocator& allocator) {
    auto chosen = std::set<std::string>{};
    if (auto const* list = json::find(stage, "required_fields"); list && list->IsArray())
        for (auto const& one : list->GetArray()) chosen.emplace(json::view(one));
    auto fields = json::Value{rapidjson::kArrayType};
    auto const add = [&](std::string_view name, std::string_view title) {
        auto field = json::Value{rapidjson::kObjectType};
        json::set(field, "need_name", name, allocator);
        json::set(field, "need_title", title, allocator);
        json::set(field, "need_chosen", json::Value{chosen.erase(std::string{name}) > 0}, allocator);
        fields.PushBack(std::move(field), allocator);
    };
    for (auto const& [name, title] : needable) add(name, title);
    for (auto const& other : std::set{chosen}) add(other, other);
    return fields;
}

json::Value stage_view(std::size_t row, json::Value const& stage, json::Allocator& allocator) {
    auto view = json::Value{rapidjson::kObjectType};
    auto const kind = json::find_string(stage, "kind").value_or("open");
    json::set(view, "stage_row", std::to_string(row), allocator);
    json::set(view, "stage_id", json::find_string(stage, "id").value_or(""), allocator);
    json::set(view, "stage_name", json::find_string(stage, "name").value_or(""), allocator);
    json::set(view, "stage_rate", number_text(stage, "probability"), allocator);
    json::set(view, "stage_days", number_text(stage, "expected_days"), allocator);
    json::set(view, "stage_followups", number_text(stage, "min_followups"), allocator);
    json::set(view, "stage_files", number_text(stage, "min_attachments"), allocator);
    json::set(view, "stage_close", number_text(stage, "close_after"), allocator);
    json::set(view, "stage_tasks", joined(stage, "required_tasks"), allocator);
    json::set(view, "stage_approval", json::Value{json::find_bool(stage, "needs_approval").value_or(false)}, allocator);
    json::set(view, "stage_open", json::Value{kind == "open"}, allocator);
    json::set(view, "stage_bases",
              options_of(close_bases, json::find_string(stage, "close_basis").value_or("idle"), allocator), allocator);
    json::set(view, "stage_needed", needed_fields(stage, allocator), allocator);
    json::set(view, "stage_about", json::find_string(stage, "description").value_or(""), allocator);
    json::set(view, "stage_kinds", options_of(stage_kinds, kind, allocator), allocator);
    return view;
}

json::Value words_in(std::string typed, json::Allocator& allocator) {
    for (auto const* separator : {"，", ",", "；", ";", "\n"}) typed = text::replace_all(typed, separator, "、");
    auto words = json::Value{rapidjson::kArrayType};
    for (auto rest = std::string_view{typed}; !rest.empty();) {
        constexpr std::string_view between = "、";
        auto const at = rest.find(between);
        if (auto const word = text::trim(rest.substr(0, at)); !word.empty())
            words.PushBack(json::make_string(word, allocator), allocator);
        rest = at == std::string_view::npos ? std::string_view{} : rest.substr(at + between.size());
    }
    return words;
}

json::Value all_of(web::PageCall& call, std::string const& name, json::Allocator& allocator) {
    auto values = json::Value{rapidjson::kArrayType};
    for (auto const& [known, value] : call.form)
        if (known == name) values.PushBack(json::make_string(value, allocator), allocator);
    return values;
}

// What was typed, as the stages of the operation; a row without a name is none, so clearing a name removes the stage.
json::Value stages_from(web::PageCall& call, json::Allocator& allocator) {
    auto stages = json::Value{rapidjson::kArrayType};
    for (auto row = std::size_t{0}; row < most_stages; ++row) {
        auto const name = call.value(stage_field(row, "name"));
        if (name.empty()) continue;
        auto stage = json::Value{rapidjson::kObjectType};
        json::set(stage, "name", name, allocator);
        for (auto const* text : {"id", "kind", "description"})
            if (auto const typed = call.value(stage_field(row, text)); !typed.empty())
                json::set(stage, text, typed, allocator);
        if (auto const typed = call.value(stage_field(row, "close_basis")); !typed.empty())
            json::set(stage, "close_basis", typed, allocator);
        json::set(stage, "needs_approval", json::Value{!call.value(stage_field(row, "needs_approval")).empty()},
                  allocator);
        json::set(stage, "required_tasks", words_in(call.value(stage_field(row, "tasks")), allocator), allocator);
        json::set(stage, "required_fields", all_of(call, stage_field(row, "need"), allocator), allocator);
        for (auto const* number : {"probability", "expected_days", "min_followups", "min_attachments", "close_after"})
            if (auto const typed = call.value(stage_field(row, number)); !typed.empty())
                json::set(stage, number, json::Value{std::atoi(typed.c_str())}, allocator);
        stages.PushBack(std::move(stage), allocator);
    }
    return stages;
}

// Opportunities of a stage that goes move to the first one that stays.
void add_targets(json::Value const& process, json::Document& input, json::Allocator& allocator) {
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
        json::set(move, "target_id", target, allocator);
        targets.PushBack(std::move(move), allocator);
    }
    json::set(input, "stage_targets", std::move(targets), allocator);
}

Result<web::View> list(web::PageCall& call) {
    auto const found = call.perform("process.list", json::Document{rapidjson::kObjectType});
    if (!found) return found.error();
    auto view = web::View{};
    view.page = "setup/processes";
    view.title = "销售流程";
    auto& allocator = view.data.GetAllocator();
    auto items = json::Value{};
    items.CopyFrom((*found)["items"], allocator);
    json::set(view.data, "items", std::move(items), allocator);
    return view;
}

web::View form(json::Value const& process, json::Value const& stages) {
    auto view = web::View{};
    view.page = "setup/process";
    view.data = copy_of(process);
    view.title = json::find_string(view.data, "name").value_or("新建销售流程");
    auto& allocator = view.data.GetAllocator();
    auto rows = json::Value{rapidjson::kArrayType};
    auto row = std::size_t{0};
    for (auto const& stage : stages.GetArray()) rows.PushBack(stage_view(row++, stage, allocator), allocator);
    auto const nothing = json::Value{rapidjson::kObjectType};
    for (auto spare = std::size_t{0}; spare < spare_stages && row < most_stages; ++spare)
        rows.PushBack(stage_view(row++, nothing, allocator), allocator);
    view.data.RemoveMember("stages");
    json::set(view.data, "stage_rows", std::move(rows), allocator);
    json::set(view.data, "roll_backs",
              options_of(roll_backs, json::find_string(process, "roll_back").value_or("allowed"), allocator),
              allocator);
    json::set(view.data, "is_new", json::Value{!json::find(process, "id")}, allocator);
    json::set(view.data, "problem", "", allocator);
    return view;
}

Result<web::View> show_new(web::PageCall&) {
    auto const process = json::parse(R"({"name":"","can_skip":true,"can_reopen":true,"enabled":true})").value();
    auto const stages = json::parse(
        R"([{"name":"初步接洽","probability":10},{"name":"需求确认","probability":30},{"name":"方案报价","probability":50},{"name":"商务谈判","probability":80}])");
    return form(process, stages.value());
}

Result<json::Document> process_of(web::PageCall& call) {
    return call.perform("process.show", input_of({{"id", call.path("id")}}));
}

Result<web::View> show(web::PageCall& call) {
    auto const process = process_of(call);
    if (!process) return process.error();
    auto view = form(*process, (*process)["stages"]);
    if (call.value("done") == "saved") view.toast = "已保存";
    return view;
}

json::Document input_from(web::PageCall& call) {
    auto input = json::Document{rapidjson::kObjectType};
    auto& allocator = input.GetAllocator();
    json::set(input, "name", call.value("name"), allocator);
    json::set(input, "roll_back", call.value("roll_back"), allocator);
    for (auto const* box : {"enabled", "can_skip", "can_reopen"})
        json::set(input, box, json::Value{!call.value(box).empty()}, allocator);
    if (!call.value("is_default").empty()) json::set(input, "is_default", json::Value{true}, allocator);
    for (auto const* number : {"idle_days", "overrun_percent", "close_warn_days"})
        if (auto const typed = call.value(number); !typed.empty())
            json::set(input, number, json::Value{std::atoi(typed.c_str())}, allocator);
    json::set(input, "stages", stages_from(call, allocator), allocator);
    return input;
}

Result<web::View> answer(web::PageCall& call, Result<json::Document> const& done, json::Value const& process,
                         json::Document const& input) {
    if (done)
        return web::View::to("/admin/processes/" + json::find_string(*done, "id").value_or(call.path("id")) +
                             "?done=saved");
    auto const problem = done.error();
    if (problem.code == Errc::unavailable || problem.code == Errc::not_found) return problem;
    auto view = form(process, input["stages"]);
    view.status = problem.code == Errc::invalid_input ? 422 : 409;
    auto& allocator = view.data.GetAllocator();
    auto lines = json::Value{rapidjson::kArrayType};
    for (auto const& field : problem.fields) lines.PushBack(json::make_string(field.message, allocator), allocator);
    json::set(view.data, "problem", problem.message, allocator);
    json::set(view.data, "problems", std::move(lines), allocator);
    json::set(view.data, "name", call.value("name"), allocator);
    return view;
}

Result<web::View> create(web::PageCall& call) {
    auto const input = input_from(call);
    return answer(call, call.perform("process.create", input), json::Document{rapidjson::kObjectType}, input);
}

Result<web::View> change(web::PageCall& call) {
    auto const process = process_of(call);
    if (!process) return process.error();
    auto input = input_from(call);
    json::set(input, "id", call.path("id"), input.GetAllocator());
    add_version(call, input);
    add_targets(*process, input, input.GetAllocator());
    return answer(call, call.perform("process.change", input), *process, input);
}

}  // namespace

void add_processes(web::Pages& pages) {
    using http::Method;
    pages.add(web::PageRoute{Method::get, "/admin/processes", "process.manage", list});
    pages.add(web::PageRoute{Method::get, "/admin/processes/new", "process.manage", show_new});
    pages.add(web::PageRoute{Method::post, "/admin/processes/new", "process.manage", create});
    pages.add(web::PageRoute{Method::get, "/admin/processes/{id}", "process.manage", show});
    pages.add(web::PageRoute{Method::post, "/admin/processes/{id}", "process.manage", change});
    pages.add(web::NavigationItem{"/admin/processes", "销售流程", "trend", "process.manage", "管理"});
}

}  // namespace wescrm::pages
