#include "pages.hpp"
#include "showing.hpp"

#include <cstdlib>

namespace wescrm::pages {
namespace {

Result<json::Value> role_options(web::PageCall& call, std::string_view chosen, json::Allocator& allocator) {
    auto const roles = call.perform("role.list", json::Document{rapidjson::kObjectType});
    if (!roles) return roles.error();
    auto options = json::Value{rapidjson::kArrayType};
    for (auto const& role : (*roles)["items"].GetArray()) {
        auto option = json::Value{rapidjson::kObjectType};
        auto const id = json::find_string(role, "id").value_or("");
        json::set(option, "id", id, allocator);
        json::set(option, "name", json::find_string(role, "name").value_or(""), allocator);
        json::set(option, "chosen", json::Value{id == chosen}, allocator);
        options.PushBack(std::move(option), allocator);
    }
    return options;
}

Result<web::View> show(web::PageCall& call) {
    auto const company = call.perform("company.show", json::Document{rapidjson::kObjectType});
    if (!company) return company.error();
    auto view = web::View{};
    view.page = "admin/company";
    view.title = "企业设置";
    view.data = copy_of(*company);
    auto& allocator = view.data.GetAllocator();
    auto roles = role_options(call, json::find_string(*company, "default_role_id").value_or(""), allocator);
    if (!roles) return roles.error();
    json::set(view.data, "roles", std::move(*roles), allocator);
    json::set(view.data, "range_all", json::Value{json::find_string(*company, "subordinate_range") == "all"},
              allocator);
    json::set(view.data, "range_direct", json::Value{json::find_string(*company, "subordinate_range") != "all"},
              allocator);
    return view;
}

Result<web::View> save(web::PageCall& call) {
    auto input = json::Document{rapidjson::kObjectType};
    auto& allocator = input.GetAllocator();
    for (auto const* name : {"name", "timezone", "subordinate_range", "default_role_id"})
        if (auto const value = call.value(name); !value.empty()) json::set(input, name, value, allocator);
    auto const version = std::atoll(call.value("version").c_str());
    json::set(input, "version", json::Value{static_cast<std::int64_t>(version)}, allocator);
    auto const saved = call.perform("company.change", input);
    auto view = show(call);
    if (!view) return view;
    if (saved) {
        view->toast = "已保存";
        return view;
    }
    if (saved.error().code == Errc::forbidden) return saved.error();
    view->status = saved.error().code == Errc::stale ? 409 : 422;
    auto& out = view->data.GetAllocator();
    json::set(view->data, "problem", saved.error().message, out);
    // What was typed stays, with its errors beside it.
    for (auto const* name : {"name", "timezone"}) json::set(view->data, name, call.value(name), out);
    for (auto const& field : saved.error().fields) json::set(view->data, field.field + "_error", field.message, out);
    return view;
}

}  // namespace

void add_company(web::Pages& pages) {
    pages.add(web::PageRoute{http::Method::get, "/admin/company", "company.edit", show});
    pages.add(web::PageRoute{http::Method::post, "/admin/company", "company.edit", save});
    pages.add(web::NavigationItem{"/admin/company", "企业设置", "settings", "company.edit", "管理"});
}

}  // namespace wescrm::pages
