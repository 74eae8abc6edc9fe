#include "controls.hpp"

#include "../org_forms.hpp"
#include "custom_controls.hpp"
#include "pick.hpp"
#include "tags.hpp"
#include "values.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/base/unit_price.hpp>
#include <wescrm/operation/permissions.hpp>

#include <algorithm>
#include <limits>

namespace wescrm::pages::record {
namespace {

constexpr std::size_t one_line = 200;
constexpr std::string_view other = "其他";
constexpr std::string_view other_with = "其他：";

// 其他：说明 is one of the reasons, with words of one's own.
std::string other_words(std::string const& typed) {
    return typed.starts_with(other_with) ? typed.substr(other_with.size()) : std::string{};
}

bool offers_other(json::Value const& options) {
    return std::any_of(options.Begin(), options.End(),
                       [](auto const& option) { return json::find_string(option, "o_value") == std::string{other}; });
}

// Which control fits a field.
std::string_view control_for(Field const& field, operation::FieldDescription const& description) {
    using Ask = Field::Ask;
    if (field.ask == Ask::person || field.ask == Ask::record) return "is_pick";
    if (field.ask == Ask::lines) return "is_lines";
    if (field.ask == Ask::departments) return "is_choices";
    if (field.ask == Ask::tags) return "is_tags";
    if (field.ask == Ask::choice || field.ask == Ask::department || description.type == "enum") return "is_choice";
    if (description.type == "boolean") return "is_box";
    if (description.type == "date") return "is_date";
    if (description.type == "date-time") return "is_moment";
    if (description.type == "string" && description.limits.max_length > one_line) return "is_long";
    return "is_line";
}

json::Value controls_options(web::PageCall& call, Asking const& asking, Field const& field,
                             operation::FieldDescription const& description, std::string const& chosen,
                             json::Allocator& allocator) {
    if (!field.source.operation.empty() || !field.source.member.empty())
        return choices_of(call, field.source, asking.record, chosen, allocator);
    if (!field.words.empty()) return choices_of(field.words, chosen, allocator);
    auto words = Words{};
    for (auto const& value : description.values) words.push_back({value, value});
    return choices_of(words, chosen, allocator);
}

std::string entry_of(Entries const& entries, std::string_view name) {
    auto const found = entries.find(name);
    return found == entries.end() ? std::string{} : found->second;
}

// What the company made of the field.
void add_setting(Asking const& asking, Field const& field, operation::FieldDescription const& description,
                 json::Value& view, json::Allocator& allocator) {
    auto const* setting = asking.shape ? asking.shape->find(field.name) : nullptr;
    auto const is_asked_for = !description.is_required && setting && setting->is_required;
    json::set(view, "c_label", label_in(asking, field, description), allocator);
    json::set(view, "c_help", setting ? setting->help : std::string{}, allocator);
    auto const is_required = description.is_required || is_asked_for || field.is_needed;
    json::set(view, "c_required", json::Value{is_required}, allocator);
    json::set(view, "c_optional", json::Value{!is_required}, allocator);
    json::set(view, "c_must_choose", json::Value{is_asked_for}, allocator);
    // What no form places, lines of products, comes last in one that places the others.
    auto const last = asking.shape && asking.shape->is_ordered() ? std::numeric_limits<std::int64_t>::max() : 0;
    json::set(view, "c_position", json::Value{setting ? setting->position : last}, allocator);
}

json::Value control(web::PageCall& call, Asking const& asking, Field const& field, Entries const& entries,
                    json::Allocator& allocator) {
    auto const& description = *find_field(asking.entry, field.name);
    auto const typed = entry_of(entries, field.name);
    auto view = field.ask == Field::Ask::lines ? lines_control(call, field, description, entries, allocator)
                                               : json::Value{rapidjson::kObjectType};
    json::set(view, "is_own", json::Value{false}, allocator);
    json::set(view, "c_name", field.name, allocator);
    json::set(view, "c_value", typed, allocator);
    add_setting(asking, field, description, view, allocator);
    json::set(view, "c_hint", field.ask == Field::Ask::person ? "姓名或账号" : std::string_view{description.hint},
              allocator);
    json::set(view, "c_length", std::to_string(description.limits.max_length), allocator);
    json::set(view, "c_pick", field.ask == Field::Ask::person ? "person" : field.object, allocator);
    auto const kind = control_for(field, description);
    json::set(view, kind, json::Value{true}, allocator);
    json::set(view, "c_on", json::Value{typed == "true" || typed == "on"}, allocator);
    if (field.ask == Field::Ask::department || field.ask == Field::Ask::departments) {
        auto const parts = text::split(typed, ',');
        if (auto options = department_options(call, Texts{parts.begin(), parts.end()}, allocator))
            json::set(view, "departments", std::move(*options), allocator);
    } else if (field.ask == Field::Ask::tags) {
        json::set(view, "tag_groups", tag_choices(call, field.object, typed, ChosenFor::records, allocator), allocator);
        auto const may_make = field.name != "remove" && call.ctx.may("tag.manage");
        json::set(view, "c_new_tags", json::Value{may_make}, allocator);
    } else if (kind == "is_choice") {
        auto const words = field.is_open ? other_words(typed) : std::string{};
        auto options =
            controls_options(call, asking, field, description, words.empty() ? typed : std::string{other}, allocator);
        json::set(view, "c_other", json::Value{field.is_open && offers_other(options)}, allocator);
        json::set(view, "c_other_value", words, allocator);
        // Where the company has no list to choose from, any words will do.
        if (field.is_open && options.Empty()) {
            json::set(view, "is_choice", json::Value{false}, allocator);
            json::set(view, description.limits.max_length > one_line ? "is_long" : "is_line", json::Value{true},
                      allocator);
        }
        // Yes or no: there is no third.
        if (description.type == "boolean") json::set(view, "c_optional", json::Value{false}, allocator);
        // The first of the reasons is nobody's choice.
        if (field.is_open && description.is_required) json::set(view, "c_must_choose", json::Value{true}, allocator);
        json::set(view, "options", std::move(options), allocator);
    }
    return view;
}

// An error may name something deeper inside: "lines[1].quantity" belongs to "lines".
std::string control_message(Error const* problem, std::string_view name) {
    if (!problem) return {};
    for (auto const& field : problem->fields) {
        auto const end = field.field.find_first_of("[.");
        if (field.field.substr(0, end) != name) continue;
        auto const row =
            end == std::string::npos || field.field[end] != '[' ? 0 : std::atoi(field.field.c_str() + end + 1) + 1;
        return row == 0 ? field.message : "第 " + std::to_string(row) + " 行：" + field.message;
    }
    return {};
}

json::Value in_order(json::Value controls, json::Allocator& allocator) {
    auto places = std::vector<std::pair<std::int64_t, rapidjson::SizeType>>{};
    for (auto n = rapidjson::SizeType{0}; n < controls.Size(); ++n)
        places.emplace_back(json::find_integer(controls[n], "c_position").value_or(0), n);
    std::ranges::sort(places);
    auto ordered = json::Value{rapidjson::kArrayType};
    for (auto const& [position, n] : places) ordered.PushBack(std::move(controls[n]), allocator);
    return ordered;
}

// Every value that was sent under a name, as "1,2".
std::string all_values(web::PageCall const& call, std::string_view name) {
    auto values = std::vector<std::string>{};
    for (auto const& sent : {call.form, call.request.query})
        for (auto const& [known, value] : sent)
            if (known == name && !value.empty()) values.push_back(value);
    return text::join(values, ",");
}

bool is_ticked(std::string const& typed) { return typed == "true" || typed == "on"; }

// True if an empty control was dealt with.
bool put_nothing(json::Document& input, Field const& field, operation::FieldDescription const& description,
                 std::string const& typed, bool empties) {
    if (field.ask == Field::Ask::tags && typed.empty()) {  // none is a choice as well
        json::set(input, field.name, json::Value{rapidjson::kArrayType}, input.GetAllocator());
        return true;
    }
    auto const is_box = description.type == "boolean" && field.ask == Field::Ask::by_type;
    if (!typed.empty() && (!is_box || is_ticked(typed) || empties)) return false;
    if (description.type == "array" && empties)
        json::set(input, field.name, json::Value{rapidjson::kArrayType}, input.GetAllocator());
    else if (description.is_required)
        json::set(input, field.name, json::Value{""}, input.GetAllocator());
    else if (empties)
        json::set(input, field.name, json::Value{}, input.GetAllocator());
    return true;
}

}  // namespace

std::string member_of(Field const& field) {
    return field.ask == Field::Ask::unit_price ? exact_name(field.name) : std::string{field.name};
}

std::string typed_price(json::Value const& e4) {
    if (!e4.IsInt64()) return {};
    return text::replace_all(format_unit_price(UnitPrice::from_e4(e4.GetInt64())), ",", "");
}

std::string_view label_of(Field const& field, operation::FieldDescription const& description) {
    return !field.label.empty()        ? field.label
           : description.label.empty() ? field.name
                                       : std::string_view{description.label};
}

std::string label_in(Asking const& asking, Field const& field, operation::FieldDescription const& description) {
    if (asking.shape)
        if (auto const label = own_label(*asking.shape, field.name); !label.empty()) return std::string{label};
    return std::string{label_of(field, description)};
}

json::Value controls_of(web::PageCall& call, Asking const& asking, Entries const& entries, Error const* problem,
                        json::Allocator& allocator) {
    auto controls = json::Value{rapidjson::kArrayType};
    for (auto const& field : asking.fields) {
        if (!find_field(asking.entry, field.name) || operation::is_switched_off(call.ctx.actor(), field.object))
            continue;
        auto view = control(call, asking, field, entries, allocator);
        json::set(view, "c_error", control_message(problem, field.name), allocator);
        controls.PushBack(std::move(view), allocator);
    }
    add_custom_controls(call, asking, entries, problem, controls, allocator);
    return asking.shape ? in_order(std::move(controls), allocator) : std::move(controls);
}

Entries typed_in(web::PageCall const& call, Asking const& asking) {
    auto entries = Entries{};
    for (auto const& field : asking.fields) {
        auto const* description = find_field(asking.entry, field.name);
        if (!description) continue;
        auto const prefix = std::string{field.name} + ".";
        if (field.ask == Field::Ask::lines) {
            for (auto const& [name, value] : call.form)
                if (name.starts_with(prefix) && !value.empty()) entries[name] = value;
            continue;
        }
        if (field.ask == Field::Ask::tags) {
            entries[std::string{field.name}] = chosen_tags(call, field.name);
            continue;
        }
        auto typed = field.ask == Field::Ask::departments ? all_values(call, field.name) : call.value(field.name);
        if (field.is_open && typed == other)
            if (auto const words = std::string{text::trim(call.value(std::string{field.name} + ".other"))};
                !words.empty())
                typed = std::string{other_with} + std::string{words};
        if (description->type == "boolean" && field.ask == Field::Ask::by_type)
            typed = is_ticked(typed) ? "true" : "false";
        entries[std::string{field.name}] = std::move(typed);
    }
    add_custom_entries(call, entries);
    return entries;
}

Entries stored_in(web::PageCall& call, Asking const& asking) {
    auto entries = Entries{};
    if (!asking.record) return entries;
    for (auto const& field : asking.fields) {
        auto const* description = find_field(asking.entry, field.name);
        auto const* value =
            json::find(*asking.record, field.shown.empty() ? member_of(field) : std::string{field.shown});
        if (!description || !value) continue;
        if (field.ask == Field::Ask::unit_price) {
            entries[std::string{field.name}] = typed_price(*value);
            continue;
        }
        if (field.ask == Field::Ask::lines)
            store_lines(call, field, *description, *value, entries);
        else if (field.ask == Field::Ask::tags)
            entries[std::string{field.name}] = joined_tags(*value);
        else if (field.ask == Field::Ask::records)
            entries[std::string{field.name}] = record_texts(call, field.object, *value);
        else if (field.ask == Field::Ask::record && field.shown.empty() && value->IsString())
            entries[std::string{field.name}] = record_text(call, field.object, std::string{json::view(*value)});
        else
            entries[std::string{field.name}] = typed_from(*value, *description, call.ctx.zone());
    }
    add_stored_custom(call, asking, entries);
    return entries;
}

bool is_same(Field const& field, Entries const& a, Entries const& b) {
    auto const of_field = [&](Entries const& entries) {
        auto mine = Entries{};
        auto const prefix = std::string{field.name} + ".";
        for (auto const& [name, typed] : entries)
            if ((name == field.name || name.starts_with(prefix)) && !typed.empty()) mine[name] = typed;
        return mine;
    };
    return of_field(a) == of_field(b);
}

Result<json::Value> value_of(web::PageCall& call, Field const& field, operation::FieldDescription const& description,
                             std::string const& typed, json::Allocator& allocator) {
    if (field.ask == Field::Ask::tags) return tags_from(typed, allocator);
    if (field.ask == Field::Ask::records) return records_from(call, field, typed, allocator);
    auto resolved = Result<std::string>{typed};
    if (field.ask == Field::Ask::person) resolved = person_from(call, field.name, typed);
    if (field.ask == Field::Ask::record) resolved = record_from(call, field.name, field.object, typed);
    if (!resolved) return resolved.error();
    if (field.ask == Field::Ask::unit_price) {
        auto const price = parse_unit_price(typed);
        if (!price) return invalid_field(std::string{field.name}, "应为单价（元），最多四位小数，例如 12.3456");
        return json::Value{price->e4()};
    }
    return value_from(*resolved, description, call.ctx.zone(), allocator);
}

Result<json::Document> input_from(web::PageCall& call, Asking const& asking, Entries const& entries, bool empties) {
    auto input = json::Document{rapidjson::kObjectType};
    auto problems = std::vector<FieldError>{};
    for (auto const& field : asking.fields) {
        auto const* description = find_field(asking.entry, field.name);
        if (!description) continue;
        auto const is_lines = field.ask == Field::Ask::lines;
        auto const typed = entry_of(entries, field.name);
        if (!is_lines && put_nothing(input, field, *description, typed, empties)) continue;
        auto value = is_lines ? lines_from(call, field, *description, entries, input.GetAllocator())
                              : value_of(call, field, *description, typed, input.GetAllocator());
        if (value)
            json::set(input, member_of(field), std::move(*value), input.GetAllocator());
        else
            add_fields_of(value.error(), problems);
    }
    if (auto const put = put_custom(call, asking, entries, input); !put) add_fields_of(put.error(), problems);
    if (!problems.empty()) return Error{Errc::invalid_input, "invalid", "请改正下面标出的内容", std::move(problems)};
    return input;
}

}  // namespace wescrm::pages::record
