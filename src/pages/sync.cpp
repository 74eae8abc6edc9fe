#include "pages.hpp"
#include "showing.hpp"

namespace wescrm::pages {
namespace {

std::string_view state_word(std::string_view state) {
    if (state == "done") return "完成";
    if (state == "held") return "待确认";
    if (state == "incomplete") return "未完成";
    if (state == "running") return "进行中";
    if (state == "accepted") return "已确认停用";
    if (state == "kept") return "已保留";
    return state;
}

Result<web::View> show(web::PageCall& call) {
    auto input = json::Document{rapidjson::kObjectType};
    json::set(input, "limit", json::Value{20}, input.GetAllocator());
    auto const found = call.perform("org.sync.list", input);
    if (!found) return found.error();
    auto view = web::View{};
    view.page = "admin/sync";
    view.title = "同步中心";
    auto& allocator = view.data.GetAllocator();
    auto items = json::Value{};
    items.CopyFrom((*found)["items"], allocator);
    for (auto const* member : {"started_at", "finished_at"})
        add_time_texts(items, member, call.ctx.zone(), call.ctx.now(), allocator);
    for (auto& item : items.GetArray()) {
        auto const state = json::find_string(item, "state").value_or("");
        json::set(item, "state_word", state_word(state), allocator);
        json::set(item, "is_good", json::Value{state == "done" || state == "accepted" || state == "kept"}, allocator);
        json::set(item, "is_held", json::Value{state == "held"}, allocator);
        json::set(item, "is_bad", json::Value{state == "incomplete"}, allocator);
        json::set(item, "is_running", json::Value{state == "running"}, allocator);
        json::set(item, "by_hand", json::Value{json::find_string(item, "trigger") == "manual"}, allocator);
    }
    json::set(view.data, "items", std::move(items), allocator);
    return view;
}

Result<web::View> start(web::PageCall& call) {
    auto const started = call.perform("org.sync", json::Document{rapidjson::kObjectType});
    if (!started) return started.error();
    auto view = show(call);
    if (view) view->toast = "已开始同步，完成后刷新即可看到结果";
    return view;
}

Result<web::View> decide(web::PageCall& call, std::string_view operation, std::string toast) {
    auto input = json::Document{rapidjson::kObjectType};
    json::set(input, "id", call.path("id"), input.GetAllocator());
    if (auto const decided = call.perform(operation, input); !decided) return decided.error();
    auto view = show(call);
    if (view) view->toast = std::move(toast);
    return view;
}

}  // namespace

void add_sync(web::Pages& pages) {
    pages.add(web::PageRoute{http::Method::get, "/admin/sync", "org.manage", show});
    pages.add(web::PageRoute{http::Method::post, "/admin/sync", "org.manage", start});
    pages.add(web::PageRoute{http::Method::post, "/admin/sync/{id}/accept", "org.manage",
                             [](web::PageCall& call) { return decide(call, "org.sync.accept", "已停用这些员工"); }});
    pages.add(web::PageRoute{http::Method::post, "/admin/sync/{id}/keep", "org.manage",
                             [](web::PageCall& call) { return decide(call, "org.sync.keep", "已保留这些员工"); }});
    pages.add(web::NavigationItem{"/admin/sync", "同步中心", "sync", "org.manage", "管理"});
}

}  // namespace wescrm::pages
