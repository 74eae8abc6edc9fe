#include "process_entry.hpp"

#include <array>

namespace wescrm::pages {
namespace {

constexpr std::size_t spare_lines = 1;
constexpr std::size_t most_lines = 20;
constexpr auto receivers = std::to_array<ValueAndTitle>({{"owner", "负责人"}, {"superior", "负责人的上级"}});

std::string line_field(std::size_t row, std::string_view list, std::size_t line, std::string_view name) {
    return stage_field(row, std::string{list} + "." + std::to_string(line) + "." + std::string{name});
}

// The lines of a list and empty ones behind them.
template <class View>
json::Value entry_lines(json::Value const* actions, std::string_view list, View view, json::Allocator& allocator) {
    auto lines = json::Value{rapidjson::kArrayType};
    auto const nothing = json::Value{rapidjson::kObjectType};
    auto const* given = actions ? json::find(*actions, list) : nullptr;
    auto line = std::size_t{0};
    auto const add = [&](json::Value const& from) {
        auto shown = json::Value{rapidjson::kObjectType};
        json::set(shown, "line", std::to_string(line++), allocator);
        view(from, shown);
        lines.PushBack(std::move(shown), allocator);
    };
    if (given && given->IsArray())
        for (auto const& from : given->GetArray()) add(from);
    for (auto spare = std::size_t{0}; spare < spare_lines && line < most_lines; ++spare) add(nothing);
    return lines;
}

json::Value choices_of(Titles const& fields, std::string const& chosen, json::Allocator& allocator) {
    auto words = std::vector<ValueAndTitle>{{"", "不填写"}};
    auto is_known = chosen.empty();
    for (auto const& [value, title] : fields) {
        words.emplace_back(value, title);
        is_known = is_known || value == chosen;
    }
    if (!is_known) words.emplace_back(chosen, "已删除的字段");
    return options_of_choices(words, chosen, allocator);
}

json::Value tasks_from(web::PageCall& call, std::size_t row, json::Allocator& allocator) {
    auto tasks = json::Value{rapidjson::kArrayType};
    for (auto line = std::size_t{0}; line < most_lines; ++line) {
        auto const title = call.value(line_field(row, "entry_task", line, "title"));
        if (title.empty()) continue;
        auto task = json::Value{rapidjson::kObjectType};
        json::set(task, "title", title, allocator);
        if (auto const typed = call.value(line_field(row, "entry_task", line, "due_days")); !typed.empty())
            json::set(task, "due_days", json::Value{std::atoi(typed.c_str())}, allocator);
        if (auto const typed = call.value(line_field(row, "entry_task", line, "assignee")); !typed.empty())
            json::set(task, "assignee", typed, allocator);
        tasks.PushBack(std::move(task), allocator);
    }
    return tasks;
}

json::Value values_from(web::PageCall& call, std::size_t row, json::Allocator& allocator) {
    auto values = json::Value{rapidjson::kArrayType};
    for (auto line = std::size_t{0}; line < most_lines; ++line) {
        auto const field = call.value(line_field(row, "entry_value", line, "field"));
        auto const typed = call.value(line_field(row, "entry_value", line, "value"));
        if (field.empty() || typed.empty()) continue;
        auto value = json::Value{rapidjson::kObjectType};
        json::set(value, "field", field, allocator);
        json::set(value, "value", typed, allocator);
        values.PushBack(std::move(value), allocator);
    }
    return values;
}

}  // namespace

void add_entry(json::Value const& stage, Titles const& settable, json::Value& view, json::Allocator& allocator) {
    auto const* actions = json::find(stage, "on_entry");
    if (actions && !actions->IsObject()) actions = nullptr;
    auto const task = [&](json::Value const& from, json::Value& shown) {
        json::set(shown, "et_title", json::find_string(from, "title").value_or(""), allocator);
        json::set(shown, "et_days", number_text(from, "due_days"), allocator);
        json::set(shown, "et_receivers",
                  options_of_choices(receivers, json::find_string(from, "assignee").value_or("owner"), allocator),
                  allocator);
    };
    auto const value = [&](json::Value const& from, json::Value& shown) {
        json::set(shown, "ev_fields", choices_of(settable, json::find_string(from, "field").value_or(""), allocator),
                  allocator);
        json::set(shown, "ev_value", json::find_string(from, "value").value_or(""), allocator);
    };
    json::set(view, "entry_tasks", entry_lines(actions, "tasks", task, allocator), allocator);
    json::set(view, "entry_values", entry_lines(actions, "values", value, allocator), allocator);
    json::set(view, "entry_reminder", actions ? number_text(*actions, "reminder_days") : std::string{}, allocator);
    auto const has = [&](std::string_view list) {
        auto const* given = actions ? json::find(*actions, list) : nullptr;
        return given && given->IsArray() && !given->Empty();
    };
    auto const reminds = actions && json::find_integer(*actions, "reminder_days");
    json::set(view, "entry_some", json::Value{has("tasks") || has("values") || reminds}, allocator);
}

json::Value entry_from(web::PageCall& call, std::size_t row, json::Allocator& allocator) {
    auto actions = json::Value{rapidjson::kObjectType};
    json::set(actions, "tasks", tasks_from(call, row, allocator), allocator);
    json::set(actions, "values", values_from(call, row, allocator), allocator);
    if (auto const typed = call.value(stage_field(row, "entry_reminder")); !typed.empty())
        json::set(actions, "reminder_days", json::Value{std::atoi(typed.c_str())}, allocator);
    return actions;
}

}  // namespace wescrm::pages
