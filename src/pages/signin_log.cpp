#include "org_forms.hpp"
#include "pages.hpp"
#include "showing.hpp"

namespace wescrm::pages {
namespace {

constexpr int signin_rows_shown = 50;

std::string_view signin_kind_word(std::string_view kind) {
    if (kind == "setup") return "开通链接";
    return kind == "webview" ? "企业微信内" : kind == "qr" ? "扫码" : "退出";
}

std::string_view result_word(std::string_view result) {
    if (result == "ok") return "成功";
    if (result == "disabled") return "账号已停用";
    if (result == "unknown") return "没有账号";
    if (result == "outsider") return "不是企业成员";
    return result;
}

Result<web::View> show_signin_log(web::PageCall& call) {
    auto input = json::Document{rapidjson::kObjectType};
    for (auto const* name : {"user_id", "from", "to", "cursor"})
        if (auto const value = call.value(name); !value.empty())
            json::set(input, name, std::string_view{name} == "user_id" ? user_of(call, value) : value,
                      input.GetAllocator());
    json::set(input, "limit", json::Value{signin_rows_shown}, input.GetAllocator());
    auto const found = call.perform("signin.list", input);
    if (!found) return found.error();
    auto view = web::View{};
    view.page = "admin/signin_log";
    view.title = "登录日志";
    auto& allocator = view.data.GetAllocator();
    auto items = json::Value{};
    items.CopyFrom((*found)["items"], allocator);
    add_time_texts(items, "at", call.ctx.zone(), call.ctx.now(), allocator);
    for (auto& item : items.GetArray()) {
        auto const result = json::find_string(item, "result").value_or("");
        json::set(item, "kind_word", signin_kind_word(json::find_string(item, "kind").value_or("")), allocator);
        json::set(item, "client_word", client_word(json::find_string(item, "agent").value_or("")), allocator);
        json::set(item, "result_word", result_word(result), allocator);
        json::set(item, "is_good", json::Value{result == "ok"}, allocator);
    }
    json::set(view.data, "items", std::move(items), allocator);
    for (auto const* name : {"user_id", "from", "to"}) json::set(view.data, name, call.value(name), allocator);
    auto const next = json::find_string(*found, "next_cursor");
    json::set(view.data, "next", next ? query_with(call.request.query, "cursor", *next) : "", allocator);
    return view;
}

}  // namespace

void add_signin_log(web::Pages& pages) {
    pages.add(web::PageRoute{http::Method::get, "/admin/signin-log", "audit.view", show_signin_log});
    pages.add(web::NavigationItem{"/admin/signin-log", "登录日志", "door", "audit.view", "管理"});
}

}  // namespace wescrm::pages
