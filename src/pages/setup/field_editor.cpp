#include "field_editor.hpp"

#include "../org_forms.hpp"
#include "../record/controls.hpp"
#include "../record/custom_controls.hpp"
#include "../record/own_kinds.hpp"
#include "../record/pick.hpp"
#include "../record/values.hpp"
#include "../showing.hpp"
#include "field_words.hpp"
#include "system_panel.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/operation/permissions.hpp>

#include <algorithm>
#include <array>

namespace wescrm::pages {
namespace {

using record::own_flag;

constexpr auto carried_objects = std::to_array<std::string_view>({"customer", "contact", "opportunity"});

json::Value editor_option(std::string_view value, std::string_view title, bool is_chosen, json::Allocator& allocator) {
    auto made = json::Value{rapidjson::kObjectType};
    json::set(made, "o_value", value, allocator);
    json::set(made, "o_title", title, allocator);
    json::set(made, "o_chosen", json::Value{is_chosen}, allocator);
    return made;
}

// ---- left: the library

json::Value library_of(std::string_view object, json::Allocator& allocator) {
    auto groups = json::Value{rapidjson::kArrayType};
    for (auto const& group : field_library()) {
        auto types = json::Value{rapidjson::kArrayType};
        for (auto const& word : group.types) {
            if (!fits_object(word.value, object)) continue;
            auto type = json::Value{rapidjson::kObjectType};
            json::set(type, "lib_type", word.value, allocator);
            json::set(type, "lib_title", word.title, allocator);
            types.PushBack(std::move(type), allocator);
        }
        auto view = json::Value{rapidjson::kObjectType};
        json::set(view, "group_title", group.title, allocator);
        if (types.Empty()) continue;
        json::set(view, "lib_types", std::move(types), allocator);
        groups.PushBack(std::move(view), allocator);
    }
    return groups;
}

// ---- middle: the form

std::string label_in(FieldDraftEditor const& draft, std::string const& key) {
    auto const* field = draft.find(key);
    return field ? text_of(*field, "label") : key;
}

std::string condition_text(FieldDraftEditor const& draft, json::Value const& field, char const* member) {
    auto const* condition = json::find(field, member);
    if (!condition || !condition->IsObject()) return {};
    return label_in(draft, text_of(*condition, "field"));
}

std::size_t own_count(FieldDraftEditor const& draft) {
    auto count = std::size_t{0};
    for (auto const& field : draft.fields().GetArray()) count += draft.system(text_of(field, "key")) ? 0 : 1;
    return count;
}

std::size_t problems_of(json::Value const& problems, std::string const& key) {
    auto count = std::size_t{0};
    for (auto const& problem : problems.GetArray())
        if (text_of(problem, "key") == key) ++count;
    return count;
}

// Where orders are switched off, forms ask for the contract in place of the order, which nobody can set.
bool is_of_orders(web::PageCall const& call, FieldDraftEditor const& draft, std::string const& key) {
    return operation::is_switched_off(call.ctx.actor(), "order") && draft.system(key) && key.ends_with("order_id");
}

json::Value form_fields(web::PageCall const& call, FieldDraftEditor const& draft, EditorState const& state,
                        json::Value const& problems, json::Allocator& allocator) {
    auto list = json::Value{rapidjson::kArrayType};
    auto const last = draft.fields().Size();
    auto at = rapidjson::SizeType{0};
    for (auto const& field : draft.fields().GetArray()) {
        auto view = json::Value{rapidjson::kObjectType};
        auto const key = text_of(field, "key");
        auto const type = text_of(field, "type");
        json::set(view, "ff_key", key, allocator);
        json::set(view, "ff_label", text_of(field, "label"), allocator);
        auto const* system = draft.system(key);
        json::set(view, "ff_type", system ? system_note(*system, field) : std::string{type_title(type)} + " · " + key,
                  allocator);
        json::set(view, "ff_system", json::Value{system != nullptr}, allocator);
        json::set(view, "ff_off", json::Value{system && own_flag(field, "hidden")}, allocator);
        json::set(view, "ff_position", std::to_string(at), allocator);
        json::set(view, "ff_selected", json::Value{key == state.selected}, allocator);
        json::set(view, "ff_heading", json::Value{type == "divider"}, allocator);
        json::set(view, "ff_wide", json::Value{json::find_integer(field, "width") == 2 || type == "divider"},
                  allocator);
        json::set(view, "ff_required", json::Value{own_flag(field, "required")}, allocator);
        json::set(view, "ff_unique", json::Value{own_flag(field, "unique")}, allocator);
        json::set(view, "ff_new", json::Value{!draft.is_published(key)}, allocator);
        json::set(view, "ff_when", condition_text(draft, field, "visible_when"), allocator);
        json::set(view, "ff_wrong", json::Value{problems_of(problems, key) > 0}, allocator);
        json::set(view, "ff_not_first", json::Value{at > 0}, allocator);
        json::set(view, "ff_not_last", json::Value{at + 1 < last}, allocator);
        if (!is_of_orders(call, draft, key)) list.PushBack(std::move(view), allocator);
        ++at;
    }
    return list;
}

// ---- right: the properties

json::Value options_view(FieldDraftEditor const& draft, json::Value const& field, json::Allocator& allocator) {
    auto rows = json::Value{rapidjson::kArrayType};
    auto const* options = json::find(field, "options");
    auto const* parent = draft.find(text_of(field, "depends_on"));
    auto number = 0;
    if (!options || !options->IsArray()) return rows;
    auto const label_of = [](json::Value const* of, std::string const& key) {
        auto const* listed = of ? json::find(*of, "options") : nullptr;
        if (listed && listed->IsArray())
            for (auto const& one : listed->GetArray())
                if (text_of(one, "key") == key) return text_of(one, "label");
        return key;
    };
    for (auto const& one : options->GetArray()) {
        auto row = json::Value{rapidjson::kObjectType};
        auto above = std::vector<std::string>{};
        if (auto const key = text_of(one, "parent"); !key.empty()) above.push_back(label_of(&field, key));
        if (auto const* parents = json::find(one, "parents"); parents && parents->IsArray())
            for (auto const& key : parents->GetArray())
                if (key.IsString()) above.push_back(label_of(parent, std::string{json::view(key)}));
        json::set(row, "op_number", std::to_string(++number), allocator);
        json::set(row, "op_key", text_of(one, "key"), allocator);
        json::set(row, "op_label", text_of(one, "label"), allocator);
        json::set(row, "op_above", text::join(above, "、"), allocator);
        json::set(row, "op_off", json::Value{own_flag(one, "disabled")}, allocator);
        rows.PushBack(std::move(row), allocator);
    }
    return rows;
}

// The other fields as choices; with `only` of one type.
json::Value other_fields(FieldDraftEditor const& draft, std::string const& self, std::string const& chosen,
                         std::string_view only, json::Allocator& allocator) {
    auto list = json::Value{rapidjson::kArrayType};
    for (auto const& field : draft.fields().GetArray()) {
        auto const key = text_of(field, "key");
        auto const type = text_of(field, "type");
        if (key == self || type == "divider" || draft.system(key) || (!only.empty() && type != only)) continue;
        list.PushBack(editor_option(key, text_of(field, "label"), key == chosen, allocator), allocator);
    }
    return list;
}

void add_editor_condition(FieldDraftEditor const& draft, json::Value const& field, char const* member,
                          std::string const& name, json::Value& view, json::Allocator& allocator) {
    auto const* condition = json::find(field, member);
    auto const other = condition && condition->IsObject() ? text_of(*condition, "field") : std::string{};
    auto words = std::vector<std::string>{};
    auto const* of = draft.find(other);
    if (auto const* values = condition && condition->IsObject() ? json::find(*condition, "values") : nullptr)
        for (auto const& value : values->GetArray()) {
            auto word = value.IsString() ? std::string{json::view(value)} : std::string{};
            if (auto const* options = of ? json::find(*of, "options") : nullptr; options && options->IsArray())
                for (auto const& one : options->GetArray())
                    if (text_of(one, "key") == word) word = text_of(one, "label");
            if (of && text_of(*of, "type") == "boolean") word = word == "true" ? "是" : "否";
            words.push_back(std::move(word));
        }
    json::set(view, name + "_fields", other_fields(draft, text_of(field, "key"), other, "", allocator), allocator);
    json::set(view, name + "_values", text::join(words, "、"), allocator);
}

json::Value mappings_of(web::PageCall& call, json::Value const& field, json::Allocator& allocator) {
    auto list = json::Value{rapidjson::kArrayType};
    for (auto const object : carried_objects) {
        auto chosen = std::string{};
        if (auto const* mapped = json::find(field, "maps_to"); mapped && mapped->IsArray())
            for (auto const& one : mapped->GetArray())
                if (text_of(one, "object") == object) chosen = text_of(one, "field");
        auto view = json::Value{rapidjson::kObjectType};
        json::set(view, "map_object", object, allocator);
        json::set(view, "map_title", title_in(field_objects(), object), allocator);
        auto options = json::Value{rapidjson::kArrayType};
        for (auto const& other : record::own_fields(call, object)) {
            auto const key = text_of(other, "key");
            options.PushBack(editor_option(key, text_of(other, "label"), key == chosen, allocator), allocator);
        }
        json::set(view, "map_options", std::move(options), allocator);
        list.PushBack(std::move(view), allocator);
    }
    return list;
}

bool is_one_of(std::string_view type, std::initializer_list<std::string_view> types) {
    return std::find(types.begin(), types.end(), type) != types.end();
}

// Which properties make sense for the kind of field.
void add_sections(std::string_view type, std::string_view object, json::Value& view, json::Allocator& allocator) {
    auto const flag = [&](char const* name, bool value) { json::set(view, name, json::Value{value}, allocator); };
    flag("p_fillable", !is_one_of(type, {"divider", "auto_number"}));
    flag("p_options", is_one_of(type, {"choice", "multi_choice", "cascade"}));
    flag("p_cascade", type == "cascade");
    flag("p_dependent", is_one_of(type, {"choice", "multi_choice"}));
    flag("p_range", is_one_of(type, {"integer", "decimal", "percent", "money", "duration", "rating"}));
    flag("p_decimals", is_one_of(type, {"decimal", "percent"}));
    flag("p_text", is_one_of(type, {"text", "textarea", "rich_text", "mobile", "phone", "email", "url"}));
    flag("p_unique", is_one_of(type, {"text", "integer", "decimal", "mobile", "phone", "email", "url", "credit_code",
                                      "auto_number", "date", "employee", "reference"}));
    flag("p_reference", is_one_of(type, {"reference", "references"}));
    flag("p_number", type == "auto_number");
    flag("p_value", type != "divider");
    flag("p_secret", is_one_of(type, {"text", "textarea", "mobile", "phone", "email", "url", "credit_code"}) &&
                         is_one_of(object, {"lead", "customer", "contact", "opportunity"}));
    flag("p_pooled", type != "divider" && is_one_of(object, {"lead", "customer", "contact"}));
}

void add_properties(web::PageCall& call, FieldDraftEditor const& draft, EditorState const& state,
                    json::Value const& problems, web::View& view) {
    auto& allocator = view.data.GetAllocator();
    for (auto const* panel : {"panel", "system_panel"})
        json::set(view.data, panel, json::Value{rapidjson::kArrayType}, allocator);
    auto const* field = draft.find(state.selected);
    if (!field) return;
    if (auto const* system = draft.system(state.selected)) {
        json::set(view.data, "system_panel", system_panel(*system, *field, state.object, problems, allocator),
                  allocator);
        return;
    }
    auto panel = json::Value{*field, allocator};
    for (auto const* member : {"options", "visible_when", "required_when", "maps_to"}) panel.RemoveMember(member);
    for (auto const* member : {"min", "max", "max_length", "decimals"})
        if (auto const* number = json::find(*field, member); number && number->IsNumber())
            json::set(panel, member, json::write(*number), allocator);
    auto const key = text_of(*field, "key");
    auto const type = text_of(*field, "type");
    add_sections(type, state.object, panel, allocator);
    json::set(panel, "p_key", key, allocator);
    json::set(panel, "p_type_title", type_title(type), allocator);
    json::set(panel, "p_key_fixed", json::Value{draft.is_published(key)}, allocator);
    json::set(panel, "p_wide", json::Value{json::find_integer(*field, "width") == 2}, allocator);
    json::set(panel, "p_rows", options_view(draft, *field, allocator), allocator);
    json::set(panel, "p_parents", other_fields(draft, key, text_of(*field, "depends_on"), "choice", allocator),
              allocator);
    json::set(panel, "p_depends", text_of(*field, "depends_on"), allocator);
    add_editor_condition(draft, *field, "visible_when", "p_when", panel, allocator);
    add_editor_condition(draft, *field, "required_when", "p_need", panel, allocator);
    auto objects = json::Value{rapidjson::kArrayType};
    for (auto const& word : field_objects()) {
        auto const is_chosen = text_of(*field, "reference_object") == word.value;
        if (is_chosen || !operation::is_switched_off(call.ctx.actor(), word.value))
            objects.PushBack(editor_option(word.value, word.title, is_chosen, allocator), allocator);
    }
    json::set(panel, "p_objects", std::move(objects), allocator);
    if (state.object == "lead") json::set(panel, "p_mappings", mappings_of(call, *field, allocator), allocator);
    auto wrong = json::Value{rapidjson::kArrayType};
    for (auto const& problem : problems.GetArray())
        if (text_of(problem, "key") == key) wrong.PushBack(json::Value{problem, allocator}, allocator);
    json::set(panel, "p_wrong", std::move(wrong), allocator);
    auto list = json::Value{rapidjson::kArrayType};
    list.PushBack(std::move(panel), allocator);
    json::set(view.data, "panel", std::move(list), allocator);
}

// ---- around it

void add_editor_tabs(web::PageCall const& call, EditorState const& state, web::View& view) {
    auto& allocator = view.data.GetAllocator();
    auto tabs = json::Value{rapidjson::kArrayType};
    for (auto const& word : field_objects()) {
        if (operation::is_switched_off(call.ctx.actor(), word.value)) continue;
        auto tab = json::Value{rapidjson::kObjectType};
        json::set(tab, "tab_title", word.title, allocator);
        json::set(tab, "tab_href", "/admin/fields?object=" + std::string{word.value}, allocator);
        json::set(tab, "tab_current", json::Value{word.value == state.object}, allocator);
        tabs.PushBack(std::move(tab), allocator);
    }
    json::set(view.data, "tabs", std::move(tabs), allocator);
    auto panes = json::Value{rapidjson::kArrayType};
    for (auto const& [name, title] : {std::pair{"library", "字段库"}, {"form", "表单"}, {"properties", "属性"}}) {
        auto pane = json::Value{rapidjson::kObjectType};
        json::set(pane, "pane_title", title, allocator);
        json::set(pane, "pane_href",
                  "/admin/fields?object=" + state.object + "&field=" + state.selected + "&pane=" + name, allocator);
        json::set(pane, "pane_current", json::Value{state.pane == name}, allocator);
        panes.PushBack(std::move(pane), allocator);
    }
    json::set(view.data, "panes", std::move(panes), allocator);
}

void add_versions(web::PageCall& call, EditorState const& state, web::View& view) {
    auto const versions = call.perform("field_form.versions", input_of({{"object", state.object}}));
    if (!versions) return;
    auto& allocator = view.data.GetAllocator();
    auto rows = json::Value{};
    rows.CopyFrom((*versions)["items"], allocator);
    add_time_texts(rows, "published_at", call.ctx.zone(), call.ctx.now(), allocator);
    auto is_newest = true;
    for (auto& row : rows.GetArray()) {
        json::set(row, "is_older", json::Value{!is_newest}, allocator);
        auto count = 0;
        if (auto const* fields = json::find(row, "fields"); fields && fields->IsArray())
            for (auto const& field : fields->GetArray()) count += text_of(field, "key").starts_with("system.") ? 0 : 1;
        json::set(row, "field_count", std::to_string(count), allocator);
        is_newest = false;
    }
    json::set(view.data, "versions", std::move(rows), allocator);
}

json::Value problems_in(web::PageCall& call, std::string const& object, json::Allocator& allocator) {
    auto problems = json::Value{rapidjson::kArrayType};
    if (auto const found = call.perform("field_form.problems", input_of({{"object", object}})))
        problems.CopyFrom((*found)["items"], allocator);
    return problems;
}

}  // namespace

Result<web::View> show_editor(web::PageCall& call, EditorState const& state) {
    auto const draft = FieldDraftEditor::open(call, state.object);
    if (!draft) return draft.error();
    auto view = web::View{};
    view.page = "setup/fields";
    view.title = "自定义字段";
    view.toast = state.toast;
    auto& allocator = view.data.GetAllocator();
    auto const problems = problems_in(call, state.object, allocator);
    json::set(view.data, "object", state.object, allocator);
    json::set(view.data, "object_word", title_in(field_objects(), state.object), allocator);
    json::set(view.data, "pane", state.pane, allocator);
    json::set(view.data, "selected", state.selected, allocator);
    json::set(view.data, "is_draft", json::Value{draft->is_draft()}, allocator);
    json::set(view.data, "form_version", draft->version() == 0 ? "" : std::to_string(draft->version()), allocator);
    json::set(view.data, "next_version", std::to_string(draft->version() + 1), allocator);
    json::set(view.data, "field_total", std::to_string(own_count(*draft)), allocator);
    json::set(view.data, "has_own", json::Value{own_count(*draft) > 0}, allocator);
    json::set(view.data, "problem_count", problems.Empty() ? "" : std::to_string(problems.Size()), allocator);
    json::set(view.data, "may_publish", json::Value{draft->is_draft() && problems.Empty()}, allocator);
    add_editor_tabs(call, state, view);
    json::set(view.data, "library", library_of(state.object, allocator), allocator);
    json::set(view.data, "form_fields", form_fields(call, *draft, state, problems, allocator), allocator);
    add_properties(call, *draft, state, problems, view);
    add_versions(call, state, view);
    if (state.problem) {
        auto const& wrong = state.problem->fields;
        json::set(view.data, "problem", wrong.empty() ? state.problem->message : wrong.front().message, allocator);
        view.status = state.problem->code == Errc::invalid_input ? 422 : 409;
    }
    return view;
}

Result<web::View> preview_form(web::PageCall& call, std::string const& object) {
    auto const draft = FieldDraftEditor::open(call, object);
    if (!draft) return draft.error();
    auto view = web::View{};
    view.page = "setup/field_preview";
    view.title = "预览";
    auto& allocator = view.data.GetAllocator();
    json::set(view.data, "object", object, allocator);
    json::set(view.data, "object_word", title_in(field_objects(), object), allocator);
    auto controls = json::Value{rapidjson::kArrayType};
    for (auto const& field : draft->fields().GetArray()) {
        if (own_flag(field, "hidden") || is_of_orders(call, *draft, text_of(field, "key"))) continue;
        auto const* system = draft->system(text_of(field, "key"));
        auto const asked = system ? likeness_of(field, object) : json::Document{};
        if (auto shown = record::own_control(call, system ? asked : field, {}, nullptr, allocator); !shown.IsNull())
            controls.PushBack(std::move(shown), allocator);
    }
    json::set(view.data, "controls", std::move(controls), allocator);
    return view;
}

}  // namespace wescrm::pages
