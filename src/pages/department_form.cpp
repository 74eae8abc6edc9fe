#include "form_errors.hpp"
#include "org_forms.hpp"
#include "pages.hpp"
#include "showing.hpp"

#include <wescrm/base/text.hpp>

#include <cstdlib>

// Making, changing and deleting a department; in a dialog over the list, or as a page of its own.
namespace wescrm::pages {
namespace {

struct DepartmentEntries {
    std::string name;
    std::string parent;
    std::string order;
    std::string heads;  ///< userids or names, with commas
};

// "王思远 (wangsiyuan)"
std::string head_in_words(web::PageCall& call, std::string const& user) {
    auto const found = call.perform("employee.get", input_of({{"user_id", user}}));
    return found ? json::find_string(*found, "name").value_or("") + " (" + user + ")" : user;
}

// The account within what `head_in_words` made, or what somebody typed.
std::string head_from(web::PageCall& call, std::string const& typed) {
    auto const open = typed.rfind(" (");
    if (open != std::string::npos && typed.ends_with(')')) return typed.substr(open + 2, typed.size() - open - 3);
    return user_of(call, typed);
}

DepartmentEntries department_entries(web::PageCall& call, json::Value const& department) {
    auto entries = DepartmentEntries{};
    entries.name = json::find_string(department, "name").value_or("");
    entries.parent = json::find_string(department, "parent_id").value_or("");
    entries.order = std::to_string(json::find_integer(department, "order").value_or(0));
    auto heads = std::vector<std::string>{};
    if (auto const* users = json::find(department, "leader_user_ids"))
        for (auto const& user : users->GetArray()) heads.push_back(head_in_words(call, std::string{json::view(user)}));
    entries.heads = text::join(heads, "、");
    return entries;
}

DepartmentEntries typed_department(web::PageCall& call, DepartmentEntries entries) {
    if (call.form.find("name")) entries.name = call.value("name");
    if (call.form.find("parent_id")) entries.parent = call.value("parent_id");
    if (call.form.find("order")) entries.order = call.value("order");
    if (call.form.find("leader_user_ids")) entries.heads = call.value("leader_user_ids");
    return entries;
}

// `stored`: the department; none for a new one.
Result<web::View> department_form(web::PageCall& call, json::Value const* stored, DepartmentEntries const& entries) {
    auto view = web::View{};
    view.page = "admin/department_form";
    view.title = stored ? "编辑部门" : "添加部门";
    if (stored) view.data = copy_of(*stored);
    auto& allocator = view.data.GetAllocator();
    auto parents = department_options(call, {entries.parent}, allocator);
    if (!parents) return parents.error();
    auto people = people_options(call, allocator);
    if (!people) return people.error();
    auto const is_root = stored && !json::find_string(*stored, "parent_id");
    json::set(view.data, "parents", std::move(*parents), allocator);
    json::set(view.data, "people", std::move(*people), allocator);
    json::set(view.data, "is_new", json::Value{stored == nullptr}, allocator);
    json::set(view.data, "is_root", json::Value{is_root}, allocator);
    json::set(view.data, "synced", json::Value{stored && !is_root && json::find_integer(*stored, "wecom_id")},
              allocator);
    json::set(view.data, "department_name", entries.name, allocator);
    json::set(view.data, "department_order", entries.order, allocator);
    json::set(view.data, "heads", entries.heads, allocator);
    json::set(view.data, "back", call.value("department"), allocator);
    return view;
}

Result<json::Document> stored_one(web::PageCall& call) {
    return call.perform("department.get", input_of({{"id", call.path("id")}}));
}

Result<web::View> show_new_department(web::PageCall& call) {
    return department_form(call, nullptr, {"", call.value("department"), "0", ""});
}

Result<web::View> show_department_edit(web::PageCall& call) {
    auto const stored = stored_one(call);
    if (!stored) return stored.error();
    return department_form(call, &*stored, department_entries(call, *stored));
}

json::Document department_input_from(web::PageCall& call, DepartmentEntries const& entries) {
    auto input = input_of({{"parent_id", entries.parent}});
    auto& allocator = input.GetAllocator();
    json::set(input, "name", entries.name, allocator);
    json::set(input, "order", json::Value{static_cast<std::int64_t>(std::atoll(entries.order.c_str()))}, allocator);
    auto heads = json::Value{rapidjson::kArrayType};
    for (auto const& part : text::split(text::replace_all(text::replace_all(entries.heads, "，", ","), "、", ","), ','))
        if (auto const name = std::string{text::trim(part)}; !name.empty())
            heads.PushBack(json::make_string(head_from(call, name), allocator), allocator);
    json::set(input, "leader_user_ids", std::move(heads), allocator);
    return input;
}

Result<web::View> again_department(web::PageCall& call, json::Value const* stored, DepartmentEntries const& entries,
                                   Error const& error) {
    if (!is_for_form(error)) return error;
    auto view = department_form(call, stored, entries);
    if (view) show_error(*view, error);
    if (view && error.code == Errc::stale) {
        auto const theirs = department_entries(call, *stored);
        json::set(view->data, "current",
                  "现在是：" + theirs.name + "，负责人 " + (theirs.heads.empty() ? "无" : theirs.heads) + "，排序 " +
                      theirs.order,
                  view->data.GetAllocator());
    }
    return view;
}

Result<web::View> create_department(web::PageCall& call) {
    auto const entries = typed_department(call, {"", "", "0", ""});
    auto const made = call.perform("department.create", department_input_from(call, entries));
    if (!made) return again_department(call, nullptr, entries, made.error());
    return back_to_list(json::find_string(*made, "id").value_or(""), "created");
}

Result<web::View> save_department(web::PageCall& call) {
    auto const stored = stored_one(call);
    if (!stored) return stored.error();
    auto const entries = typed_department(call, department_entries(call, *stored));
    auto input = department_input_from(call, entries);
    json::set(input, "id", call.path("id"), input.GetAllocator());
    add_version(call, input);
    auto const saved = call.perform("department.change", input);
    if (!saved) return again_department(call, &*stored, entries, saved.error());
    return back_to_list(call.path("id"), "saved");
}

Result<web::View> remove_department(web::PageCall& call) {
    auto const stored = stored_one(call);
    if (!stored) return stored.error();
    auto input = input_of({{"id", call.path("id")}});
    add_version(call, input);
    auto const gone = call.perform("department.delete", input);
    if (!gone) return again_department(call, &*stored, department_entries(call, *stored), gone.error());
    return back_to_list(json::find_string(*stored, "parent_id").value_or(""), "deleted");
}

}  // namespace

void add_department_form(web::Pages& pages) {
    using http::Method;
    pages.add(web::PageRoute{Method::get, "/admin/department-new", "org.manage", show_new_department});
    pages.add(web::PageRoute{Method::post, "/admin/department-new", "org.manage", create_department});
    pages.add(web::PageRoute{Method::get, "/admin/departments/{id}/edit", "org.manage", show_department_edit});
    pages.add(web::PageRoute{Method::post, "/admin/departments/{id}/edit", "org.manage", save_department});
    pages.add(web::PageRoute{Method::post, "/admin/departments/{id}/delete", "org.manage", remove_department});
}

}  // namespace wescrm::pages
