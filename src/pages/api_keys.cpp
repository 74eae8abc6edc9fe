#include "org_forms.hpp"
#include "pages.hpp"
#include "showing.hpp"

#include <map>

namespace wescrm::pages {
namespace {

Result<web::View> list_api_keys(web::PageCall& call) {
    auto keys = call.perform("api_key.list", json::Document{rapidjson::kObjectType});
    if (!keys) return keys.error();
    auto view = web::View{};
    view.page = "admin/api_keys";
    view.title = "API 密钥";
    auto& allocator = view.data.GetAllocator();
    auto items = json::Value{};
    items.CopyFrom((*keys)["items"], allocator);
    for (auto const* member : {"created_at", "last_used_at", "revoked_at"})
        add_time_texts(items, member, call.ctx.zone(), call.ctx.now(), allocator);
    auto names = std::map<std::string, std::string>{};
    for (auto& item : items.GetArray()) {
        auto const user = json::find_string(item, "user_id").value_or("");
        if (!names.contains(user)) {
            auto const person = call.perform("employee.get", input_of({{"user_id", user}}));
            names[user] = person ? json::find_string(*person, "name").value_or(user) : user;
        }
        json::set(item, "key_person", names.at(user), allocator);
    }
    json::set(view.data, "items", std::move(items), allocator);
    return view;
}

Result<web::View> create_api_key(web::PageCall& call) {
    auto input = json::Document{rapidjson::kObjectType};
    json::set(input, "name", call.value("name"), input.GetAllocator());
    json::set(input, "user_id", user_of(call, call.value("user_id")), input.GetAllocator());
    auto const made = call.perform("api_key.create", input);
    auto view = list_api_keys(call);
    if (!view) return view;
    auto& allocator = view->data.GetAllocator();
    if (made) {
        json::set(view->data, "made", json::find_string(*made, "key").value_or(""), allocator);
        return view;
    }
    if (made.error().code != Errc::invalid_input && made.error().code != Errc::not_found) return made.error();
    view->status = 422;
    json::set(view->data, "problem",
              made.error().fields.empty() ? made.error().message : made.error().fields.front().message, allocator);
    for (auto const* name : {"name", "user_id"}) json::set(view->data, name, call.value(name), allocator);
    return view;
}

Result<web::View> revoke(web::PageCall& call) {
    auto input = json::Document{rapidjson::kObjectType};
    json::set(input, "id", call.path("id"), input.GetAllocator());
    if (auto gone = call.perform("api_key.revoke", input); !gone) return gone.error();
    auto view = list_api_keys(call);
    if (view) view->toast = "已停用这个密钥";
    return view;
}

}  // namespace

void add_api_keys(web::Pages& pages) {
    pages.add(web::PageRoute{http::Method::get, "/admin/api-keys", "api_key.manage", list_api_keys});
    pages.add(web::PageRoute{http::Method::post, "/admin/api-keys", "api_key.manage", create_api_key});
    pages.add(web::PageRoute{http::Method::post, "/admin/api-keys/{id}/revoke", "api_key.manage", revoke});
    pages.add(web::NavigationItem{"/admin/api-keys", "API 密钥", "key", "api_key.manage", "管理"});
}

}  // namespace wescrm::pages
