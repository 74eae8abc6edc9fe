#include "form.hpp"

#include "../org_forms.hpp"
#include "pick.hpp"
#include "values.hpp"

#include <algorithm>

namespace wescrm::pages::record {
namespace {

constexpr std::size_t one_line = 200;

std::string_view label_of(Field const& field, operation::FieldDescription const& description) {
    return !field.label.empty()        ? field.label
           : description.label.empty() ? field.name
                                       : std::string_view{description.label};
}

// Which control fits a field.
std::string_view control_of(Field const& field, operation::FieldDescription const& description) {
    using Ask = Field::Ask;
    if (field.ask == Ask::person) return "is_person";
    if (field.ask == Ask::customer) return "is_customer";
    if (field.ask == Ask::choice || field.ask == Ask::department || description.type == "enum") return "is_choice";
    if (description.type == "boolean") return "is_box";
    if (description.type == "date") return "is_date";
    if (description.type == "date-time") return "is_moment";
    if (description.type == "string" && description.limits.max_length > one_line) return "is_long";
    return "is_line";
}

json::Value options_of(web::PageCall& call, Field const& field, operation::FieldDescription const& description,
                       std::string const& chosen, json::Allocator& allocator) {
    if (!field.source.operation.empty()) return choices_of(call, field.source, chosen, allocator);
    if (!field.words.empty()) return choices_of(field.words, chosen, allocator);
    auto words = Words{};
    for (auto const& value : description.values) words.push_back({value, value});
    return choices_of(words, chosen, allocator);
}

json::Value control(web::PageCall& call, Field const& field, operation::FieldDescription const& description,
                    std::string const& typed, json::Allocator& allocator) {
    auto view = json::Value{rapidjson::kObjectType};
    json::set(view, "c_name", field.name, allocator);
    json::set(view, "c_label", label_of(field, description), allocator);
    json::set(view, "c_value", typed, allocator);
    json::set(view, "c_required", json::Value{description.is_required}, allocator);
    json::set(view, "c_hint", description.hint, allocator);
    json::set(view, "c_length", std::to_string(description.limits.max_length), allocator);
    auto const kind = control_of(field, description);
    json::set(view, kind, json::Value{true}, allocator);
    json::set(view, "c_on", json::Value{typed == "true" || typed == "on"}, allocator);
    if (field.ask == Field::Ask::department) {
        if (auto options = department_options(call, {typed}, allocator))
            json::set(view, "departments", std::move(*options), allocator);
    } else if (kind == "is_choice") {
        json::set(view, "options", options_of(call, field, description, typed, allocator), allocator);
    }
    return view;
}

// A field of the input may be named by an error deeper inside: "lines[0].quantity" belongs to "lines".
std::string message_for(Error const* problem, std::string_view name) {
    if (!problem) return {};
    for (auto const& field : problem->fields)
        if (field.field.substr(0, field.field.find_first_of("[.")) == name) return field.message;
    return {};
}

Result<std::string> resolved(web::PageCall& call, Field const& field, std::string const& typed) {
    if (field.ask == Field::Ask::person) return person_from(call, field.name, typed);
    if (field.ask == Field::Ask::customer) return customer_from(call, field.name, typed);
    return typed;
}

// ---- a record's own form

Entries stored(web::PageCall& call, Kind const& kind, operation::Entry const& entry, json::Value const& record) {
    auto entries = Entries{};
    for (auto const& field : kind.form) {
        auto const* description = find_field(entry, field.name);
        auto const* value = json::find(record, field.shown.empty() ? field.name : field.shown);
        if (description && value) entries[std::string{field.name}] = typed_from(*value, *description, call.ctx.zone());
    }
    return entries;
}

// What is preset in the address: /app/contacts/new?customer_id=1.
Entries preset(web::PageCall& call, Kind const& kind) {
    auto entries = typed_in(call, kind.form);
    for (auto const& field : kind.form) {
        auto& typed = entries[std::string{field.name}];
        if (field.ask != Field::Ask::customer || typed.empty()) continue;
        auto const found = call.perform("customer.show", input_of({{"id", typed}}));
        typed = found ? json::find_string(*found, "name").value_or("") + " (" +
                            json::find_string(*found, "no").value_or("") + ")"
                      : "";
    }
    return entries;
}

struct Form {
    Kind const& kind;
    operation::Entry const& entry;
    json::Value const* record = nullptr;  ///< null: a new one
};

// A box that is not ticked is not sent at all.
Entries typed_for(web::PageCall const& call, Form const& form) {
    auto entries = typed_in(call, form.kind.form);
    for (auto& [name, typed] : entries) {
        auto const* description = find_field(form.entry, name);
        if (description && description->type == "boolean") typed = typed.empty() ? "false" : "true";
    }
    return entries;
}

std::vector<Field> fields_of(Form const& form) {
    auto fields = std::vector<Field>{};
    for (auto const& field : form.kind.form)
        if (find_field(form.entry, field.name)) fields.push_back(field);
    return fields;
}

void add_differences(web::View& view, Form const& form, Entries const& entries, Entries const& now) {
    auto& allocator = view.data.GetAllocator();
    auto list = json::Value{rapidjson::kArrayType};
    for (auto const& field : fields_of(form)) {
        auto const mine = entries.find(field.name);
        auto const theirs = now.find(field.name);
        if (mine == entries.end() || theirs == now.end() || mine->second == theirs->second) continue;
        auto line = json::Value{rapidjson::kObjectType};
        json::set(line, "d_label", label_of(field, *find_field(form.entry, field.name)), allocator);
        json::set(line, "d_theirs", theirs->second.empty() ? "空" : theirs->second, allocator);
        json::set(line, "d_mine", mine->second.empty() ? "空" : mine->second, allocator);
        list.PushBack(std::move(line), allocator);
    }
    json::set(view.data, "differences", std::move(list), allocator);
}

web::View form_view(web::PageCall& call, Form const& form, Entries const& entries, Error const* problem) {
    auto view = web::View{};
    view.page = "record/form";
    auto const name = form.record ? json::find_string(*form.record, form.kind.name).value_or("") : std::string{};
    view.title = form.record ? "编辑" + std::string{form.kind.title} : "新建" + std::string{form.kind.title};
    auto& allocator = view.data.GetAllocator();
    auto const path = std::string{form.kind.path};
    auto const id = form.record ? json::find_string(*form.record, "id").value_or("") : std::string{};
    json::set(view.data, "form_title", form.record ? "编辑 " + name : view.title, allocator);
    json::set(view.data, "action", form.record ? path + "/" + id + "/edit" : path + "/new", allocator);
    json::set(view.data, "back", form.record ? path + "/" + id : path, allocator);
    json::set(view.data, "submit", form.record ? "保存" : view.title, allocator);
    if (form.record)
        json::set(view.data, "version", std::to_string(json::find_integer(*form.record, "version").value_or(0)),
                  allocator);
    json::set(view.data, "controls", controls_of(call, form.entry, fields_of(form), entries, problem, allocator),
              allocator);
    if (problem) {
        view.status = problem->code == Errc::invalid_input ? 422 : 409;
        json::set(view.data, "problem", problem->message, allocator);
    }
    return view;
}

Result<json::Document> shown(web::PageCall& call, Kind const& kind) {
    return call.perform(operation_of(kind, "show"), input_of({{"id", call.path("id")}}));
}

Result<web::View> show_new(web::PageCall& call, Kind const& kind) {
    auto const* entry = usable(call, operation_of(kind, "create"));
    if (!entry) return Error{Errc::forbidden, "permission", "您的角色没有新建" + std::string{kind.title} + "的权限"};
    return form_view(call, {kind, *entry}, preset(call, kind), nullptr);
}

Result<web::View> create(web::PageCall& call, Kind const& kind) {
    auto const* entry = usable(call, operation_of(kind, "create"));
    if (!entry) return Error{Errc::forbidden, "permission", "您的角色没有新建" + std::string{kind.title} + "的权限"};
    auto const form = Form{kind, *entry};
    auto const entries = typed_for(call, form);
    auto const input = input_from(call, *entry, fields_of(form), entries, false);
    auto const made = input ? call.perform(entry->name, *input) : Result<json::Document>{input.error()};
    if (!made) {
        auto const problem = made.error();
        if (problem.code == Errc::unavailable) return problem;
        return form_view(call, form, entries, &problem);
    }
    return web::View::to(std::string{kind.path} + "/" + json::find_string(*made, "id").value_or("") + "?done=created");
}

Result<web::View> show_edit(web::PageCall& call, Kind const& kind) {
    auto const* entry = usable(call, operation_of(kind, "change"));
    if (!entry) return Error{Errc::forbidden, "permission", "您的角色没有编辑" + std::string{kind.title} + "的权限"};
    auto const record = shown(call, kind);
    if (!record) return record.error();
    return form_view(call, {kind, *entry, &*record}, stored(call, kind, *entry, *record), nullptr);
}

// Only what differs from what is stored is sent: a field that somebody may not write does not stop the others.
Result<json::Document> change_from(web::PageCall& call, Form const& form, Entries const& entries, Entries const& now) {
    auto changed = std::vector<Field>{};
    for (auto const& field : fields_of(form)) {
        auto const mine = entries.find(field.name);
        auto const theirs = now.find(field.name);
        auto const is_same = mine != entries.end() && mine->second == (theirs == now.end() ? "" : theirs->second);
        if (mine != entries.end() && !is_same) changed.push_back(field);
    }
    auto input = input_from(call, form.entry, changed, entries, true);
    if (!input) return input;
    json::set(*input, "id", call.path("id"), input->GetAllocator());
    add_version(call, *input);
    return input;
}

Result<web::View> change(web::PageCall& call, Kind const& kind) {
    auto const* entry = usable(call, operation_of(kind, "change"));
    if (!entry) return Error{Errc::forbidden, "permission", "您的角色没有编辑" + std::string{kind.title} + "的权限"};
    auto const record = shown(call, kind);
    if (!record) return record.error();
    auto const form = Form{kind, *entry, &*record};
    auto const now = stored(call, kind, *entry, *record);
    auto const entries = typed_for(call, form);
    auto const input = change_from(call, form, entries, now);
    auto const done = input ? call.perform(entry->name, *input) : Result<json::Document>{input.error()};
    if (done) return web::View::to(std::string{kind.path} + "/" + call.path("id") + "?done=saved");
    auto const problem = done.error();
    if (problem.code == Errc::unavailable || problem.code == Errc::not_found) return problem;
    auto view = form_view(call, form, entries, &problem);
    if (problem.code == Errc::stale) add_differences(view, form, entries, now);
    return view;
}

}  // namespace

json::Value controls_of(web::PageCall& call, operation::Entry const& entry, std::vector<Field> const& fields,
                        Entries const& entries, Error const* problem, json::Allocator& allocator) {
    auto controls = json::Value{rapidjson::kArrayType};
    for (auto const& field : fields) {
        auto const* description = find_field(entry, field.name);
        if (!description) continue;
        auto const typed = entries.find(field.name);
        auto view = control(call, field, *description, typed == entries.end() ? "" : typed->second, allocator);
        json::set(view, "c_error", message_for(problem, field.name), allocator);
        controls.PushBack(std::move(view), allocator);
    }
    return controls;
}

Entries typed_in(web::PageCall const& call, std::vector<Field> const& fields) {
    auto entries = Entries{};
    for (auto const& field : fields) entries[std::string{field.name}] = call.value(field.name);
    return entries;
}

Result<json::Document> input_from(web::PageCall& call, operation::Entry const& entry, std::vector<Field> const& fields,
                                  Entries const& entries, bool empties) {
    auto input = json::Document{rapidjson::kObjectType};
    auto problems = std::vector<FieldError>{};
    for (auto const& field : fields) {
        auto const* description = find_field(entry, field.name);
        auto const found = entries.find(field.name);
        if (!description || found == entries.end()) continue;
        auto const is_unticked = description->type == "boolean" && found->second != "true" && found->second != "on";
        if (found->second.empty() || (is_unticked && !empties)) {
            auto nothing = description->is_required ? json::Value{""} : json::Value{};
            if (empties || description->is_required)
                json::set(input, field.name, std::move(nothing), input.GetAllocator());
            continue;
        }
        auto const typed = resolved(call, field, found->second);
        auto value = typed ? value_from(*typed, *description, call.ctx.zone(), input.GetAllocator())
                           : Result<json::Value>{typed.error()};
        if (value)
            json::set(input, field.name, std::move(*value), input.GetAllocator());
        else
            problems.insert(problems.end(), value.error().fields.begin(), value.error().fields.end());
    }
    if (!problems.empty()) return Error{Errc::invalid_input, "invalid", "请改正下面标出的内容", std::move(problems)};
    return input;
}

void add_forms(web::Pages& pages, Kind const& kind) {
    auto const path = std::string{kind.path};
    auto const create_permission =
        kind.create_permission.empty() ? operation_of(kind, "create") : std::string{kind.create_permission};
    auto const change_permission =
        kind.change_permission.empty() ? operation_of(kind, "edit") : std::string{kind.change_permission};
    using http::Method;
    pages.add(web::PageRoute{Method::get, path + "/new", create_permission,
                             [&kind](web::PageCall& call) { return show_new(call, kind); }});
    pages.add(web::PageRoute{Method::post, path + "/new", create_permission,
                             [&kind](web::PageCall& call) { return create(call, kind); }});
    pages.add(web::PageRoute{Method::get, path + "/{id}/edit", change_permission,
                             [&kind](web::PageCall& call) { return show_edit(call, kind); }});
    pages.add(web::PageRoute{Method::post, path + "/{id}/edit", change_permission,
                             [&kind](web::PageCall& call) { return change(call, kind); }});
}

}  // namespace wescrm::pages::record
