#include "custom_controls.hpp"

#include "../org_forms.hpp"
#include "../showing.hpp"
#include "own_kinds.hpp"
#include "pick.hpp"
#include "values.hpp"

#include <wescrm/base/encoding.hpp>
#include <wescrm/base/text.hpp>

#include <algorithm>

namespace wescrm::pages::record {
namespace {

constexpr std::string_view prefix = "custom.";
constexpr std::int64_t most_stars = 10;

std::vector<json::Document> own_control_copies(std::vector<json::Document> const& fields) {
    auto copies = std::vector<json::Document>{};
    for (auto const& field : fields) copies.emplace_back().CopyFrom(field, copies.back().GetAllocator());
    return copies;
}

// The fields that a form asks for.
std::vector<json::Document> fields_of(web::PageCall& call, Asking const& asking) {
    if (asking.object.empty() || !find_field(asking.entry, "custom")) return {};
    auto fields = asking.shape ? own_control_copies(asking.shape->own) : own_fields(call, asking.object);
    std::erase_if(fields, [](auto const& field) {
        return own_flag(field, "hidden") || own_flag(field, "read_only") || !own_kind(field);
    });
    return fields;
}

std::string own_control_name(json::Value const& field) { return std::string{prefix} + text_of(field, "key"); }

std::string typed_of(Entries const& entries, std::string const& name) {
    auto const found = entries.find(name);
    return found == entries.end() ? std::string{} : found->second;
}

std::string own_control_message(Error const* problem, std::string const& name) {
    if (problem)
        for (auto const& field : problem->fields)
            if (field.field == name || field.field.starts_with(name + "[")) return field.message;
    return {};
}

bool is_among(std::vector<std::string> const& all, std::string_view one) {
    return std::ranges::find(all, one) != all.end();
}

json::Value option_view(std::string_view value, std::string_view title, bool is_chosen, json::Allocator& allocator) {
    auto option = json::Value{rapidjson::kObjectType};
    json::set(option, "o_value", value, allocator);
    json::set(option, "o_title", title, allocator);
    json::set(option, "o_chosen", json::Value{is_chosen}, allocator);
    return option;
}

// What a choice depends on, for the script that shows only what fits.
void add_parents(json::Value const& option, json::Value& view, json::Allocator& allocator) {
    auto const* parents = json::find(option, "parents");
    if (parents && parents->IsArray() && !parents->Empty())
        json::set(view, "o_parents", json::write(*parents), allocator);
    json::set(view, "o_parent", json::find_string(option, "parent").value_or(""), allocator);
}

json::Value own_control_options(json::Value const& field, std::vector<std::string> const& chosen,
                                json::Allocator& allocator) {
    auto options = json::Value{rapidjson::kArrayType};
    auto const type = text_of(field, "type");
    if (type == "boolean") {
        options.PushBack(option_view("true", "是", is_among(chosen, "true"), allocator), allocator);
        options.PushBack(option_view("false", "否", is_among(chosen, "false"), allocator), allocator);
        return options;
    }
    auto const* listed = json::find(field, "options");
    if (!listed || !listed->IsArray()) return options;
    for (auto const& option : listed->GetArray()) {
        auto const key = json::find_string(option, "key").value_or("");
        if (own_flag(option, "disabled") && !is_among(chosen, key)) continue;
        auto const title =
            type == "cascade" ? option_path(field, key) : json::find_string(option, "label").value_or(key);
        auto view = option_view(key, title, is_among(chosen, key), allocator);
        json::set(view, "o_label", json::find_string(option, "label").value_or(key), allocator);
        add_parents(option, view, allocator);
        options.PushBack(std::move(view), allocator);
    }
    return options;
}

json::Value stars_of(json::Value const& field, std::string const& typed, json::Allocator& allocator) {
    auto stars = json::Value{rapidjson::kArrayType};
    auto const* max = json::find(field, "max");
    auto const most = max && max->IsNumber() ? static_cast<std::int64_t>(max->GetDouble()) : 5;
    for (auto n = std::int64_t{1}; n <= std::min(most, most_stars); ++n) {
        auto const word = std::to_string(n);
        stars.PushBack(option_view(word, word + " 分", word == typed, allocator), allocator);
    }
    return stars;
}

// People, records and files that are there already: each can be taken away.
json::Value kept_of(web::PageCall& call, json::Value const& field, std::string const& typed,
                    json::Allocator& allocator) {
    auto kept = json::Value{rapidjson::kArrayType};
    auto const is_file = own_kind(field)->control == "own_files";
    for (auto const& line : lines_of(typed)) {
        if (line.starts_with('!')) continue;  // of a file that was refused
        auto title = line;
        if (is_file)
            if (auto const file = call.perform("attachment.show", input_of({{"id", line}})))
                title = json::find_string(*file, "file_name").value_or(line);
        auto view = option_view(line, title, true, allocator);
        json::set(view, "o_href", is_file ? "/files/" + line : std::string{}, allocator);
        kept.PushBack(std::move(view), allocator);
    }
    return kept;
}

void add_own_control_condition(json::Value const& field, char const* member, std::string const& name, json::Value& view,
                               json::Allocator& allocator) {
    auto const* condition = json::find(field, member);
    if (!condition || !condition->IsObject()) return;
    json::set(view, name, text_of(*condition, "field"), allocator);
    if (auto const* values = json::find(*condition, "values"))
        json::set(view, name + "_values", json::write(*values), allocator);
}

// What the kind of field brings into its control.
void add_own_control_content(web::PageCall& call, json::Value const& field, std::string const& typed, json::Value& view,
                             json::Allocator& allocator) {
    auto const type = text_of(field, "type");
    auto const control = own_kind(field)->control;
    auto const lines = lines_of(typed);
    if (type == "department" || type == "departments") {
        if (auto options = department_options(call, Texts{lines.begin(), lines.end()}, allocator))
            json::set(view, "departments", std::move(*options), allocator);
    } else if (control == "own_choice" || control == "own_boxes" || control == "own_cascade") {
        json::set(view, "options", own_control_options(field, lines, allocator), allocator);
    } else if (control == "own_rating") {
        json::set(view, "options", stars_of(field, typed, allocator), allocator);
    } else if (control == "own_picks" || control == "own_files") {
        json::set(view, "kept", kept_of(call, field, typed, allocator), allocator);
    } else if (control == "own_region" || control == "own_place") {
        auto parts = text::split(typed, '\n');
        parts.resize(3);
        for (auto const& [name, part] : {std::pair{"c_first", parts[0]}, {"c_second", parts[1]}, {"c_third", parts[2]}})
            json::set(view, name, text::trim(part), allocator);
    }
    auto const is_person = type == "employee" || type == "employees";
    json::set(view, "c_pick", is_person ? "person" : text_of(field, "reference_object"), allocator);
    json::set(view, "c_pick_hint", is_person ? "姓名或账号" : "名称或编号", allocator);
    json::set(view, "c_accept", type == "file" ? "" : "image/png,image/jpeg,image/gif,image/webp", allocator);
    json::set(view, "c_several", json::Value{type == "image" || type == "file"}, allocator);
}

std::string stored_text(web::PageCall& call, Asking const& asking, json::Value const& field) {
    auto const* custom = asking.record ? json::find(*asking.record, "custom") : nullptr;
    auto const* value = custom ? json::find(*custom, text_of(field, "key")) : nullptr;
    return value ? own_typed(call, field, *value) : std::string{};
}

// What a new record begins with.
std::string default_text(web::PageCall& call, json::Value const& field) {
    auto const word = text_of(field, "default");
    if (word.empty() || word == "@now") return {};
    if (word == "@me") return call.ctx.actor().name + " (" + call.ctx.actor().user_id.value() + ")";
    if (word == "@today") return format_date(call.ctx.today());
    auto const parsed = json::parse(word);
    if (parsed && (parsed->IsNumber() || parsed->IsArray())) return own_typed(call, field, *parsed);
    return word;
}

}  // namespace

json::Value own_control(web::PageCall& call, json::Value const& field, Entries const& entries, Error const* problem,
                        json::Allocator& allocator) {
    auto const* kind = own_kind(field);
    if (!kind) return {};
    auto view = json::Value{rapidjson::kObjectType};
    auto const name = own_control_name(field);
    auto const typed = typed_of(entries, name);
    auto const required = own_flag(field, "required");
    json::set(view, "is_own", json::Value{true}, allocator);
    json::set(view, "c_position", json::Value{json::find_integer(field, "position").value_or(0)}, allocator);
    auto const is_group = kind->control == "own_boxes" || kind->control == "own_rating" ||
                          kind->control == "own_region" || kind->control == "own_place";
    json::set(view, "own_group", json::Value{is_group}, allocator);
    json::set(view, "own_heading", json::Value{false}, allocator);
    json::set(view, "own_signature", json::Value{text_of(field, "type") == "signature"}, allocator);
    json::set(view, kind->control, json::Value{true}, allocator);
    json::set(view, "c_key", text_of(field, "key"), allocator);
    json::set(view, "c_name", name, allocator);
    json::set(view, "c_id", "own-" + text_of(field, "key"), allocator);
    json::set(view, "c_label", text_of(field, "label") + std::string{kind->unit}, allocator);
    json::set(view, "c_value", typed, allocator);
    json::set(view, "c_keyboard", kind->keyboard, allocator);
    json::set(view, "c_required", json::Value{required}, allocator);
    json::set(view, "c_help", text_of(field, "help"), allocator);
    json::set(view, "c_length", std::to_string(json::find_integer(field, "max_length").value_or(2'000)), allocator);
    json::set(view, "c_depends", text_of(field, "depends_on"), allocator);
    auto const is_whole = json::find_integer(field, "width") == 2 || kind->control == "own_long" ||
                          kind->control == "own_heading" || kind->control == "own_place" ||
                          kind->control == "own_files" || kind->control == "own_region";
    json::set(view, "c_whole", json::Value{is_whole}, allocator);
    add_own_control_condition(field, "visible_when", "c_when", view, allocator);
    add_own_control_condition(field, "required_when", "c_need", view, allocator);
    add_own_control_content(call, field, typed, view, allocator);
    json::set(view, "c_error", own_control_message(problem, name), allocator);
    return view;
}

void add_custom_controls(web::PageCall& call, Asking const& asking, Entries const& entries, Error const* problem,
                         json::Value& controls, json::Allocator& allocator) {
    auto begun = entries;
    auto const is_new = !asking.record && !problem;
    for (auto const& field : fields_of(call, asking)) {
        if (auto const name = own_control_name(field); is_new && !begun.contains(name))
            begun[name] = default_text(call, field);
        controls.PushBack(own_control(call, field, begun, problem, allocator), allocator);
    }
}

void add_custom_entries(web::PageCall const& call, Entries& entries) {
    for (auto const& [name, value] : call.form) {
        if (!name.starts_with(prefix)) continue;
        auto const [entry, is_new] = entries.emplace(name, value);
        if (!is_new) entry->second += "\n" + value;
    }
    for (auto const& file : call.files) {
        if (!file.name.starts_with(prefix) || file.file_name.empty() || file.content.empty()) continue;
        auto input = input_of({{"file_name", file.file_name}, {"content", to_base64(file.content)}});
        auto const kept = call.perform("attachment.upload", input);
        auto const id = kept ? json::find_string(*kept, "id").value_or("") : std::string{};
        if (!id.empty()) entries[file.name] += "\n" + id;
        // Said beside the field when the form comes back: what is no id is no file.
        if (!kept && !kept.error().fields.empty()) entries[file.name] += "\n!" + kept.error().fields.front().message;
    }
}

void add_stored_custom(web::PageCall& call, Asking const& asking, Entries& entries) {
    for (auto const& field : fields_of(call, asking))
        entries[own_control_name(field)] = stored_text(call, asking, field);
}

Result<void> put_custom(web::PageCall& call, Asking const& asking, Entries const& entries, json::Document& input) {
    auto custom = json::Value{rapidjson::kObjectType};
    auto& allocator = input.GetAllocator();
    auto problems = std::vector<FieldError>{};
    for (auto const& field : fields_of(call, asking)) {
        auto const name = own_control_name(field);
        auto const typed = typed_of(entries, name);
        if (!entries.contains(name) || own_kind(field)->value.empty()) continue;
        if (lines_of(typed) == lines_of(stored_text(call, asking, field))) continue;
        auto value = own_value(call, field, typed, allocator);
        if (value)
            json::set(custom, text_of(field, "key"), std::move(*value), allocator);
        else
            add_fields_of(value.error(), problems);
    }
    if (!problems.empty()) return Error{Errc::invalid_input, "invalid", "请改正下面标出的内容", std::move(problems)};
    if (custom.MemberCount() > 0) json::set(input, "custom", std::move(custom), allocator);
    return {};
}

json::Document values_of(web::PageCall& call, std::string_view object, std::string const& id) {
    auto found = call.perform("field.values", input_of({{"object", std::string{object}}, {"id", id}}));
    return found ? std::move(*found) : json::Document{};
}

void add_custom_cells(web::PageCall& call, std::string_view object, std::string const& id, json::Value const& values,
                      json::Value& cells, json::Allocator& allocator) {
    if (!values.IsObject()) return;
    auto const reveal = std::string{object} + ".reveal";
    auto const can_open = call.operations.catalogue().find(reveal) != nullptr;
    for (auto const& item : values["items"].GetArray()) {
        if (!own_flag(item, "in_detail")) continue;
        auto cell = json::Value{rapidjson::kObjectType};
        auto const text = json::find_string(item, "text").value_or("");
        auto const opens = can_open && own_flag(item, "is_masked");
        json::set(cell, "cell_reveal",
                  opens ? "/app/reveal/" + std::string{object} + "/" + id + "/custom." + text_of(item, "key") : "",
                  allocator);
        json::set(cell, "cell_off_phones", json::Value{!own_flag(item, "on_phones")}, allocator);
        auto const is_heading = json::find_string(item, "type") == "divider";
        json::set(cell, "cell_label", json::find_string(item, "label").value_or(""), allocator);
        json::set(cell, "cell_text", text, allocator);
        json::set(cell, "cell_tone", "", allocator);
        json::set(cell, "cell_heading", json::Value{is_heading}, allocator);
        auto files = json::Value{rapidjson::kArrayType};
        if (auto const* listed = json::find(item, "files"); listed && listed->IsArray())
            for (auto const& file : listed->GetArray()) {
                auto view = json::Value{rapidjson::kObjectType};
                auto const file_id = json::find_string(file, "id").value_or("");
                json::set(view, "cf_href", "/files/" + file_id, allocator);
                json::set(view, "cf_name", json::find_string(file, "name").value_or(""), allocator);
                json::set(view, "cf_picture", json::Value{own_flag(file, "is_image")}, allocator);
                files.PushBack(std::move(view), allocator);
            }
        json::set(cell, "cell_plain", json::Value{!text.empty() && files.Empty() && !opens}, allocator);
        json::set(cell, "cell_files", std::move(files), allocator);
        cells.PushBack(std::move(cell), allocator);
    }
}

}  // namespace wescrm::pages::record
