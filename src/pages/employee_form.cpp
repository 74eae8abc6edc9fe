#include "form_errors.hpp"
#include "org_forms.hpp"
#include "pages.hpp"
#include "showing.hpp"

// Adding and changing an employee; in a dialog over the list, or as a page of its own.
namespace wescrm::pages {
namespace {

constexpr std::array<std::pair<char const*, char const*>, 8> labels{{{"name", "姓名"},
                                                                     {"employee_no", "工号"},
                                                                     {"joined_on", "入职日期"},
                                                                     {"position", "职务"},
                                                                     {"mobile", "手机"},
                                                                     {"email", "邮箱"},
                                                                     {"main_department_id", "归属部门"},
                                                                     {"superior_user_id", "直接上级"}}};

/// What stands in the fields.
struct EmployeeEntries {
    std::map<std::string, std::string> texts;
    Texts departments;
    Texts roles;
};

Texts texts_in(json::Value const& object, std::string_view member) {
    auto texts = Texts{};
    if (auto const* list = json::find(object, member); list && list->IsArray())
        for (auto const& item : list->GetArray())
            if (item.IsString()) texts.insert(std::string{json::view(item)});
    return texts;
}

EmployeeEntries employee_entries(json::Value const& detail) {
    auto entries = EmployeeEntries{};
    for (auto const* name :
         {"user_id", "name", "position", "mobile", "email", "main_department_id", "employee_no", "joined_on"})
        entries.texts[name] = json::find_string(detail, name).value_or("");
    entries.texts["superior_user_id"] = json::find_string(detail, "superior_override_user_id").value_or("");
    entries.departments = texts_in(detail, "department_ids");
    entries.roles = texts_in(detail, "role_ids");
    return entries;
}

// A field that comes from WeCom is not sent by the browser; what is stored stands in for it.
EmployeeEntries typed_employee(web::PageCall& call, EmployeeEntries entries) {
    for (auto const* name : {"user_id", "name", "position", "mobile", "email", "main_department_id", "superior_user_id",
                             "employee_no", "joined_on"})
        if (call.form.find(name)) entries.texts[name] = call.value(name);
    entries.departments = ticked(call, "department:");
    entries.roles = ticked(call, "role:");
    return entries;
}

Result<json::Value> employee_role_boxes(web::PageCall& call, EmployeeEntries const& entries,
                                        json::Allocator& allocator) {
    auto const roles = call.perform("role.list", json::Document{rapidjson::kObjectType});
    if (!roles) return roles.error();
    auto boxes = json::Value{rapidjson::kArrayType};
    for (auto const& role : (*roles)["items"].GetArray()) {
        auto box = json::Value{rapidjson::kObjectType};
        auto const id = json::find_string(role, "id").value_or("");
        json::set(box, "role_id", id, allocator);
        json::set(box, "role_name", json::find_string(role, "name").value_or(""), allocator);
        auto const is_default = json::find_bool(role, "is_default").value_or(false);
        json::set(box, "role_given", json::Value{entries.roles.contains(id) || (entries.roles.empty() && is_default)},
                  allocator);
        boxes.PushBack(std::move(box), allocator);
    }
    return boxes;
}

Result<json::Value> department_boxes(web::PageCall& call, EmployeeEntries const& entries, json::Value const* detail,
                                     json::Allocator& allocator) {
    auto boxes = department_options(call, entries.departments, allocator);
    if (!boxes) return boxes;
    auto const synced = detail ? texts_in(*detail, "synced_department_ids") : Texts{};
    for (auto& box : boxes->GetArray()) {
        auto const is_synced = synced.contains(json::find_string(box, "id").value_or(""));
        json::set(box, "is_synced", json::Value{is_synced}, allocator);
        if (is_synced) json::set(box, "chosen", json::Value{true}, allocator);
    }
    return boxes;
}

// `detail`: the stored employee; none for a new one.
Result<web::View> employee_form(web::PageCall& call, json::Value const* detail, EmployeeEntries const& entries) {
    auto view = web::View{};
    view.page = "admin/employee_form";
    view.title = detail ? "编辑员工" : "添加员工";
    if (detail) view.data = copy_of(*detail);
    auto& allocator = view.data.GetAllocator();
    for (auto const& [name, text] : entries.texts) json::set(view.data, name, text, allocator);
    auto mains = department_options(call, {entries.texts.at("main_department_id")}, allocator);
    if (!mains) return mains.error();
    auto others = department_boxes(call, entries, detail, allocator);
    if (!others) return others.error();
    auto roles = employee_role_boxes(call, entries, allocator);
    if (!roles) return roles.error();
    auto people = people_options(call, allocator);
    if (!people) return people.error();
    json::set(view.data, "mains", std::move(*mains), allocator);
    json::set(view.data, "others", std::move(*others), allocator);
    json::set(view.data, "roles", std::move(*roles), allocator);
    json::set(view.data, "people", std::move(*people), allocator);
    json::set(view.data, "is_new", json::Value{detail == nullptr}, allocator);
    json::set(view.data, "synced", json::Value{detail && json::find_string(*detail, "source") == "wecom"}, allocator);
    auto const is_active = detail && json::find_string(*detail, "status") == "active";
    json::set(view.data, "may_invite",
              json::Value{is_active && json::find_string(*detail, "invitation_state") != "activated"}, allocator);
    json::set(view.data, "back", call.value("department"), allocator);
    return view;
}

Result<json::Document> detail_of(web::PageCall& call) {
    return call.perform("employee.details", input_of({{"user_id", call.path("user_id")}}));
}

Result<web::View> show_new_employee(web::PageCall& call) {
    auto entries = employee_entries(json::Document{rapidjson::kObjectType});
    entries.texts["main_department_id"] = call.value("department");
    return employee_form(call, nullptr, entries);
}

Result<web::View> show_employee_edit(web::PageCall& call) {
    auto const detail = detail_of(call);
    if (!detail) return detail.error();
    return employee_form(call, &*detail, employee_entries(*detail));
}

void add_list(json::Document& input, char const* name, Texts const& texts) {
    auto list = json::Value{rapidjson::kArrayType};
    for (auto const& text : texts) list.PushBack(json::make_string(text, input.GetAllocator()), input.GetAllocator());
    json::set(input, name, std::move(list), input.GetAllocator());
}

json::Document employee_input_from(web::PageCall& call, EmployeeEntries const& entries, bool is_new) {
    auto input = json::Document{rapidjson::kObjectType};
    for (auto const& [name, text] : entries.texts) {
        auto const value = name == "superior_user_id" ? user_of(call, text) : text;
        if (!value.empty())
            json::set(input, name, value, input.GetAllocator());
        else if (!is_new && name != "name" && name != "main_department_id")
            json::set(input, name, json::Value{}, input.GetAllocator());
        else if (name == "name")
            json::set(input, name, "", input.GetAllocator());
    }
    add_list(input, "department_ids", entries.departments);
    add_list(input, "role_ids", entries.roles);
    return input;
}

// What somebody else changed meanwhile, field by field: his value and the one that was typed.
void show_differences(web::View& view, json::Value const& current, EmployeeEntries const& mine) {
    auto& allocator = view.data.GetAllocator();
    auto rows = json::Value{rapidjson::kArrayType};
    auto const theirs = employee_entries(current);
    for (auto const& [name, label] : labels) {
        if (theirs.texts.at(name) == mine.texts.at(name)) continue;
        auto row = json::Value{rapidjson::kObjectType};
        json::set(row, "field_label", label, allocator);
        json::set(row, "their_value", theirs.texts.at(name).empty() ? "（空）" : theirs.texts.at(name), allocator);
        json::set(row, "my_value", mine.texts.at(name).empty() ? "（空）" : mine.texts.at(name), allocator);
        rows.PushBack(std::move(row), allocator);
    }
    json::set(view.data, "differences", std::move(rows), allocator);
}

Result<web::View> again_employee(web::PageCall& call, json::Value const* detail, EmployeeEntries const& entries,
                                 Error const& error) {
    if (!is_for_form(error)) return error;
    auto view = employee_form(call, detail, entries);
    if (!view) return view;
    show_error(*view, error);
    if (error.code == Errc::stale && detail) show_differences(*view, *detail, entries);
    return view;
}

Result<web::View> create_employee(web::PageCall& call) {
    auto const entries = typed_employee(call, employee_entries(json::Document{rapidjson::kObjectType}));
    auto const made = call.perform("employee.create", employee_input_from(call, entries, true));
    if (!made) return again_employee(call, nullptr, entries, made.error());
    return back_to_list(json::find_string(*made, "main_department_id").value_or(""), "created");
}

Result<web::View> save_employee(web::PageCall& call) {
    auto const before = detail_of(call);
    if (!before) return before.error();
    auto const entries = typed_employee(call, employee_entries(*before));
    auto input = employee_input_from(call, entries, false);
    json::set(input, "user_id", call.path("user_id"), input.GetAllocator());
    add_version(call, input);
    auto const saved = call.perform("employee.change", input);
    if (!saved) return again_employee(call, &*before, entries, saved.error());
    return back_to_list(call.value("department"), "saved");
}

Result<web::View> act_employee(web::PageCall& call, std::string_view operation, std::string_view done,
                               bool needs_version) {
    auto input = input_of({{"user_id", call.path("user_id")}});
    if (needs_version) add_version(call, input);
    auto const result = call.perform(operation, input);
    if (result) return back_to_list(call.value("department"), done);
    auto const detail = detail_of(call);
    if (!detail) return detail.error();
    auto view = again_employee(call, &*detail, employee_entries(*detail), result.error());
    if (view && result.error().reason == "not_handed_over")
        json::set(view->data, "must_hand_over", json::Value{true}, view->data.GetAllocator());
    return view;
}

}  // namespace

void add_employee_form(web::Pages& pages) {
    using http::Method;
    pages.add(web::PageRoute{Method::get, "/admin/employee-new", "org.manage", show_new_employee});
    pages.add(web::PageRoute{Method::post, "/admin/employee-new", "org.manage", create_employee});
    pages.add(web::PageRoute{Method::get, "/admin/employees/{user_id}/edit", "org.manage", show_employee_edit});
    pages.add(web::PageRoute{Method::post, "/admin/employees/{user_id}/edit", "org.manage", save_employee});
    pages.add(web::PageRoute{Method::post, "/admin/employees/{user_id}/delete", "org.manage", [](web::PageCall& call) {
                                 return act_employee(call, "employee.delete", "deleted", true);
                             }});
    pages.add(web::PageRoute{Method::post, "/admin/employees/{user_id}/invite", "org.manage", [](web::PageCall& call) {
                                 return act_employee(call, "employee.invite", "invited", false);
                             }});
}

}  // namespace wescrm::pages
