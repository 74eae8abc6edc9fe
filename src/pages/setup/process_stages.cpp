#include "process_stages.hpp"

#include "../org_forms.hpp"
#include "../record/pick.hpp"
#include "../record/tags.hpp"
#include "../record/values.hpp"
#include "process_entry.hpp"
#include "process_parts.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>
#include <array>
#include <set>

namespace wescrm::pages {
namespace {

constexpr std::size_t spare_stages = 2;
constexpr std::size_t most_stages = 40;
constexpr auto stage_kinds =
    std::to_array<ValueAndTitle>({{"open", "进行中"}, {"won", "赢单"}, {"lost", "输单"}, {"invalid", "无效"}});
constexpr auto close_bases =
    std::to_array<ValueAndTitle>({{"idle", "最后跟进"}, {"stage", "进入阶段"}, {"expected", "预计成交日期"}});
constexpr auto stage_colours = std::to_array<ValueAndTitle>({{"", "按类型"},
                                                             {"blue", "蓝色"},
                                                             {"green", "绿色"},
                                                             {"orange", "橙色"},
                                                             {"red", "红色"},
                                                             {"violet", "紫色"},
                                                             {"grey", "灰色"}});
constexpr auto guards =
    std::to_array<ValueAndTitle>({{"both", "移入和移出都限制"}, {"into", "只限制移入"}, {"out", "只限制移出"}});
constexpr auto needable = std::to_array<ValueAndTitle>({{"amount_fen", "商机金额"},
                                                        {"expected_close_date", "预计成交日期"},
                                                        {"contact_id", "主要联系人"},
                                                        {"lines", "产品明细"},
                                                        {"next_contact_at", "下次联系时间"},
                                                        {"source", "来源"},
                                                        {"competitor", "竞争对手"},
                                                        {"remark", "备注"},
                                                        {"main_lead_id", "主线索"}});

constexpr auto settable_system = std::to_array<ValueAndTitle>({{"source", "来源"},
                                                               {"competitor", "竞争对手"},
                                                               {"remark", "备注"},
                                                               {"probability", "赢率 %"},
                                                               {"expected_close_date", "预计成交日期"}});
// Kinds of fields whose values can be typed as a text.
constexpr auto settable_types = std::to_array<std::string_view>(
    {"text", "textarea",    "integer",  "decimal",      "percent", "money",  "date",  "datetime",
     "time", "duration",    "choice",   "multi_choice", "boolean", "mobile", "phone", "email",
     "url",  "credit_code", "employee", "employees",    "tags",    "rating"});

json::Value const* find_by_key(json::Value const& items, std::string_view key) {
    for (auto const& item : items.GetArray())
        if (json::find_string(item, "key") == key) return &item;
    return nullptr;
}

/// What can be chosen in a row, asked once for all of them.
struct StageChoices {
    explicit StageChoices(web::PageCall& page) : call{page} {
        roles = roles_of(call);
        departments = departments_of(call);
        add_fields();
    }
    // As the company calls them; without what nobody fills in.
    void add_fields() {
        auto const known = call.perform("field.list", input_of({{"object", "opportunity"}}));
        auto const add_system = [&](auto const& words, Titles& titles) {
            for (auto const& [name, title] : words) {
                auto const* set = known ? find_by_key((*known)["system"], name) : nullptr;
                if (set && json::find_bool(*set, "hidden").value_or(false)) continue;
                titles.emplace_back(name, set ? json::find_string(*set, "label").value_or("") : std::string{title});
            }
        };
        add_system(needable, fields);
        add_system(settable_system, settable);
        if (!known) return;
        for (auto const& field : (*known)["items"].GetArray()) {
            auto const type = json::find_string(field, "type").value_or("");
            if (json::find_bool(field, "hidden").value_or(false) || json::find_bool(field, "read_only").value_or(false))
                continue;
            auto const item = std::pair{"custom." + json::find_string(field, "key").value_or(""),
                                        json::find_string(field, "label").value_or("")};
            if (type != "divider" && type != "auto_number") fields.push_back(item);
            if (std::ranges::count(settable_types, type) > 0 && !json::find_bool(field, "unique").value_or(false))
                settable.push_back(item);
        }
    }
    /// "李强 (liqiang)、王芳 (wangfang)"; who is not found is called as he was typed.
    std::string people(std::vector<std::string> const& users) const {
        auto names = std::vector<std::string>{};
        for (auto const& user : users) {
            auto const found = call.perform("employee.get", input_of({{"user_id", user}}));
            names.push_back(found ? json::find_string(*found, "name").value_or("") + " (" + user + ")" : user);
        }
        return text::join(names, "、");
    }

    web::PageCall& call;
    Titles roles;
    Titles departments;
    Titles fields;    ///< that can be required
    Titles settable;  ///< that a stage can give a value
};

void add_movers(StageChoices const& choices, json::Value const& stage, json::Value& view, json::Allocator& allocator) {
    auto const people = texts_of(stage, "mover_user_ids");
    auto const departments = texts_of(stage, "mover_department_ids");
    auto const roles = texts_of(stage, "mover_role_ids");
    json::set(view, "mover_people", choices.people(people), allocator);
    json::set(view, "mover_departments", boxes_of(choices.departments, departments, "其他部门", allocator), allocator);
    json::set(view, "mover_roles", boxes_of(choices.roles, roles, "其他角色", allocator), allocator);
    json::set(view, "mover_guards",
              options_of_choices(guards, json::find_string(stage, "mover_guards").value_or("both"), allocator),
              allocator);
    json::set(view, "mover_some", json::Value{!people.empty() || !departments.empty() || !roles.empty()}, allocator);
}

json::Value stage_view(StageChoices const& choices, std::size_t row, json::Value const& stage,
                       json::Allocator& allocator) {
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
    json::set(view, "stage_tasks", text::join(texts_of(stage, "required_tasks"), "、"), allocator);
    json::set(view, "stage_approval", json::Value{json::find_bool(stage, "needs_approval").value_or(false)}, allocator);
    json::set(view, "stage_open", json::Value{kind == "open"}, allocator);
    json::set(view, "stage_bases",
              options_of_choices(close_bases, json::find_string(stage, "close_basis").value_or("idle"), allocator),
              allocator);
    json::set(view, "stage_needed",
              boxes_of(choices.fields, texts_of(stage, "required_fields"), "已删除的字段", allocator), allocator);
    json::set(view, "stage_about", json::find_string(stage, "description").value_or(""), allocator);
    auto const colour = json::find_string(stage, "colour").value_or("");
    json::set(view, "stage_tone", record::tone_of(colour), allocator);
    json::set(view, "stage_colours", options_of_choices(stage_colours, colour, allocator), allocator);
    json::set(view, "stage_kinds", options_of_choices(stage_kinds, kind, allocator), allocator);
    add_movers(choices, stage, view, allocator);
    add_entry(stage, choices.settable, view, allocator);
    return view;
}

// Where the opportunities of an open stage can go when it is removed: the other open ones.
json::Value others_of(json::Value const& stages, json::Value const& stage, json::Allocator& allocator) {
    auto const is_open = [](json::Value const& one) {
        return json::find_string(one, "kind").value_or("open") == "open";
    };
    auto const self = json::find_string(stage, "id");
    auto titles = Titles{};
    if (self && is_open(stage))
        for (auto const& other : stages.GetArray())
            if (auto const id = json::find_string(other, "id"); id && id != self && is_open(other))
                titles.emplace_back(*id, json::find_string(other, "name").value_or(""));
    auto words = std::vector<ValueAndTitle>{titles.begin(), titles.end()};
    return options_of_choices(words, words.empty() ? std::string_view{} : words.front().first, allocator);
}

// Nobody's name stays as it was typed: the operation says that there is no such person.
std::vector<std::string> people_in(web::PageCall& call, std::string const& typed) {
    auto users = std::vector<std::string>{};
    for (auto const& word : words_in(typed)) {
        auto const user = record::person_from(call, "user", word);
        users.push_back(user ? *user : word);
    }
    return users;
}

json::Value stage_from(web::PageCall& call, std::size_t row, json::Allocator& allocator) {
    auto stage = json::Value{rapidjson::kObjectType};
    for (auto const* text : {"name", "id", "kind", "description", "close_basis", "mover_guards", "colour"})
        if (auto const typed = call.value(stage_field(row, text)); !typed.empty())
            json::set(stage, text, typed, allocator);
    json::set(stage, "needs_approval", json::Value{!call.value(stage_field(row, "needs_approval")).empty()}, allocator);
    json::set(stage, "required_tasks", list_of(words_in(call.value(stage_field(row, "tasks"))), allocator), allocator);
    json::set(stage, "required_fields", list_of(all_of(call, stage_field(row, "need")), allocator), allocator);
    json::set(stage, "on_entry", entry_from(call, row, allocator), allocator);
    json::set(stage, "mover_user_ids",
              list_of(people_in(call, call.value(stage_field(row, "mover_people"))), allocator), allocator);
    json::set(stage, "mover_department_ids", list_of(all_of(call, stage_field(row, "mover_department")), allocator),
              allocator);
    json::set(stage, "mover_role_ids", list_of(all_of(call, stage_field(row, "mover_role")), allocator), allocator);
    for (auto const* number : {"probability", "expected_days", "min_followups", "min_attachments", "close_after"})
        if (auto const typed = call.value(stage_field(row, number)); !typed.empty())
            json::set(stage, number, json::Value{std::atoi(typed.c_str())}, allocator);
    return stage;
}

}  // namespace

std::string stage_field(std::size_t row, std::string_view name) {
    return "stage." + std::to_string(row) + "." + std::string{name};
}

json::Value stage_rows(web::PageCall& call, json::Value const& stages, json::Allocator& allocator) {
    auto const choices = StageChoices{call};
    auto rows = json::Value{rapidjson::kArrayType};
    auto row = std::size_t{0};
    for (auto const& stage : stages.GetArray()) {
        auto view = stage_view(choices, row++, stage, allocator);
        json::set(view, "stage_others", others_of(stages, stage, allocator), allocator);
        rows.PushBack(std::move(view), allocator);
    }
    auto const nothing = json::Value{rapidjson::kObjectType};
    for (auto spare = std::size_t{0}; spare < spare_stages && row < most_stages; ++spare)
        rows.PushBack(stage_view(choices, row++, nothing, allocator), allocator);
    return rows;
}

std::string chosen_target(web::PageCall const& call, std::string_view stage) {
    for (auto row = std::size_t{0}; row < most_stages; ++row)
        if (call.value(stage_field(row, "id")) == stage) return call.value(stage_field(row, "target"));
    return {};
}

json::Value stages_from(web::PageCall& call, json::Allocator& allocator) {
    auto stages = json::Value{rapidjson::kArrayType};
    for (auto row = std::size_t{0}; row < most_stages; ++row)
        if (!call.value(stage_field(row, "name")).empty()) stages.PushBack(stage_from(call, row, allocator), allocator);
    return stages;
}

}  // namespace wescrm::pages
