#include "own_list.hpp"

#include "../org_forms.hpp"
#include "../showing.hpp"
#include "own_kinds.hpp"
#include "pick.hpp"
#include "values.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>
#include <map>

namespace wescrm::pages::record {
namespace {

/// How a kind of field is filtered by.
enum class Way { part, whole, choice, department, person, record, numbers, days, none };

Way way_of(json::Value const& field) {
    static auto const ways = std::map<std::string_view, Way>{{"choice", Way::choice},
                                                             {"multi_choice", Way::choice},
                                                             {"cascade", Way::choice},
                                                             {"boolean", Way::choice},
                                                             {"department", Way::department},
                                                             {"departments", Way::department},
                                                             {"employee", Way::person},
                                                             {"employees", Way::person},
                                                             {"reference", Way::record},
                                                             {"references", Way::record},
                                                             {"integer", Way::numbers},
                                                             {"decimal", Way::numbers},
                                                             {"percent", Way::numbers},
                                                             {"money", Way::numbers},
                                                             {"duration", Way::numbers},
                                                             {"rating", Way::numbers},
                                                             {"date", Way::days},
                                                             {"datetime", Way::days},
                                                             {"mobile", Way::whole},
                                                             {"phone", Way::whole},
                                                             {"time", Way::whole},
                                                             {"rich_text", Way::none},
                                                             {"location", Way::none},
                                                             {"image", Way::none},
                                                             {"file", Way::none},
                                                             {"signature", Way::none},
                                                             {"divider", Way::none}};
    auto const found = ways.find(text_of(field, "type"));
    return found == ways.end() ? Way::part : found->second;
}

std::vector<json::Document> own_list_copies(std::vector<json::Document> const& fields) {
    auto copies = std::vector<json::Document>{};
    for (auto const& field : fields) copies.emplace_back().CopyFrom(field, copies.back().GetAllocator());
    return copies;
}

std::vector<json::Document> filterable(std::vector<json::Document> fields) {
    std::erase_if(fields, [](auto const& field) {
        return way_of(field) == Way::none || own_flag(field, "encrypted") ||
               (!own_flag(field, "searchable") && !own_flag(field, "in_list"));
    });
    return fields;
}

std::string own_list_name(json::Value const& field, std::string_view end = {}) {
    return "own-" + text_of(field, "key") + std::string{end};
}

operation::FieldDescription own_list_number(json::Value const& field, std::string const& name) {
    auto description = operation::FieldDescription{};
    description.name = name;
    description.label = text_of(field, "label");
    description.type = text_of(field, "type") == "money" ? "money" : "number";
    return description;
}

// A bound as the field keeps its values: fen, or the first or last moment of a day.
Result<std::string> bound(web::PageCall& call, json::Value const& field, std::string const& name, bool is_upper) {
    auto const typed = call.value(name);
    if (way_of(field) == Way::numbers) {
        auto memory = json::Document{};
        auto const value = value_from(typed, own_list_number(field, name), call.ctx.zone(), memory.GetAllocator());
        if (!value) return value.error();
        return json::write(*value);
    }
    auto const day = parse_date(typed);
    if (!day) return invalid_field(name, text_of(field, "label") + "应为日期");
    if (text_of(field, "type") == "date") return format_date(*day);
    auto const& zone = call.ctx.zone();
    return format_rfc3339(is_upper ? zone.start_of(add_days(*day, 1)) - std::chrono::seconds{1} : zone.start_of(*day));
}

Result<std::string> condition_of(web::PageCall& call, json::Value const& field, std::string const& typed) {
    auto const key = text_of(field, "key");
    auto value = Result<std::string>{typed};
    if (way_of(field) == Way::person) value = person_from(call, own_list_name(field), typed);
    if (way_of(field) == Way::record)
        value = record_from(call, own_list_name(field), text_of(field, "reference_object"), typed);
    if (!value) return value.error();
    return key + (way_of(field) == Way::part ? "~" : "=") + *value;
}

bool is_range(json::Value const& field) { return way_of(field) == Way::numbers || way_of(field) == Way::days; }

json::Value own_list_filter_view(web::PageCall const& call, std::string const& name, std::string const& label,
                                 json::Allocator& allocator) {
    auto view = json::Value{rapidjson::kObjectType};
    auto const typed = call.value(name);
    json::set(view, "f_name", name, allocator);
    json::set(view, "f_label", label, allocator);
    json::set(view, "f_value", typed, allocator);
    json::set(view, "f_set", json::Value{!typed.empty()}, allocator);
    for (auto const* flag : {"f_text", "f_person", "f_date", "f_yes", "f_choice"})
        json::set(view, flag, json::Value{false}, allocator);
    return view;
}

json::Value own_list_options(json::Value const& field, std::string const& chosen, json::Allocator& allocator) {
    auto options = json::Value{rapidjson::kArrayType};
    auto const add = [&](std::string const& value, std::string const& title) {
        auto option = json::Value{rapidjson::kObjectType};
        json::set(option, "o_value", value, allocator);
        json::set(option, "o_title", title, allocator);
        json::set(option, "o_chosen", json::Value{value == chosen}, allocator);
        options.PushBack(std::move(option), allocator);
    };
    if (text_of(field, "type") == "boolean") {
        add("true", "是");
        add("false", "否");
    }
    if (auto const* listed = json::find(field, "options"); listed && listed->IsArray())
        for (auto const& option : listed->GetArray())
            add(text_of(option, "key"), option_path(field, text_of(option, "key")));
    return options;
}

void add_filter(web::PageCall& call, json::Value const& field, json::Value& filters, json::Allocator& allocator) {
    auto const label = text_of(field, "label");
    auto const way = way_of(field);
    if (is_range(field)) {
        for (auto const& [end, word] : {std::pair{"-from", " 从"}, {"-to", " 到"}}) {
            auto view = own_list_filter_view(call, own_list_name(field, end), label + word, allocator);
            json::set(view, way == Way::days ? "f_date" : "f_text", json::Value{true}, allocator);
            filters.PushBack(std::move(view), allocator);
        }
        return;
    }
    auto view = own_list_filter_view(call, own_list_name(field), label, allocator);
    auto const chosen = call.value(own_list_name(field));
    auto const is_choice = way == Way::choice || way == Way::department;
    json::set(view, is_choice ? "f_choice" : way == Way::person ? "f_person" : "f_text", json::Value{true}, allocator);
    if (way == Way::choice) json::set(view, "options", own_list_options(field, chosen, allocator), allocator);
    if (way == Way::department)
        if (auto options = department_options(call, {chosen}, allocator))
            json::set(view, "departments", std::move(*options), allocator);
    filters.PushBack(std::move(view), allocator);
}

bool is_own_list_set(json::Value const& filter) { return json::find_bool(filter, "f_set").value_or(false); }

void add_own_list_filters(web::PageCall& call, std::vector<json::Document> const& fields, web::View& view) {
    auto& allocator = view.data.GetAllocator();
    auto& filters = view.data["more_filters"];
    auto const before = filters.Size();
    for (auto const& field : fields) add_filter(call, field, filters, allocator);
    auto is_filtered = false;
    for (auto n = before; n < filters.Size(); ++n) is_filtered |= is_own_list_set(filters[n]);
    if (!is_filtered) return;
    json::set(view.data, "more_open", json::Value{true}, allocator);
    json::set(view.data, "filtered", json::Value{true}, allocator);
}

bool is_number(json::Value const& field) { return way_of(field) == Way::numbers; }

// The text of each shown field, by record.
std::map<std::string, std::map<std::string, std::string>> texts_of(web::PageCall& call, Kind const& kind,
                                                                   json::Value const& items) {
    auto texts = std::map<std::string, std::map<std::string, std::string>>{};
    auto input = input_of({{"object", std::string{kind.object}}});
    auto ids = json::Value{rapidjson::kArrayType};
    for (auto const& item : items.GetArray())
        ids.PushBack(json::make_string(text_of(item, "id"), input.GetAllocator()), input.GetAllocator());
    if (ids.Empty()) return texts;
    json::set(input, "ids", std::move(ids), input.GetAllocator());
    auto const found = call.perform("field.table", input);
    if (!found) return texts;
    for (auto const& item : (*found)["items"].GetArray())
        for (auto const& value : item["values"].GetArray())
            texts[text_of(item, "id")][text_of(value, "key")] = text_of(value, "text");
    return texts;
}

void add_cells(std::vector<json::Document> const& shown,
               std::map<std::string, std::map<std::string, std::string>> const& texts, web::View& view) {
    auto& allocator = view.data.GetAllocator();
    for (auto& row : view.data["items"].GetArray()) {
        auto const record = texts.find(text_of(row, "row_id"));
        for (auto const& field : shown) {
            auto text = std::string{};
            if (record != texts.end())
                if (auto const known = record->second.find(text_of(field, "key")); known != record->second.end())
                    text = known->second;
            auto cell = json::Value{rapidjson::kObjectType};
            json::set(cell, "cell_label", text_of(field, "label"), allocator);
            json::set(cell, "cell_text", text, allocator);
            json::set(cell, "cell_tone", "", allocator);
            json::set(cell, "cell_plain", json::Value{!text.empty()}, allocator);
            json::set(cell, "cell_number", json::Value{is_number(field)}, allocator);
            json::set(cell, "cell_short", json::Value{text_of(field, "type").starts_with("date")}, allocator);
            // Phones show the first of them: a record has three lines there.
            json::set(cell, "cell_minor", json::Value{text.empty() || &field != &shown.front()}, allocator);
            json::set(cell, "cell_off_phones", json::Value{own_flag(field, "not_on_phones")}, allocator);
            row["cells"].PushBack(std::move(cell), allocator);
        }
    }
}

void add_own_list_columns(web::PageCall& call, Kind const& kind, std::vector<json::Document> fields,
                          json::Value const& items, web::View& view) {
    auto& allocator = view.data.GetAllocator();
    auto wanted = std::vector<std::string>{};
    for (auto const& [name, value] : call.request.query)
        if (name == "col") wanted.push_back(value);
    auto const is_shown = [&](json::Value const& field) {
        if (wanted.empty()) return own_flag(field, "in_list");
        return std::ranges::find(wanted, "custom." + text_of(field, "key")) != wanted.end();
    };
    std::erase_if(fields, [](auto const& field) { return text_of(field, "type") == "divider"; });
    for (auto const& field : fields) {
        auto choice = json::Value{rapidjson::kObjectType};
        json::set(choice, "col_member", "custom." + text_of(field, "key"), allocator);
        json::set(choice, "col_label", text_of(field, "label"), allocator);
        json::set(choice, "col_shown", json::Value{is_shown(field)}, allocator);
        view.data["columns"].PushBack(std::move(choice), allocator);
    }
    std::erase_if(fields, [&](auto const& field) { return !is_shown(field); });
    for (auto const& field : fields) {
        auto head = json::Value{rapidjson::kObjectType};
        json::set(head, "head_label", text_of(field, "label"), allocator);
        json::set(head, "head_href", "", allocator);
        json::set(head, "head_number", json::Value{is_number(field)}, allocator);
        view.data["heads"].PushBack(std::move(head), allocator);
    }
    if (!fields.empty()) add_cells(fields, texts_of(call, kind, items), view);
}

}  // namespace

Result<void> put_own_filters(web::PageCall& call, Kind const& kind, operation::Entry const& list,
                             json::Document& input) {
    auto conditions = json::Value{rapidjson::kArrayType};
    auto& allocator = input.GetAllocator();
    auto const add = [&](std::string const& condition) {
        conditions.PushBack(json::make_string(condition, allocator), allocator);
    };
    auto const is_asked = [](auto const& parameters) {
        return std::ranges::any_of(parameters, [](auto const& one) { return one.first.starts_with("own-"); });
    };
    if (!is_asked(call.request.query) && !is_asked(call.form)) return {};
    if (!find_field(list, "custom")) return {};
    for (auto const& field : filterable(own_fields(call, kind.object))) {
        if (is_range(field)) {
            for (auto const is_upper : {false, true}) {
                auto const name = own_list_name(field, is_upper ? "-to" : "-from");
                if (call.value(name).empty()) continue;
                auto const value = bound(call, field, name, is_upper);
                if (!value) return value.error();
                add(text_of(field, "key") + (is_upper ? "<=" : ">=") + *value);
            }
            continue;
        }
        auto const typed = call.value(own_list_name(field));
        if (typed.empty()) continue;
        auto const condition = condition_of(call, field, typed);
        if (!condition) return condition.error();
        add(*condition);
    }
    if (!conditions.Empty()) json::set(input, "custom", std::move(conditions), allocator);
    return {};
}

void add_own_fields(web::PageCall& call, Kind const& kind, operation::Entry const& list, FormShape const& shape,
                    json::Value const& items, web::View& view) {
    if (!find_field(list, "custom")) return;
    add_own_list_filters(call, filterable(own_list_copies(shape.own)), view);
    add_own_list_columns(call, kind, own_list_copies(shape.own), items, view);
}

}  // namespace wescrm::pages::record
