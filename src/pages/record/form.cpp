#include "form.hpp"

#include "../org_forms.hpp"
#include "../showing.hpp"
#include "controls.hpp"
#include "own_kinds.hpp"
#include "pick.hpp"
#include "values.hpp"

#include <algorithm>

namespace wescrm::pages::record {
namespace {

constexpr auto duplicate_reason_field = "duplicate_reason";

/// A record's own form.
struct RecordForm {
    Kind const& kind;
    operation::Entry const& entry;
    json::Value const* record = nullptr;  ///< null: a new one
    FormShape shape;
    std::vector<Field> fields = asked_fields(kind.form, shape);

    [[nodiscard]] Asking asking() const { return {entry, fields, record, kind.object, &shape}; }
};

// Without what the visitor's role does not let him see or fill.
RecordForm form_of(web::PageCall& call, Kind const& kind, operation::Entry const& entry,
                   json::Value const* record = nullptr) {
    auto form = RecordForm{kind, entry, record, shape_of(call, kind.object)};
    if (record) std::erase_if(form.fields, [](Field const& field) { return field.is_only_for_new; });
    auto const is_refused = [&](std::string const& field) {
        auto const right = call.ctx.actor().fields.find(std::string{kind.object} + "." + field);
        return right != call.ctx.actor().fields.end() && (right->second.is_hidden || right->second.is_fixed);
    };
    std::erase_if(form.fields, [&](Field const& field) { return is_refused(std::string{field.name}); });
    std::erase_if(form.shape.own,
                  [&](json::Document const& field) { return is_refused("custom." + text_of(field, "key")); });
    return form;
}

// A quote that is made from an opportunity is for that one's customer.
void take_customer(web::PageCall& call, RecordForm const& form, Entries& entries) {
    auto const asks =
        std::ranges::any_of(form.kind.form, [](auto const& field) { return field.name == "customer_id"; });
    if (!asks || !entries["customer_id"].empty()) return;
    for (auto const& field : form.fields) {
        auto const* from = field.ask == Field::Ask::record ? find_kind(field.object) : nullptr;
        auto const typed = entries.find(field.name);
        if (!from || typed == entries.end() || typed->second.empty()) continue;
        if (auto const found = call.perform(operation_of(*from, "show"), input_of({{"id", typed->second}})))
            entries["customer_id"] = json::find_string(*found, "customer_id").value_or("");
    }
}

// New leads go where the company has set.
void choose_keeper(web::PageCall& call, RecordForm const& form, Entries& entries) {
    constexpr auto by_rules = "assign_by_rules";
    auto const asks = std::ranges::any_of(form.fields, [](auto const& field) { return field.name == by_rules; });
    if (!asks || !entries[by_rules].empty()) return;
    auto const rules = call.perform("sales_rules.show", json::Document{rapidjson::kObjectType});
    entries[by_rules] = rules && json::find_bool(*rules, "assign_leads").value_or(false) ? "true" : "false";
}

// Who keeps a new lead names himself, whatever the company does otherwise.
void keep_own(web::PageCall const& call, json::Document& input) {
    if (json::find_bool(input, "assign_by_rules") == false)
        json::set(input, "owner_user_id", call.ctx.actor().user_id.value(), input.GetAllocator());
}

// What is preset in the address: /app/contacts/new?customer_id=1.
Entries preset(web::PageCall& call, RecordForm const& form) {
    auto entries = typed_in(call, form.asking());
    choose_keeper(call, form, entries);
    take_customer(call, form, entries);
    for (auto const& field : form.fields)
        if (auto& typed = entries[std::string{field.name}]; field.ask == Field::Ask::record && !typed.empty())
            typed = record_text(call, field.object, typed);
    return entries;
}

std::string text_in(Entries const& entries, std::string_view name) {
    auto const found = entries.find(name);
    return found == entries.end() || found->second.empty() ? "空" : found->second;
}

void add_differences(web::View& view, RecordForm const& form, Entries const& entries, Entries const& now) {
    auto& allocator = view.data.GetAllocator();
    auto list = json::Value{rapidjson::kArrayType};
    for (auto const& field : form.fields) {
        auto const* description = find_field(form.entry, field.name);
        if (!description || is_same(field, entries, now)) continue;
        auto line = json::Value{rapidjson::kObjectType};
        auto const is_lines = field.ask == Field::Ask::lines;
        json::set(line, "d_label", label_in(form.asking(), field, *description), allocator);
        json::set(line, "d_theirs", is_lines ? "别人填写的明细" : text_in(now, field.name), allocator);
        json::set(line, "d_mine", is_lines ? "您填写的明细" : text_in(entries, field.name), allocator);
        list.PushBack(std::move(line), allocator);
    }
    json::set(view.data, "differences", std::move(list), allocator);
}

// Where a new record is left for: its list, or what it hangs on if it has none.
std::string list_around(web::PageCall& call, Kind const& kind) {
    if (kind.is_in_navigation || kind.parent_path.empty()) return std::string{kind.path};
    auto const parent = call.value(kind.parent_member);
    auto const is_id = !parent.empty() && std::ranges::all_of(parent, [](char c) { return c >= '0' && c <= '9'; });
    return std::string{kind.parent_path} + (is_id ? "/" + parent : std::string{});
}

web::View form_view(web::PageCall& call, RecordForm const& form, Entries const& entries, Error const* problem) {
    auto view = web::View{};
    view.page = "record/form";
    auto const name = form.record ? json::find_string(*form.record, form.kind.name).value_or("") : std::string{};
    view.title = form.record ? "编辑" + std::string{form.kind.title} : "新建" + std::string{form.kind.title};
    auto& allocator = view.data.GetAllocator();
    auto const path = std::string{form.kind.path};
    auto const id = form.record ? json::find_string(*form.record, "id").value_or("") : std::string{};
    json::set(view.data, "form_title", form.record ? "编辑 " + name : view.title, allocator);
    json::set(view.data, "action", form.record ? path + "/" + id + "/edit" : path + "/new", allocator);
    json::set(view.data, "back", form.record ? path + "/" + id : list_around(call, form.kind), allocator);
    json::set(view.data, "submit", form.record ? "保存" : view.title, allocator);
    if (form.record)
        json::set(view.data, "version", std::to_string(json::find_integer(*form.record, "version").value_or(0)),
                  allocator);
    json::set(view.data, "controls", controls_of(call, form.asking(), entries, problem, allocator), allocator);
    auto const& controls = view.data["controls"];
    auto const has_files = std::any_of(controls.Begin(), controls.End(), [](auto const& one) {
        return json::find_bool(one, "own_files").value_or(false);
    });
    json::set(view.data, "with_files", json::Value{has_files}, allocator);
    auto const has_lines = std::any_of(form.kind.form.begin(), form.kind.form.end(),
                                       [](auto const& field) { return field.ask == Field::Ask::lines; });
    json::set(view.data, "is_wide", json::Value{has_lines}, allocator);
    if (problem) {
        view.status = problem->code == Errc::invalid_input ? 422 : 409;
        if (problem->reason == "possible_duplicate")
            ask_reason(call, view, *problem);
        else
            json::set(view.data, "problem", problem->message, allocator);
    }
    return view;
}

Result<json::Document> shown(web::PageCall& call, Kind const& kind) {
    return call.perform(operation_of(kind, "show"), input_of({{"id", call.path("id")}}));
}

Result<web::View> show_new_record(web::PageCall& call, Kind const& kind) {
    auto const* entry = usable(call, operation_of(kind, "create"));
    if (!entry) return Error{Errc::forbidden, "permission", "您的角色没有新建" + std::string{kind.title} + "的权限"};
    auto const form = form_of(call, kind, *entry);
    return form_view(call, form, preset(call, form), nullptr);
}

// A lead that the rules gave to somebody else: whoever made it may not see it, and is told where it went.
std::optional<web::View> given_away(web::PageCall& call, Kind const& kind, json::Value const& made) {
    auto const reason = json::find_string(made, "assign_reason").value_or("");
    auto const id = json::find_string(made, "id").value_or("");
    if (reason.empty() || call.perform(operation_of(kind, "show"), input_of({{"id", id}}))) return std::nullopt;
    auto view = web::View{};
    view.page = "record/result";
    view.title = "已新建" + std::string{kind.title};
    auto& allocator = view.data.GetAllocator();
    auto const owner = json::find_string(made, "owner_name").value_or("");
    json::set(view.data, "done_text", owner.empty() ? "已新建，已放入线索池" : "已新建，由 " + owner + " 跟进",
              allocator);
    json::set(view.data, "result_note", reason, allocator);
    json::set(view.data, "back", kind.path, allocator);
    return view;
}

Result<web::View> create_record(web::PageCall& call, Kind const& kind) {
    auto const* entry = usable(call, operation_of(kind, "create"));
    if (!entry) return Error{Errc::forbidden, "permission", "您的角色没有新建" + std::string{kind.title} + "的权限"};
    auto const form = form_of(call, kind, *entry);
    auto const entries = typed_in(call, form.asking());
    auto input = input_from(call, form.asking(), entries, false);
    if (input) add_reason(call, *input);
    if (input) keep_own(call, *input);
    auto const made = input ? call.perform(entry->name, *input) : Result<json::Document>{input.error()};
    if (!made) {
        auto const problem = made.error();
        if (problem.code == Errc::unavailable) return problem;
        return form_view(call, form, entries, &problem);
    }
    if (auto told = given_away(call, kind, *made)) return std::move(*told);
    return web::View::to(std::string{kind.path} + "/" + json::find_string(*made, "id").value_or("") + "?done=created");
}

Result<web::View> show_record_edit(web::PageCall& call, Kind const& kind) {
    auto const* entry = usable(call, operation_of(kind, "change"));
    if (!entry) return Error{Errc::forbidden, "permission", "您的角色没有编辑" + std::string{kind.title} + "的权限"};
    auto const record = shown(call, kind);
    if (!record) return record.error();
    auto const form = form_of(call, kind, *entry, &*record);
    return form_view(call, form, stored_in(call, form.asking()), nullptr);
}

// Only what differs from what is stored is sent: a field that somebody may not write does not stop the others.
Result<json::Document> record_change_from(web::PageCall& call, RecordForm const& form, Entries const& entries,
                                          Entries const& now) {
    auto changed = std::vector<Field>{};
    for (auto const& field : form.fields)
        if (!is_same(field, entries, now)) changed.push_back(field);
    auto input = input_from(call, {form.entry, changed, form.record, form.kind.object, &form.shape}, entries, true);
    if (!input) return input;
    json::set(*input, "id", call.path("id"), input->GetAllocator());
    add_version(call, *input);
    add_reason(call, *input);
    return input;
}

Result<web::View> change_record(web::PageCall& call, Kind const& kind) {
    auto const* entry = usable(call, operation_of(kind, "change"));
    if (!entry) return Error{Errc::forbidden, "permission", "您的角色没有编辑" + std::string{kind.title} + "的权限"};
    auto const record = shown(call, kind);
    if (!record) return record.error();
    auto const form = form_of(call, kind, *entry, &*record);
    auto const now = stored_in(call, form.asking());
    auto const entries = typed_in(call, form.asking());
    auto const input = record_change_from(call, form, entries, now);
    auto const done = input ? call.perform(entry->name, *input) : Result<json::Document>{input.error()};
    if (done) return web::View::to(std::string{kind.path} + "/" + call.path("id") + "?done=saved");
    auto const problem = done.error();
    if (problem.code == Errc::unavailable || problem.code == Errc::not_found) return problem;
    auto view = form_view(call, form, entries, &problem);
    if (problem.code == Errc::stale) add_differences(view, form, entries, now);
    return view;
}

}  // namespace

void ask_reason(web::PageCall const& call, web::View& view, Error const& problem) {
    auto& allocator = view.data.GetAllocator();
    auto list = json::Value{rapidjson::kArrayType};
    for (auto const& field : problem.fields) {
        auto line = json::Value{rapidjson::kObjectType};
        json::set(line, "p_text", field.message, allocator);
        list.PushBack(std::move(line), allocator);
    }
    json::set(view.data, "possible", std::move(list), allocator);
    json::set(view.data, "asks_reason", json::Value{true}, allocator);
    json::set(view.data, "reason_value", call.value(duplicate_reason_field), allocator);
    json::set(view.data, "submit", json::find_string(view.data, "version") ? "仍要保存" : "仍要创建", allocator);
}

void add_reason(web::PageCall const& call, json::Document& input) {
    if (auto const reason = call.value(duplicate_reason_field); !reason.empty())
        json::set(input, duplicate_reason_field, reason, input.GetAllocator());
}

void add_forms(web::Pages& pages, Kind const& kind) {
    auto const path = std::string{kind.path};
    auto const create_permission =
        kind.create_permission.empty() ? operation_of(kind, "create") : std::string{kind.create_permission};
    auto const change_permission =
        kind.change_permission.empty() ? operation_of(kind, "edit") : std::string{kind.change_permission};
    using http::Method;
    pages.add(web::PageRoute{Method::get, path + "/new", create_permission,
                             [&kind](web::PageCall& call) { return show_new_record(call, kind_for(call, kind)); }});
    pages.add(web::PageRoute{Method::post, path + "/new", create_permission,
                             [&kind](web::PageCall& call) { return create_record(call, kind_for(call, kind)); }});
    pages.add(web::PageRoute{Method::get, path + "/{id}/edit", change_permission,
                             [&kind](web::PageCall& call) { return show_record_edit(call, kind_for(call, kind)); }});
    pages.add(web::PageRoute{Method::post, path + "/{id}/edit", change_permission,
                             [&kind](web::PageCall& call) { return change_record(call, kind_for(call, kind)); }});
}

}  // namespace wescrm::pages::record
