#include "custom_controls.hpp"

#include "../org_forms.hpp"
#include "pick.hpp"
#include "values.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>
#include <array>

namespace wescrm::pages::record {
namespace {

constexpr std::string_view prefix = "custom.";

/// How a kind of field is asked for, and as what its value travels.
struct Way {
    std::string_view type;
    std::string_view control;
    std::string_view value;  ///< as of an operation's field
};
constexpr auto ways = std::array<Way, 20>{{{"text", "is_line", "string"},          {"textarea", "is_long", "string"},
                                           {"rich_text", "is_long", "string"},     {"mobile", "is_line", "string"},
                                           {"phone", "is_line", "string"},         {"email", "is_line", "string"},
                                           {"url", "is_line", "string"},           {"credit_code", "is_line", "string"},
                                           {"time", "is_line", "string"},          {"integer", "is_line", "integer"},
                                           {"duration", "is_line", "integer"},     {"rating", "is_line", "integer"},
                                           {"decimal", "is_line", "number"},       {"percent", "is_line", "number"},
                                           {"money", "is_line", "money"},          {"date", "is_date", "date"},
                                           {"datetime", "is_moment", "date-time"}, {"choice", "is_choice", "string"},
                                           {"boolean", "is_choice", "boolean"},    {"tags", "is_line", "array"}}};

Way const* way_of(json::Value const& field) {
    auto const type = json::find_string(field, "type").value_or("");
    auto const found = std::find_if(ways.begin(), ways.end(), [&](auto const& way) { return way.type == type; });
    return found == ways.end() ? nullptr : &*found;
}

// The fields that a form asks for.
std::vector<json::Document> fields_of(web::PageCall& call, Asking const& asking) {
    auto fields = std::vector<json::Document>{};
    if (asking.object.empty() || !find_field(asking.entry, "custom")) return fields;
    auto const found = call.perform("field.list", input_of({{"object", std::string{asking.object}}}));
    if (!found) return fields;
    for (auto const& field : (*found)["items"].GetArray()) {
        auto const is_closed =
            json::find_bool(field, "hidden").value_or(false) || json::find_bool(field, "read_only").value_or(false);
        if (is_closed || !way_of(field)) continue;
        auto& copy = fields.emplace_back();
        copy.CopyFrom(field, copy.GetAllocator());
    }
    return fields;
}

std::string name_of(json::Value const& field) {
    return std::string{prefix} + json::find_string(field, "key").value_or("");
}

operation::FieldDescription description_of(json::Value const& field) {
    auto description = operation::FieldDescription{};
    description.name = name_of(field);
    description.label = json::find_string(field, "label").value_or("");
    description.type = way_of(field)->value;
    return description;
}

json::Value options_of(json::Value const& field, std::string const& chosen, json::Allocator& allocator) {
    auto options = json::Value{rapidjson::kArrayType};
    auto const add = [&](std::string_view value, std::string_view title) {
        auto option = json::Value{rapidjson::kObjectType};
        json::set(option, "o_value", value, allocator);
        json::set(option, "o_title", title, allocator);
        json::set(option, "o_chosen", json::Value{value == chosen}, allocator);
        options.PushBack(std::move(option), allocator);
    };
    if (json::find_string(field, "type") == "boolean") {
        add("true", "是");
        add("false", "否");
        return options;
    }
    if (auto const* listed = json::find(field, "options"); listed && listed->IsArray())
        for (auto const& option : listed->GetArray()) {
            auto const key = json::find_string(option, "key").value_or("");
            if (json::find_bool(option, "disabled").value_or(false) && key != chosen) continue;
            add(key, json::find_string(option, "label").value_or(key));
        }
    return options;
}

std::string typed_of(Entries const& entries, std::string const& name) {
    auto const found = entries.find(name);
    return found == entries.end() ? std::string{} : found->second;
}

std::string message_for(Error const* problem, std::string const& name) {
    if (problem)
        for (auto const& field : problem->fields)
            if (field.field == name || field.field.starts_with(name + "[")) return field.message;
    return {};
}

json::Value control(json::Value const& field, Entries const& entries, Error const* problem,
                    json::Allocator& allocator) {
    auto view = json::Value{rapidjson::kObjectType};
    auto const name = name_of(field);
    auto const typed = typed_of(entries, name);
    auto const required = json::find_bool(field, "required").value_or(false);
    auto const unit = way_of(field)->value == "money" ? "（元）" : "";
    json::set(view, "c_name", name, allocator);
    json::set(view, "c_label", json::find_string(field, "label").value_or("") + unit, allocator);
    json::set(view, "c_value", typed, allocator);
    json::set(view, "c_required", json::Value{required}, allocator);
    json::set(view, "c_optional", json::Value{!required}, allocator);
    json::set(view, "c_hint", json::find_string(field, "help").value_or(""), allocator);
    json::set(view, "c_length", std::to_string(json::find_integer(field, "max_length").value_or(2'000)), allocator);
    json::set(view, way_of(field)->control, json::Value{true}, allocator);
    if (way_of(field)->control == "is_choice")
        json::set(view, "options", options_of(field, typed, allocator), allocator);
    json::set(view, "c_error", message_for(problem, name), allocator);
    return view;
}

std::string stored_text(web::PageCall const& call, Asking const& asking, json::Value const& field) {
    auto const* custom = asking.record ? json::find(*asking.record, "custom") : nullptr;
    auto const* value = custom ? json::find(*custom, json::find_string(field, "key").value_or("")) : nullptr;
    return value ? typed_from(*value, description_of(field), call.ctx.zone()) : std::string{};
}

}  // namespace

void add_custom_controls(web::PageCall& call, Asking const& asking, Entries const& entries, Error const* problem,
                         json::Value& controls, json::Allocator& allocator) {
    for (auto const& field : fields_of(call, asking))
        controls.PushBack(control(field, entries, problem, allocator), allocator);
}

void add_custom_entries(web::PageCall const& call, Entries& entries) {
    for (auto const& [name, value] : call.form)
        if (name.starts_with(prefix)) entries[name] = value;
}

void add_stored_custom(web::PageCall& call, Asking const& asking, Entries& entries) {
    for (auto const& field : fields_of(call, asking)) entries[name_of(field)] = stored_text(call, asking, field);
}

Result<void> put_custom(web::PageCall& call, Asking const& asking, Entries const& entries, json::Document& input) {
    auto custom = json::Value{rapidjson::kObjectType};
    auto& allocator = input.GetAllocator();
    auto problems = std::vector<FieldError>{};
    for (auto const& field : fields_of(call, asking)) {
        auto const name = name_of(field);
        auto const typed = typed_of(entries, name);
        if (!entries.contains(name) || typed == stored_text(call, asking, field)) continue;
        auto value = typed.empty() ? Result<json::Value>{json::Value{}}
                                   : value_from(typed, description_of(field), call.ctx.zone(), allocator);
        if (value)
            json::set(custom, json::find_string(field, "key").value_or(""), std::move(*value), allocator);
        else
            problems.insert(problems.end(), value.error().fields.begin(), value.error().fields.end());
    }
    if (!problems.empty()) return Error{Errc::invalid_input, "invalid", "请改正下面标出的内容", std::move(problems)};
    if (custom.MemberCount() > 0) json::set(input, "custom", std::move(custom), allocator);
    return {};
}

void add_custom_cells(web::PageCall& call, std::string_view object, std::string const& id, json::Value& cells,
                      json::Allocator& allocator) {
    auto const found = call.perform("field.values", input_of({{"object", std::string{object}}, {"id", id}}));
    if (!found) return;
    for (auto const& item : (*found)["items"].GetArray()) {
        auto cell = json::Value{rapidjson::kObjectType};
        auto const text = json::find_string(item, "text").value_or("");
        json::set(cell, "cell_label", json::find_string(item, "label").value_or(""), allocator);
        json::set(cell, "cell_text", text, allocator);
        json::set(cell, "cell_tone", "", allocator);
        json::set(cell, "cell_plain", json::Value{!text.empty()}, allocator);
        cells.PushBack(std::move(cell), allocator);
    }
}

}  // namespace wescrm::pages::record
