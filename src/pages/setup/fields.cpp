#include "../org_forms.hpp"
#include "../pages.hpp"
#include "field_editor.hpp"
#include "field_words.hpp"

#include <algorithm>
#include <charconv>

// 自定义字段: the fields that a company adds to its records, kind by kind: library, form and properties, each change
// kept in a draft; then published, and rolled back.
namespace wescrm::pages {
namespace {

EditorState state_of(web::PageCall const& call) {
    auto state = EditorState{};
    state.object = known_object(call.value("object"));
    state.selected = call.value("field");
    auto const pane = call.value("pane");
    auto const is_known = pane == "library" || pane == "form" || pane == "properties";
    state.pane = is_known ? pane : state.selected.empty() ? "form" : "properties";
    auto const done = call.value("done");
    if (done == "published") state.toast = "已发布，表单立即生效";
    if (done == "rolled_back") state.toast = "已回到这一版，表单立即生效";
    if (done == "dropped") state.toast = "已丢弃草稿";
    return state;
}

Result<web::View> show_field(web::PageCall& call) { return show_editor(call, state_of(call)); }

std::optional<std::size_t> position_in(web::PageCall const& call) {
    auto const typed = call.value("position");
    auto position = std::size_t{0};
    auto const [end, problem] = std::from_chars(typed.data(), typed.data() + typed.size(), position);
    if (typed.empty() || problem != std::errc{}) return std::nullopt;
    return position;
}

// Changes the draft, keeps it, and shows what came of it.
template <class Change>
Result<web::View> edit_field(web::PageCall& call, std::string_view pane, Change change) {
    auto state = state_of(call);
    auto draft = FieldDraftEditor::open(call, state.object);
    if (!draft) return draft.error();
    change(*draft, state);
    state.pane = pane;
    if (auto const kept = draft->keep(); !kept) {
        if (kept.error().code == Errc::unavailable) return kept.error();
        state.problem = kept.error();
    }
    return show_editor(call, state);
}

Result<web::View> add(web::PageCall& call) {
    auto const type = call.value("type");
    if (type_title(type) == type) return invalid_field("type", "没有这种字段");
    return edit_field(call, "properties", [&](FieldDraftEditor& draft, EditorState& state) {
        state.selected = draft.add(type, position_in(call).value_or(draft.fields().Size()));
    });
}

// A dragged field comes with the place of the one before which it was dropped, buttons with a direction.
Result<web::View> move(web::PageCall& call) {
    return edit_field(call, "form", [&](FieldDraftEditor& draft, EditorState& state) {
        auto const key = call.value("key");
        state.selected = key;
        if (auto const position = position_in(call))
            draft.move(key, *position);
        else
            draft.shift(key, call.value("direction") == "up" ? -1 : 1);
    });
}

Result<web::View> remove_field(web::PageCall& call) {
    return edit_field(call, "form", [&](FieldDraftEditor& draft, EditorState& state) {
        draft.remove(call.value("key"));
        state.selected.clear();
    });
}

Result<web::View> set_properties(web::PageCall& call) {
    return edit_field(call, "properties", [&](FieldDraftEditor& draft, EditorState& state) {
        state.selected = draft.set_properties(state.selected);
        state.toast = "已存入草稿";
    });
}

Result<web::View> preview_field(web::PageCall& call) { return preview_form(call, known_object(call.value("object"))); }

// What cannot be done is said in the editor.
Result<web::View> finish_field(web::PageCall& call, std::string_view operation, json::Document const& input,
                               std::string_view done) {
    auto state = state_of(call);
    auto const finished = call.perform(operation, input);
    if (finished) return web::View::to("/admin/fields?object=" + state.object + "&done=" + std::string{done});
    if (finished.error().code == Errc::unavailable) return finished.error();
    state.problem = finished.error();
    return show_editor(call, state);
}

Result<web::View> publish(web::PageCall& call) {
    return finish_field(call, "field_form.publish",
                        input_of({{"object", known_object(call.value("object"))}, {"note", call.value("note")}}),
                        "published");
}

Result<web::View> drop_field(web::PageCall& call) {
    return finish_field(call, "field_form.drop_draft", input_of({{"object", known_object(call.value("object"))}}),
                        "dropped");
}

Result<web::View> roll_back(web::PageCall& call) {
    auto input = input_of({{"object", known_object(call.value("object"))}});
    auto const typed = call.value("to_version");
    auto version = std::int64_t{0};
    std::from_chars(typed.data(), typed.data() + typed.size(), version);
    json::set(input, "to_version", json::Value{version}, input.GetAllocator());
    return finish_field(call, "field_form.roll_back", input, "rolled_back");
}

}  // namespace

void add_fields(web::Pages& pages) {
    using http::Method;
    auto const path = std::string{"/admin/fields"};
    pages.add(web::PageRoute{Method::get, path, "field.manage", show_field});
    pages.add(web::PageRoute{Method::get, path + "/preview", "field.manage", preview_field});
    for (auto const& [name, function] :
         std::initializer_list<std::pair<char const*, Result<web::View> (*)(web::PageCall&)>>{
             {"/add", add},
             {"/move", move},
             {"/remove", remove_field},
             {"/properties", set_properties},
             {"/publish", publish},
             {"/drop", drop_field},
             {"/roll-back", roll_back}})
        pages.add(web::PageRoute{Method::post, path + name, "field.manage", function});
    pages.add(web::NavigationItem{path, "自定义字段", "pen", "field.manage", "管理"});
}

}  // namespace wescrm::pages
