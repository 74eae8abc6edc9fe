#include "field_draft.hpp"

#include "../org_forms.hpp"
#include "../record/own_kinds.hpp"
#include "../showing.hpp"
#include "field_words.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

namespace wescrm::pages {
namespace {

constexpr auto of_record = std::to_array<char const*>(
    {"id", "object", "position", "version", "created_at", "updated_at", "created_by"});  // not of a definition
constexpr auto texts = std::to_array<std::string_view>(
    {"help", "default", "pattern", "pattern_message", "depends_on", "reference_object", "number_prefix"});
constexpr auto whole_numbers = std::to_array<std::string_view>({"max_length", "decimals", "width"});
constexpr auto draft_numbers = std::to_array<std::string_view>({"min", "max"});
constexpr auto boxes =
    std::to_array<std::string_view>({"required", "unique", "read_only", "hidden", "in_list", "in_card", "searchable",
                                     "masked", "in_pool", "not_exported", "not_in_detail", "not_on_phones"});

json::Value copied(json::Value const& field, json::Allocator& allocator) {
    auto copy = json::Value{field, allocator};
    for (auto const* member : of_record) copy.RemoveMember(member);
    return copy;
}

std::string const system_prefix = "system.";

// The definition of a field that every company has; without a label of its own, as it is everywhere.
json::Value setting_of(json::Value const& field, std::string const& label, json::Allocator& allocator) {
    auto const is_set = !label.empty();
    auto made = json::Value{rapidjson::kObjectType};
    json::set(made, "key", system_prefix + text_of(field, "key"), allocator);
    json::set(made, "label", is_set ? label : text_of(field, "standard_label"), allocator);
    json::set(made, "type", text_of(field, "type"), allocator);
    auto const is_key = record::own_flag(field, "is_key");
    json::set(made, "required", json::Value{is_key || (is_set && record::own_flag(field, "required"))}, allocator);
    if (!is_set) return made;
    json::set(made, "hidden", json::Value{record::own_flag(field, "hidden")}, allocator);
    json::set(made, "not_in_detail", json::Value{record::own_flag(field, "not_in_detail")}, allocator);
    if (auto const help = text_of(field, "help"); !help.empty()) json::set(made, "help", help, allocator);
    if (auto const in_list = json::find_bool(field, "in_list"))
        json::set(made, "in_list", json::Value{*in_list}, allocator);
    return made;
}

bool has_options(std::string_view type) { return type == "choice" || type == "multi_choice" || type == "cascade"; }

std::vector<std::string> words_of(std::string text) {
    for (auto const* separator : {"，", "；", ",", ";", "\n"})
        text = text::replace_all(std::move(text), separator, "、");
    auto words = std::vector<std::string>{};
    for (auto const& part : text::split(text::replace_all(std::move(text), "、", "\n"), '\n'))
        if (auto const word = text::trim(part); !word.empty()) words.emplace_back(word);
    return words;
}

// The keys of options by what people call them; other words stay as they are.
json::Value keys_of(json::Value const* field, std::vector<std::string> const& words, json::Allocator& allocator) {
    auto keys = json::Value{rapidjson::kArrayType};
    for (auto const& word : words) {
        auto key = word == "是" ? std::string{"true"} : word == "否" ? std::string{"false"} : word;
        auto const* options = field ? json::find(*field, "options") : nullptr;
        if (options && options->IsArray())
            for (auto const& option : options->GetArray())
                if (text_of(option, "label") == word) key = text_of(option, "key");
        keys.PushBack(json::make_string(key, allocator), allocator);
    }
    return keys;
}

std::string old_label(json::Value const& field, std::string const& key) {
    auto const* options = json::find(field, "options");
    if (options && options->IsArray())
        for (auto const& option : options->GetArray())
            if (text_of(option, "key") == key) return text_of(option, "label");
    return key;
}

}  // namespace

Result<FieldDraftEditor> FieldDraftEditor::open(web::PageCall& call, std::string const& object) {
    auto const form = call.perform("field_form.show", input_of({{"object", object}}));
    if (!form) return form.error();
    auto editor = FieldDraftEditor{call, object};
    auto const* draft = json::find(*form, "draft");
    editor.is_draft_ = draft && draft->IsObject();
    editor.version_ = json::find_integer(*form, "version").value_or(0);
    for (auto const& field : (*form)["fields"].GetArray()) {
        editor.published_.push_back(text_of(field, "key"));
        if (auto const* options = json::find(field, "options"); options && options->IsArray())
            for (auto const& option : options->GetArray())
                editor.published_options_.emplace(text_of(field, "key"), text_of(option, "key"));
    }
    editor.system_.CopyFrom((*form)["system"], editor.system_.GetAllocator());
    if (editor.is_draft_)
        editor.take_draft(*draft);
    else
        editor.take_published(*form);
    return editor;
}

// The company's own and the system's, one among the other; those of the system that nobody placed come first.
void FieldDraftEditor::take_published(json::Value const& form) {
    auto& allocator = fields_.GetAllocator();
    auto places = std::vector<std::pair<std::int64_t, json::Value>>{};
    for (auto const& field : system_.GetArray())
        places.emplace_back(json::find_integer(field, "position").value_or(0),
                            setting_of(field, text_of(field, "label"), allocator));
    for (auto const& field : form["fields"].GetArray())
        places.emplace_back(json::find_integer(field, "position").value_or(0), copied(field, allocator));
    std::ranges::stable_sort(places, {}, [](auto const& place) { return place.first; });
    for (auto& [position, field] : places) fields_.PushBack(std::move(field), allocator);
}

// What the draft says nothing of is as in every company.
void FieldDraftEditor::take_draft(json::Value const& draft) {
    auto& allocator = fields_.GetAllocator();
    auto placed = std::set<std::string>{};
    for (auto const& field : draft["fields"].GetArray()) placed.insert(text_of(field, "key"));
    for (auto const& field : system_.GetArray())
        if (!placed.contains(system_prefix + text_of(field, "key")))
            fields_.PushBack(setting_of(field, {}, allocator), allocator);
    for (auto const& field : draft["fields"].GetArray()) fields_.PushBack(copied(field, allocator), allocator);
}

json::Value const* FieldDraftEditor::system(std::string const& key) const {
    for (auto const& field : system_.GetArray())
        if (key == system_prefix + text_of(field, "key")) return &field;
    return nullptr;
}

std::size_t FieldDraftEditor::index_of(std::string const& key) const {
    auto at = std::size_t{0};
    for (auto const& field : fields_.GetArray()) {
        if (text_of(field, "key") == key) return at;
        ++at;
    }
    return at;
}

json::Value const* FieldDraftEditor::find(std::string const& key) const {
    auto const at = index_of(key);
    return at < fields_.Size() ? &fields_[static_cast<rapidjson::SizeType>(at)] : nullptr;
}

json::Value* FieldDraftEditor::find(std::string const& key) {
    auto const at = index_of(key);
    return at < fields_.Size() ? &fields_[static_cast<rapidjson::SizeType>(at)] : nullptr;
}

bool FieldDraftEditor::is_published(std::string const& key) const {
    return key.starts_with(system_prefix) || std::ranges::find(published_, key) != published_.end();
}

std::string FieldDraftEditor::add(std::string const& type, std::size_t position) {
    auto& allocator = fields_.GetAllocator();
    auto key = std::string{};
    for (auto n = 1; key.empty() || find(key) || is_published(key); ++n) key = type + "_" + std::to_string(n);
    auto field = json::Value{rapidjson::kObjectType};
    json::set(field, "key", key, allocator);
    json::set(field, "label", type_title(type), allocator);
    json::set(field, "type", type, allocator);
    if (has_options(type)) {
        auto options = json::Value{rapidjson::kArrayType};
        for (auto const* word : {"选项一", "选项二"}) {
            auto option = json::Value{rapidjson::kObjectType};
            json::set(option, "key", word, allocator);
            json::set(option, "label", word, allocator);
            options.PushBack(std::move(option), allocator);
        }
        json::set(field, "options", std::move(options), allocator);
    }
    if (type == "reference" || type == "references") json::set(field, "reference_object", "customer", allocator);
    fields_.PushBack(std::move(field), allocator);
    move(key, position);
    return key;
}

void FieldDraftEditor::move(std::string const& key, std::size_t position) {
    auto const from = index_of(key);
    if (from >= fields_.Size()) return;
    auto const to = std::min<std::size_t>(position, fields_.Size() - 1);
    auto const begin = fields_.Begin();
    auto const at = [begin](std::size_t n) { return begin + static_cast<std::ptrdiff_t>(n); };
    // Values of RapidJSON are moved by swapping.
    for (auto n = from; n < to; ++n) at(n)->Swap(*at(n + 1));
    for (auto n = from; n > to; --n) at(n)->Swap(*at(n - 1));
}

void FieldDraftEditor::shift(std::string const& key, int by) {
    auto const from = index_of(key);
    if (by < 0 && from == 0) return;
    move(key, by < 0 ? from - 1 : from + 1);
}

void FieldDraftEditor::remove(std::string const& key) {
    if (key.starts_with(system_prefix)) return;
    auto const at = index_of(key);
    if (at < fields_.Size()) fields_.Erase(fields_.Begin() + static_cast<std::ptrdiff_t>(at));
}

// Each row of options sends its key, label, what it hangs on and whether it is switched off; a field below takes more,
// one a line.
void FieldDraftEditor::put_options(json::Value& field) {
    auto& allocator = fields_.GetAllocator();
    auto const type = text_of(field, "type");
    if (!has_options(type)) {
        field.RemoveMember("options");
        return;
    }
    auto options = json::Value{rapidjson::kArrayType};
    auto keys = std::set<std::string>{};
    auto const parent_field = call_->value("depends_on");
    auto const field_key = text_of(field, "key");
    auto renamed = std::vector<std::pair<std::string, std::string>>{};
    auto const add = [&](std::string key, std::string const& label, std::string const& row) {
        // Nobody has chosen it yet: it is called as it reads.
        if (!key.empty() && !is_published_option(field_key, key) && key != label) {
            if (!label.empty()) renamed.emplace_back(key, label);
            key.clear();
        }
        if (label.empty() || !keys.insert(key = key.empty() ? label : key).second) return;
        auto option = json::Value{rapidjson::kObjectType};
        json::set(option, "key", key, allocator);
        json::set(option, "label", label, allocator);
        if (!row.empty()) {
            if (!call_->value("off-" + row).empty()) json::set(option, "disabled", json::Value{true}, allocator);
            auto const above = std::string{text::trim(call_->value("above-" + row))};
            if (type == "cascade" && !above.empty()) json::set(option, "parent", above, allocator);
            if (type != "cascade" && !above.empty() && !parent_field.empty())
                json::set(option, "parents", keys_of(find(parent_field), words_of(above), allocator), allocator);
        }
        options.PushBack(std::move(option), allocator);
    };
    for (auto const& row : call_->form) {
        constexpr std::string_view prefix = "label-";
        if (!row.first.starts_with(prefix)) continue;
        auto const number = row.first.substr(prefix.size());
        add(call_->value("key-" + number), std::string{text::trim(row.second)}, number);
    }
    for (auto const& line : text::split(call_->value("more_options"), '\n')) add("", std::string{text::trim(line)}, "");
    // What stands above an option of a cascade may have been named by its label.
    for (auto& option : options.GetArray()) {
        auto above = text_of(option, "parent");
        for (auto const& [from, to] : renamed)
            if (above == from || above == old_label(field, from)) above = to;
        for (auto const& other : options.GetArray())
            if (!above.empty() && text_of(other, "label") == above)
                json::set(option, "parent", text_of(other, "key"), allocator);
    }
    json::set(field, "options", std::move(options), allocator);
    for (auto const& [from, to] : renamed) follow_option(field_key, from, to);
}

bool FieldDraftEditor::is_published_option(std::string const& field, std::string const& option) const {
    return published_options_.contains({field, option});
}

void FieldDraftEditor::follow_option(std::string const& field, std::string const& from, std::string const& to) {
    auto& allocator = fields_.GetAllocator();
    auto const follow = [&](json::Value* words) {
        if (!words || !words->IsArray()) return;
        for (auto& word : words->GetArray())
            if (word.IsString() && json::view(word) == from) word = json::make_string(to, allocator);
    };
    auto const inside = [](json::Value& value, char const* member) {
        auto const found = value.FindMember(member);
        return found == value.MemberEnd() ? nullptr : &found->value;
    };
    for (auto& other : fields_.GetArray()) {
        for (auto const* member : {"visible_when", "required_when"})
            if (auto* condition = inside(other, member); condition && text_of(*condition, "field") == field)
                follow(inside(*condition, "values"));
        if (text_of(other, "key") == field && text_of(other, "default") == from)
            json::set(other, "default", to, allocator);
        auto* options = text_of(other, "depends_on") == field ? inside(other, "options") : nullptr;
        if (options && options->IsArray())
            for (auto& option : options->GetArray()) follow(inside(option, "parents"));
    }
}

void FieldDraftEditor::put_condition(json::Value& field, char const* member) {
    auto& allocator = fields_.GetAllocator();
    auto const other = call_->value(std::string{member} + "-field");
    auto const words = words_of(call_->value(std::string{member} + "-values"));
    field.RemoveMember(member);
    if (other.empty()) return;
    auto condition = json::Value{rapidjson::kObjectType};
    json::set(condition, "field", other, allocator);
    json::set(condition, "values", keys_of(find(other), words, allocator), allocator);
    json::set(field, member, std::move(condition), allocator);
}

void FieldDraftEditor::put_mappings(json::Value& field) {
    auto& allocator = fields_.GetAllocator();
    auto mappings = json::Value{rapidjson::kArrayType};
    for (auto const* object : {"customer", "contact", "opportunity", "order"}) {
        auto const to = std::string{text::trim(call_->value(std::string{"map-"} + object))};
        if (to.empty()) continue;
        auto mapping = json::Value{rapidjson::kObjectType};
        json::set(mapping, "object", object, allocator);
        json::set(mapping, "field", to, allocator);
        mappings.PushBack(std::move(mapping), allocator);
    }
    json::set(field, "maps_to", std::move(mappings), allocator);
}

std::string FieldDraftEditor::set_properties(std::string const& key) {
    auto* field = find(key);
    if (!field) return key;
    auto& allocator = fields_.GetAllocator();
    if (auto const* given = system(key)) {
        set_system(*field, *given);
        return key;
    }
    json::set(*field, "label", text::trim(call_->value("label")), allocator);
    if (auto const type = call_->value("type"); !type.empty()) json::set(*field, "type", type, allocator);
    if (auto const wanted = call_->value("key"); !wanted.empty() && !is_published(key))
        json::set(*field, "key", wanted, allocator);
    for (auto const name : texts) {
        auto const typed = std::string{text::trim(call_->value(name))};
        field->RemoveMember(std::string{name}.c_str());
        if (!typed.empty()) json::set(*field, name, typed, allocator);
    }
    for (auto const name : whole_numbers) {
        auto const typed = call_->value(name);
        auto number = std::int64_t{0};
        field->RemoveMember(std::string{name}.c_str());
        if (std::from_chars(typed.data(), typed.data() + typed.size(), number).ec == std::errc{})
            json::set(*field, name, json::Value{number}, allocator);
    }
    for (auto const name : draft_numbers) {
        auto const typed = call_->value(name);
        auto number = 0.0;
        field->RemoveMember(std::string{name}.c_str());
        if (std::from_chars(typed.data(), typed.data() + typed.size(), number).ec == std::errc{})
            json::set(*field, name, json::Value{number}, allocator);
    }
    for (auto const box : boxes) json::set(*field, box, json::Value{!call_->value(box).empty()}, allocator);
    // Of a published field it can not change any more, and its box is not sent.
    if (!is_published(key)) json::set(*field, "encrypted", json::Value{!call_->value("encrypted").empty()}, allocator);
    put_options(*field);
    put_condition(*field, "visible_when");
    put_condition(*field, "required_when");
    put_mappings(*field);
    return text_of(*field, "key");
}

void FieldDraftEditor::set_system(json::Value& field, json::Value const& system) {
    auto& allocator = fields_.GetAllocator();
    auto const is_ticked = [&](char const* box) { return !call_->value(box).empty(); };
    auto const label = std::string{text::trim(call_->value("label"))};
    json::set(field, "label", label.empty() ? text_of(system, "standard_label") : label, allocator);
    auto const help = std::string{text::trim(call_->value("help"))};
    field.RemoveMember("help");
    if (!help.empty()) json::set(field, "help", help, allocator);
    auto const is_key = record::own_flag(system, "is_key");  // its boxes are not sent
    json::set(field, "required", json::Value{is_key || is_ticked("required")}, allocator);
    json::set(field, "hidden", json::Value{!is_key && is_ticked("hidden")}, allocator);
    json::set(field, "not_in_detail", json::Value{!is_key && is_ticked("not_in_detail")}, allocator);
    field.RemoveMember("in_list");
    if (!is_key && is_ticked("has_column")) json::set(field, "in_list", json::Value{is_ticked("in_list")}, allocator);
}

Result<void> FieldDraftEditor::keep() {
    auto input = input_of({{"object", object_}});
    auto& allocator = input.GetAllocator();
    json::set(input, "fields", json::Value{fields_, allocator}, allocator);
    auto const kept = call_->perform("field_form.draft", input);
    if (!kept) return kept.error();
    is_draft_ = true;
    return {};
}

}  // namespace wescrm::pages
