#include "../org_forms.hpp"
#include "../showing.hpp"
#include "assignment_words.hpp"

#include <wescrm/base/text.hpp>

#include <array>

// One rule of lead assignment: its conditions, its people, and what happens when nobody is free.
namespace wescrm::pages::assignment {
namespace {

constexpr std::string_view assignment_new_key = "new";
constexpr auto assignment_lists =
    std::array<char const*, 6>{"sources", "channels", "provinces", "cities", "intended", "tags"};
constexpr int most_members = 200;
constexpr int assignment_blank_rows = 2;  // without scripts

struct AssignmentRow {
    std::string who;
    std::string weight;
    bool is_off = false;
};

/// What stands in the form: the stored rule, or what was typed.
struct AssignmentForm {
    std::map<std::string, std::string> texts;
    bool enabled = true;
    bool hours_only = false;
    std::vector<AssignmentRow> members;
};

std::string assignment_cell(int row, std::string_view column) {
    return "members." + std::to_string(row) + "." + std::string{column};
}

AssignmentForm assignment_typed_in(web::PageCall const& call) {
    auto form = AssignmentForm{};
    for (auto const* name : {"name", "position", "mode", "days", "time_from", "time_to", "daily_cap",
                             "fallback_high_sea_id", "sources", "channels", "provinces", "cities", "intended", "tags"})
        form.texts[name] = call.value(name);
    form.enabled = !call.value("enabled").empty();
    form.hours_only = !call.value("working_hours_only").empty();
    for (auto n = 0; n < most_members; ++n)
        if (auto const who = call.value(assignment_cell(n, "user_id")); !who.empty())
            form.members.push_back(
                {who, call.value(assignment_cell(n, "weight")), call.value(assignment_cell(n, "off")) == "off"});
    return form;
}

AssignmentForm assignment_stored_in(web::PageCall& call, json::Value const& rule) {
    auto form = AssignmentForm{};
    for (auto const* name : {"name", "mode", "days", "time_from", "time_to", "fallback_high_sea_id"})
        form.texts[name] = text_of(rule, name);
    for (auto const* name : {"position", "daily_cap"}) form.texts[name] = number_of(rule, name);
    for (auto const* name : assignment_lists) form.texts[name] = words_of(rule, name);
    form.enabled = json::find_bool(rule, "enabled").value_or(true);
    form.hours_only = json::find_bool(rule, "working_hours_only").value_or(false);
    auto names = Names{call};
    auto const* members = json::find(rule, "members");
    if (!members || !members->IsArray()) return form;
    for (auto const& member : members->GetArray()) {
        auto const user = text_of(member, "user_id");
        form.members.push_back({names.of(user) + " (" + user + ")", number_of(member, "weight"),
                                !json::find_bool(member, "on_duty").value_or(true)});
    }
    return form;
}

json::Value assignment_rows(AssignmentForm const& form, json::Allocator& allocator) {
    auto rows = json::Value{rapidjson::kArrayType};
    auto const count = static_cast<int>(form.members.size());
    for (auto n = 0; n < count + assignment_blank_rows; ++n) {
        auto const member = n < count ? form.members[static_cast<std::size_t>(n)] : AssignmentRow{};
        auto row = json::Value{rapidjson::kObjectType};
        json::set(row, "m_at", std::to_string(n), allocator);
        json::set(row, "m_who", member.who, allocator);
        json::set(row, "m_weight", member.weight, allocator);
        json::set(row, "m_off", json::Value{member.is_off}, allocator);
        rows.PushBack(std::move(row), allocator);
    }
    return rows;
}

web::View assignment_view(web::PageCall& call, AssignmentForm const& form, std::string const& version,
                          Error const* problem) {
    auto view = web::View{};
    view.page = "setup/lead_assignment_form";
    auto const key = call.path("id");
    view.title = key == assignment_new_key ? "新建分配规则" : "编辑分配规则";
    auto& allocator = view.data.GetAllocator();
    json::set(view.data, "form_title", view.title, allocator);
    json::set(view.data, "rule_key", key, allocator);
    json::set(view.data, "is_new", json::Value{key == assignment_new_key}, allocator);
    json::set(view.data, "version", version, allocator);
    for (auto const& [name, text] : form.texts) json::set(view.data, name, text, allocator);
    json::set(view.data, "enabled", json::Value{form.enabled}, allocator);
    json::set(view.data, "hours_only", json::Value{form.hours_only}, allocator);
    auto const chosen = [&form](char const* name) {
        auto const found = form.texts.find(name);
        return found == form.texts.end() ? std::string{} : found->second;
    };
    json::set(view.data, "mode_choices", record::choices_of(modes(), chosen("mode"), allocator), allocator);
    json::set(view.data, "day_choices", record::choices_of(days(), chosen("days"), allocator), allocator);
    auto const pools = record::Source{"high_sea.list", "id", "name", "object", "lead"};
    json::set(view.data, "pool_choices",
              record::choices_of(call, pools, nullptr, chosen("fallback_high_sea_id"), allocator), allocator);
    json::set(view.data, "members", assignment_rows(form, allocator), allocator);
    if (!problem) return view;
    show_error(view, *problem);
    auto messages = json::Value{rapidjson::kArrayType};
    if (problem->fields.size() > 1)
        for (auto const& field : problem->fields)
            messages.PushBack(json::make_string(field.message, allocator), allocator);
    json::set(view.data, "problems", std::move(messages), allocator);
    return view;
}

json::Value words_typed(std::string const& typed, json::Allocator& allocator) {
    auto words = json::Value{rapidjson::kArrayType};
    for (auto const& part : text::split(text::replace_all(text::replace_all(typed, "、", ","), "，", ","), ','))
        if (auto const word = text::trim(part); !word.empty())
            words.PushBack(json::make_string(word, allocator), allocator);
    return words;
}

Result<void> put_members(web::PageCall& call, AssignmentForm const& form, json::Document& input) {
    auto& allocator = input.GetAllocator();
    auto members = json::Value{rapidjson::kArrayType};
    auto problems = std::vector<FieldError>{};
    for (auto const& row : form.members) {
        auto const user = record::person_from(call, "members", row.who);
        if (!user) {
            problems.insert(problems.end(), user.error().fields.begin(), user.error().fields.end());
            continue;
        }
        auto member = json::Value{rapidjson::kObjectType};
        json::set(member, "user_id", *user, allocator);
        json::set(member, "weight", json::Value{row.weight.empty() ? 1 : std::atoi(row.weight.c_str())}, allocator);
        json::set(member, "on_duty", json::Value{!row.is_off}, allocator);
        members.PushBack(std::move(member), allocator);
    }
    if (!problems.empty()) return Error{Errc::invalid_input, "members", "请改正下面的成员", std::move(problems)};
    json::set(input, "members", std::move(members), allocator);
    return {};
}

Result<json::Document> assignment_input_from(web::PageCall& call, AssignmentForm const& form) {
    auto input = json::Document{rapidjson::kObjectType};
    auto& allocator = input.GetAllocator();
    for (auto const* name : {"name", "mode", "days", "time_from", "time_to", "fallback_high_sea_id"})
        if (auto const& text = form.texts.at(name); !text.empty() || name == std::string_view{"name"})
            json::set(input, name, text, allocator);
    for (auto const* name : {"position", "daily_cap"}) {
        auto const& text = form.texts.at(name);
        if (text.empty()) continue;
        if (text.find_first_not_of("0123456789") != std::string::npos || text.size() > 6)
            return invalid_field(name, name == std::string_view{"position"} ? "顺序应为整数" : "每天上限应为整数");
        json::set(input, name, json::Value{std::atoi(text.c_str())}, allocator);
    }
    for (auto const* name : assignment_lists)
        json::set(input, name, words_typed(form.texts.at(name), allocator), allocator);
    json::set(input, "enabled", json::Value{form.enabled}, allocator);
    json::set(input, "working_hours_only", json::Value{form.hours_only}, allocator);
    if (auto const put = put_members(call, form, input); !put) return put.error();
    return input;
}

Result<json::Document> rules(web::PageCall& call) {
    return call.perform("lead_assignment_rule.list", json::Document{rapidjson::kObjectType});
}

Result<web::View> show_assignment(web::PageCall& call) {
    auto const found = rules(call);
    if (!found) return found.error();
    auto const& items = (*found)["items"];
    if (call.path("id") == assignment_new_key) {
        auto form = AssignmentForm{};
        form.texts["position"] = std::to_string(items.Size() + 1);
        return assignment_view(call, form, "", nullptr);
    }
    for (auto const& rule : items.GetArray())
        if (text_of(rule, "id") == call.path("id"))
            return assignment_view(call, assignment_stored_in(call, rule), number_of(rule, "version"), nullptr);
    return Error{Errc::not_found, "lead_assignment_rule", "没有这条分配规则"};
}

Result<web::View> answer_assignment(web::PageCall& call, Result<json::Document> const& done, std::string_view word) {
    if (done) return web::View::to(std::string{path} + "?done=" + std::string{word});
    auto const problem = done.error();
    if (problem.code == Errc::unavailable || problem.code == Errc::not_found) return problem;
    return assignment_view(call, assignment_typed_in(call), call.value("version"), &problem);
}

Result<web::View> save_assignment(web::PageCall& call) {
    auto input = assignment_input_from(call, assignment_typed_in(call));
    if (!input) return answer_assignment(call, input, "saved");
    if (call.path("id") == assignment_new_key)
        return answer_assignment(call, call.perform("lead_assignment_rule.create", *input), "saved");
    json::set(*input, "id", call.path("id"), input->GetAllocator());
    add_version(call, *input);
    return answer_assignment(call, call.perform("lead_assignment_rule.change", *input), "saved");
}

Result<web::View> remove_assignment(web::PageCall& call) {
    auto input = input_of({{"id", call.path("id")}});
    add_version(call, input);
    return answer_assignment(call, call.perform("lead_assignment_rule.delete", input), "deleted");
}

}  // namespace

void add_form(web::Pages& pages) {
    using http::Method;
    auto const one = std::string{path} + "/{id}";
    pages.add(web::PageRoute{Method::get, one, permission, show_assignment});
    pages.add(web::PageRoute{Method::post, one, permission, save_assignment});
    pages.add(web::PageRoute{Method::post, one + "/delete", permission, remove_assignment});
}

}  // namespace wescrm::pages::assignment
