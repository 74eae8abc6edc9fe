#include "own_kinds.hpp"

#include "../org_forms.hpp"
#include "../showing.hpp"
#include "pick.hpp"
#include "values.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>
#include <array>

namespace wescrm::pages::record {
namespace {

constexpr auto own_kinds = std::to_array<OwnKind>({
    {"text", "own_line", "string", "text", ""},
    {"textarea", "own_long", "string", "text", ""},
    {"rich_text", "own_long", "string", "text", ""},
    {"integer", "own_line", "integer", "numeric", ""},
    {"decimal", "own_line", "number", "decimal", ""},
    {"percent", "own_line", "number", "decimal", "（%）"},
    {"money", "own_line", "money", "decimal", "（元）"},
    {"date", "own_date", "date", "", ""},
    {"datetime", "own_moment", "date-time", "", ""},
    {"time", "own_time", "string", "", ""},
    {"duration", "own_line", "integer", "numeric", "（分钟）"},
    {"choice", "own_choice", "string", "", ""},
    {"multi_choice", "own_boxes", "words", "", ""},
    {"cascade", "own_cascade", "path", "", ""},
    {"boolean", "own_choice", "boolean", "", ""},
    {"mobile", "own_line", "string", "tel", ""},
    {"phone", "own_line", "string", "tel", ""},
    {"email", "own_line", "string", "email", ""},
    {"url", "own_line", "string", "url", ""},
    {"credit_code", "own_line", "string", "text", ""},
    {"region", "own_region", "words", "text", ""},
    {"location", "own_place", "place", "decimal", ""},
    {"employee", "own_pick", "person", "", ""},
    {"employees", "own_picks", "people", "", ""},
    {"department", "own_choice", "string", "", ""},
    {"departments", "own_boxes", "words", "", ""},
    {"reference", "own_pick", "record", "", ""},
    {"references", "own_picks", "records", "", ""},
    {"image", "own_files", "words", "", ""},
    {"file", "own_files", "words", "", ""},
    {"signature", "own_files", "last", "", ""},
    {"tags", "own_line", "array", "text", ""},
    {"rating", "own_rating", "integer", "", ""},
    {"divider", "own_heading", "", "", ""},
});

std::string own_name(json::Value const& field) { return "custom." + text_of(field, "key"); }

operation::FieldDescription description_of(json::Value const& field) {
    auto description = operation::FieldDescription{};
    description.name = own_name(field);
    description.label = text_of(field, "label");
    description.type = own_kind(field)->value;
    return description;
}

json::Value const* option_of(json::Value const& field, std::string const& key) {
    auto const* options = json::find(field, "options");
    if (options && options->IsArray())
        for (auto const& option : options->GetArray())
            if (json::find_string(option, "key") == key) return &option;
    return nullptr;
}

// From the top down.
std::vector<json::Value const*> chain_of(json::Value const& field, std::string key) {
    auto chain = std::vector<json::Value const*>{};
    constexpr std::size_t deepest = 10;
    while (chain.size() < deepest) {
        auto const* option = option_of(field, key);
        if (!option) break;
        chain.insert(chain.begin(), option);
        key = json::find_string(*option, "parent").value_or("");
    }
    return chain;
}

std::string person_text(web::PageCall& call, std::string const& user) {
    auto const found = call.perform("employee.get", input_of({{"user_id", user}}));
    return found ? json::find_string(*found, "name").value_or(user) + " (" + user + ")" : user;
}

std::vector<std::string> own_words(json::Value const& value) {
    auto words = std::vector<std::string>{};
    if (value.IsArray())
        for (auto const& entry : value.GetArray())
            if (entry.IsString()) words.emplace_back(json::view(entry));
    if (value.IsString()) words.emplace_back(json::view(value));
    return words;
}

std::string own_place_text(json::Value const& value) {
    auto const number = [&](std::string_view member) {
        auto const* found = json::find(value, member);
        return found && found->IsNumber() ? json::write(*found) : std::string{};
    };
    return number("latitude") + "\n" + number("longitude") + "\n" + json::find_string(value, "address").value_or("");
}

Result<json::Value> place_from(json::Value const& field, std::string const& typed, json::Allocator& allocator) {
    auto parts = text::split(typed, '\n');
    parts.resize(3);
    auto number = description_of(field);
    number.type = "number";
    auto place = json::Value{rapidjson::kObjectType};
    for (auto const& [member, part] : {std::pair{"latitude", parts[0]}, {"longitude", parts[1]}}) {
        auto value = value_from(std::string{text::trim(part)}, number, Zone{}, allocator);
        if (!value) return invalid_field(own_name(field), "请填写经纬度，例如 31.23 和 121.47");
        json::set(place, member, std::move(*value), allocator);
    }
    json::set(place, "address", text::trim(parts[2]), allocator);
    return place;
}

Result<json::Value> list_from(web::PageCall& call, json::Value const& field, std::string const& typed,
                              json::Allocator& allocator) {
    auto list = json::Value{rapidjson::kArrayType};
    auto const kind = own_kind(field)->value;
    for (auto const& line : lines_of(typed)) {
        if (line.starts_with('!')) return invalid_field(own_name(field), line.substr(1));
        auto one = Result<std::string>{line};
        if (kind == "people") one = person_from(call, own_name(field), line);
        if (kind == "records") one = record_from(call, own_name(field), text_of(field, "reference_object"), line);
        if (!one) return one.error();
        list.PushBack(json::make_string(*one, allocator), allocator);
    }
    return list;
}

}  // namespace

OwnKind const* own_kind(json::Value const& field) {
    auto const type = text_of(field, "type");
    auto const found = std::ranges::find(own_kinds, type, &OwnKind::type);
    return found == own_kinds.end() ? nullptr : &*found;
}

std::vector<json::Document> own_fields(web::PageCall& call, std::string_view object) {
    auto fields = std::vector<json::Document>{};
    auto const found = call.perform("field.list", input_of({{"object", std::string{object}}}));
    if (!found) return fields;
    for (auto const& field : (*found)["items"].GetArray()) {
        auto& copy = fields.emplace_back();
        copy.CopyFrom(field, copy.GetAllocator());
    }
    return fields;
}

bool own_flag(json::Value const& field, std::string_view member) {
    return json::find_bool(field, member).value_or(false);
}

std::vector<std::string> lines_of(std::string const& typed) {
    auto lines = std::vector<std::string>{};
    for (auto const& line : text::split(typed, '\n'))
        if (auto const one = text::trim(line); !one.empty()) lines.emplace_back(one);
    return lines;
}

std::string option_path(json::Value const& field, std::string const& key) {
    auto labels = std::vector<std::string>{};
    for (auto const* option : chain_of(field, key)) labels.push_back(json::find_string(*option, "label").value_or(key));
    return text::join(labels, " / ");
}

std::string own_typed(web::PageCall& call, json::Value const& field, json::Value const& value) {
    auto const* kind = own_kind(field);
    if (!kind || value.IsNull()) return {};
    if (kind->value == "place") return own_place_text(value);
    auto words = own_words(value);
    if (kind->value == "path") return words.empty() ? std::string{} : words.back();
    if (kind->value == "person" || kind->value == "people")
        for (auto& word : words) word = person_text(call, word);
    if (kind->value == "record" || kind->value == "records")
        for (auto& word : words) word = record_text(call, text_of(field, "reference_object"), word);
    if (kind->value == "array" || value.IsNumber() || value.IsBool() || kind->value == "date-time")
        return typed_from(value, description_of(field), call.ctx.zone());
    return text::join(words, "\n");
}

Result<json::Value> own_value(web::PageCall& call, json::Value const& field, std::string const& typed,
                              json::Allocator& allocator) {
    auto const kind = own_kind(field)->value;
    if (lines_of(typed).empty()) return json::Value{};
    if (kind == "last") {
        auto const last = lines_of(typed).back();
        if (last.starts_with('!')) return invalid_field(own_name(field), last.substr(1));
        return json::make_string(last, allocator);
    }
    if (kind == "place") return place_from(field, typed, allocator);
    if (kind == "words" || kind == "people" || kind == "records") return list_from(call, field, typed, allocator);
    if (kind == "path") {
        auto path = json::Value{rapidjson::kArrayType};
        for (auto const* option : chain_of(field, typed))
            path.PushBack(json::make_string(json::find_string(*option, "key").value_or(""), allocator), allocator);
        return path;
    }
    if (kind == "person" || kind == "record") {
        auto const one = kind == "person"
                             ? person_from(call, own_name(field), typed)
                             : record_from(call, own_name(field), text_of(field, "reference_object"), typed);
        if (!one) return one.error();
        return json::make_string(*one, allocator);
    }
    return value_from(typed, description_of(field), call.ctx.zone(), allocator);
}

}  // namespace wescrm::pages::record
