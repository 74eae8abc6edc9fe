#include "pages.hpp"
#include "role_fields.hpp"
#include "showing.hpp"

#include <wescrm/operation/permissions.hpp>

#include <array>
#include <cstdlib>

namespace wescrm::pages {
namespace {

using operation::Reach;

constexpr std::array<Reach, 7> reaches{Reach::self,   Reach::self_sub, Reach::dept, Reach::dept_tree,
                                       Reach::headed, Reach::custom,   Reach::all};

std::string chosen_reach(json::Value const& role, operation::Permission const& permission) {
    auto const* scopes = json::find(role, "data_scopes");
    auto const* object = scopes ? json::find(*scopes, permission.object) : nullptr;
    return object ? json::find_string(*object, permission.action).value_or("") : std::string{};
}

json::Value role_option(std::string_view value, std::string_view label, bool is_chosen, json::Allocator& allocator) {
    auto made = json::Value{rapidjson::kObjectType};
    json::set(made, "value", value, allocator);
    json::set(made, "label", label, allocator);
    json::set(made, "chosen", json::Value{is_chosen}, allocator);
    return made;
}

// What one cell offers: nothing, and how far it may reach.
json::Value role_cell(json::Value const& role, operation::Permission const& permission, json::Allocator& allocator) {
    auto made = json::Value{rapidjson::kObjectType};
    auto const reach = chosen_reach(role, permission);
    auto options = json::Value{rapidjson::kArrayType};
    options.PushBack(role_option("", "不允许", reach.empty(), allocator), allocator);
    if (permission.has_reach) {
        for (auto const known : reaches) {
            auto const name = operation::name_of(known);
            options.PushBack(role_option(name, operation::label_of(known), reach == name, allocator), allocator);
        }
    } else {
        options.PushBack(role_option("all", "允许", !reach.empty(), allocator), allocator);
    }
    json::set(made, "name", permission.name, allocator);
    json::set(made, "title", permission.title, allocator);
    json::set(made, "options", std::move(options), allocator);
    json::set(made, "given", json::Value{!reach.empty()}, allocator);
    return made;
}

// The permissions by object, in the order in which people read them.
json::Value matrix(web::PageCall const& call, json::Value const& role, json::Allocator& allocator) {
    auto rows = json::Value{rapidjson::kArrayType};
    auto last = std::string{};
    for (auto const& permission : operation::permissions()) {
        if (operation::is_switched_off(call.ctx.actor(), permission.object)) continue;
        if (permission.object != last) {
            auto row = json::Value{rapidjson::kObjectType};
            json::set(row, "object", permission.object_title, allocator);
            json::set(row, "cells", json::Value{rapidjson::kArrayType}, allocator);
            rows.PushBack(std::move(row), allocator);
            last = permission.object;
        }
        rows[rows.Size() - 1]["cells"].PushBack(role_cell(role, permission, allocator), allocator);
    }
    return rows;
}

json::Value list_of_roles(json::Value const& roles, std::string const& wanted, json::Allocator& allocator) {
    auto items = json::Value{rapidjson::kArrayType};
    for (auto const& role : roles.GetArray()) {
        auto item = json::Value{rapidjson::kObjectType};
        for (auto const* name : {"id", "name"})
            json::set(item, name, json::find_string(role, name).value_or(""), allocator);
        json::set(item, "members", json::Value{static_cast<std::int64_t>(role["member_user_ids"].Size())}, allocator);
        json::set(item, "locked", json::Value{json::find_bool(role, "fixed").value_or(false)}, allocator);
        json::set(item, "chosen", json::Value{json::find_string(role, "id") == wanted}, allocator);
        items.PushBack(std::move(item), allocator);
    }
    return items;
}

json::Value const* role_with(json::Value const& roles, std::string const& id) {
    for (auto const& role : roles.GetArray())
        if (id.empty() || json::find_string(role, "id") == id) return &role;
    return nullptr;
}

Result<web::View> show_role(web::PageCall& call, std::string const& id) {
    auto const found = call.perform("role.list", json::Document{rapidjson::kObjectType});
    if (!found) return found.error();
    auto const& roles = (*found)["items"];
    auto const* role = role_with(roles, id);
    if (!role) return Error{Errc::not_found, "role", "没有这个角色"};
    auto view = web::View{};
    view.page = "admin/roles";
    view.title = "角色权限";
    view.data = copy_of(*role);
    auto& allocator = view.data.GetAllocator();
    json::set(view.data, "matrix", matrix(call, *role, allocator), allocator);
    json::set(view.data, "field_groups", field_groups(call, *role, allocator), allocator);
    json::set(view.data, "member_count", json::Value{static_cast<std::int64_t>((*role)["member_user_ids"].Size())},
              allocator);
    json::set(view.data, "roles", list_of_roles(roles, json::find_string(*role, "id").value_or(""), allocator),
              allocator);
    return view;
}

Result<web::View> show_asked_role(web::PageCall& call) { return show_role(call, call.value("role")); }

// As the role has it: "all", if there is nothing to reach.
std::string kept_reach(json::Value const& role, operation::Permission const& permission) {
    if (permission.has_reach) return chosen_reach(role, permission);
    auto const* names = json::find(role, "permissions");
    if (!names || !names->IsArray()) return {};
    for (auto const& name : names->GetArray())
        if (name.IsString() && json::view(name) == permission.name) return "all";
    return {};
}

// The whole form as the permissions of the role.
json::Document role_change_from(web::PageCall& call) {
    auto input = json::Document{rapidjson::kObjectType};
    auto& allocator = input.GetAllocator();
    auto permissions = json::Value{rapidjson::kArrayType};
    auto scopes = json::Value{rapidjson::kObjectType};
    auto const roles = call.perform("role.list", json::Document{rapidjson::kObjectType});
    auto const* role = roles ? role_with((*roles)["items"], call.path("id")) : nullptr;
    for (auto const& permission : operation::permissions()) {
        // What the company does without is not asked for and stays.
        auto const is_off = role && operation::is_switched_off(call.ctx.actor(), permission.object);
        auto const reach = is_off ? kept_reach(*role, permission) : call.value("p:" + permission.name);
        if (reach.empty()) continue;
        permissions.PushBack(json::make_string(permission.name, allocator), allocator);
        if (!permission.has_reach) continue;
        if (!json::find(scopes, permission.object))
            json::set(scopes, permission.object, json::Value{rapidjson::kObjectType}, allocator);
        json::set(scopes[permission.object.c_str()], permission.action, reach, allocator);
    }
    json::set(input, "id", call.path("id"), allocator);
    json::set(input, "version", json::Value{static_cast<std::int64_t>(std::atoll(call.value("version").c_str()))},
              allocator);
    json::set(input, "permissions", std::move(permissions), allocator);
    json::set(input, "data_scopes", std::move(scopes), allocator);
    json::set(input, "fields", fields_from(call, role, allocator), allocator);
    if (auto const name = call.value("name"); !name.empty()) json::set(input, "name", name, allocator);
    return input;
}

Result<web::View> with_problem(Result<web::View> view, Error const& error) {
    if (!view) return view;
    view->status = error.code == Errc::stale ? 409 : 422;
    auto const& text = error.fields.empty() ? error.message : error.fields.front().message;
    json::set(view->data, "problem", text, view->data.GetAllocator());
    return view;
}

Result<web::View> save_role(web::PageCall& call) {
    auto const saved = call.perform("role.change", role_change_from(call));
    if (!saved && (saved.error().code == Errc::forbidden || saved.error().code == Errc::not_found))
        return saved.error();
    auto view = show_role(call, call.path("id"));
    if (!saved) return with_problem(std::move(view), saved.error());
    if (view) view->toast = "已保存，立即生效";
    return view;
}

Result<web::View> create_role(web::PageCall& call) {
    auto input = json::Document{rapidjson::kObjectType};
    json::set(input, "name", call.value("name"), input.GetAllocator());
    auto const made = call.perform("role.create", input);
    if (!made && made.error().code == Errc::forbidden) return made.error();
    if (!made) return with_problem(show_role(call, call.value("role")), made.error());
    auto view = show_role(call, json::find_string(*made, "id").value_or(""));
    if (view) view->toast = "已新建，请设置它的权限";
    return view;
}

}  // namespace

void add_roles(web::Pages& pages) {
    pages.add(web::PageRoute{http::Method::get, "/admin/roles", "org.manage", show_asked_role});
    pages.add(web::PageRoute{http::Method::post, "/admin/roles", "org.manage", create_role});
    pages.add(web::PageRoute{http::Method::post, "/admin/roles/{id}", "org.manage", save_role});
    pages.add(web::NavigationItem{"/admin/roles", "角色权限", "shield", "org.manage", "管理"});
}

}  // namespace wescrm::pages
