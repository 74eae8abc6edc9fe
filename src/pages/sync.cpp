#include "pages.hpp"
#include "showing.hpp"

namespace wescrm::pages {
namespace {

std::string_view sync_state_word(std::string_view state) {
    if (state == "done") return "完成";
    if (state == "held") return "待确认";
    if (state == "incomplete") return "未完成";
    if (state == "running") return "进行中";
    if (state == "accepted") return "已确认停用";
    if (state == "kept") return "已保留";
    if (state == "preview") return "预览";
    return state;
}

void describe_sync(json::Value& item, web::PageCall& call, json::Allocator& allocator) {
    for (std::string const member : {"started_at", "finished_at", "undone_at"})
        json::set(item, member + "_text", short_time(item, member, call.ctx.zone(), call.ctx.now()), allocator);
    auto const state = json::find_string(item, "state").value_or("");
    auto const trigger = json::find_string(item, "trigger").value_or("");
    json::set(item, "state_word", sync_state_word(state), allocator);
    json::set(item, "is_good", json::Value{state == "done" || state == "accepted" || state == "kept"}, allocator);
    json::set(item, "is_held", json::Value{state == "held"}, allocator);
    json::set(item, "is_bad", json::Value{state == "incomplete"}, allocator);
    json::set(item, "is_running", json::Value{state == "running"}, allocator);
    json::set(item, "is_preview", json::Value{state == "preview"}, allocator);
    json::set(item, "by_hand", json::Value{trigger == "manual" || trigger == "preview"}, allocator);
    json::set(item, "has_lost", json::Value{json::find_integer(item, "lost_events").value_or(0) > 0}, allocator);
    json::set(item, "some_failed", json::Value{json::find_integer(item, "failed").value_or(0) > 0}, allocator);
}

Result<web::View> show_sync(web::PageCall& call) {
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
    for (auto& item : items.GetArray()) describe_sync(item, call, allocator);
    json::set(view.data, "items", std::move(items), allocator);
    json::set(view.data, "is_paused", json::Value{json::find_bool(*found, "automatic_paused").value_or(false)},
              allocator);
    return view;
}

std::string_view sync_kind_word(std::string_view kind) {
    if (kind == "add") return "新增";
    if (kind == "change") return "修改";
    if (kind == "move") return "调整";
    if (kind == "missing") return "未见";
    if (kind == "kept") return "保留";
    if (kind == "deactivate") return "停用";
    if (kind == "hold") return "待确认停用";
    if (kind == "error") return "失败";
    return kind;
}

// One run with its diff: how things are here, and how they are in WeCom.
Result<web::View> show_run(web::PageCall& call) {
    auto input = json::Document{rapidjson::kObjectType};
    json::set(input, "id", call.path("id"), input.GetAllocator());
    auto const found = call.perform("org.sync.get", input);
    if (!found) return found.error();
    auto view = web::View{};
    view.page = "admin/sync_run";
    view.title = "同步差异";
    view.data = copy_of(*found);
    auto& allocator = view.data.GetAllocator();
    describe_sync(view.data, call, allocator);
    for (auto& change : view.data["changes"].GetArray()) {
        auto const kind = json::find_string(change, "kind").value_or("");
        json::set(change, "word", sync_kind_word(kind), allocator);
        json::set(change, "is_new", json::Value{kind == "add"}, allocator);
        json::set(change, "is_danger", json::Value{kind == "deactivate" || kind == "hold" || kind == "error"},
                  allocator);
        json::set(change, "is_department", json::Value{json::find_string(change, "object") == "department"}, allocator);
        // Of leavers the detail is a code.
        if (kind == "hold" || kind == "deactivate") json::set(change, "detail", "", allocator);
    }
    return view;
}

Result<web::View> preview_sync(web::PageCall& call) {
    auto const started = call.perform("org.sync.preview", json::Document{rapidjson::kObjectType});
    if (!started) return started.error();
    auto view = show_sync(call);
    if (view) view->toast = "正在读取通讯录，完成后刷新即可查看差异；在您确认之前不会改动任何内容";
    return view;
}

Result<web::View> start(web::PageCall& call) {
    auto input = json::Document{rapidjson::kObjectType};
    auto const preview = call.form.find("preview_id");
    if (preview) json::set(input, "preview_id", *preview, input.GetAllocator());
    auto const started = call.perform("org.sync", input);
    if (!started) return started.error();
    auto view = show_sync(call);
    if (view)
        view->toast = preview ? "正在应用这些差异；如果通讯录又有变化，会给出新的差异，不会改动"
                              : "已开始同步，完成后刷新即可看到结果";
    return view;
}

Result<web::View> decide_sync(web::PageCall& call, std::string_view operation, std::string toast) {
    auto input = json::Document{rapidjson::kObjectType};
    json::set(input, "id", call.path("id"), input.GetAllocator());
    if (auto const decided = call.perform(operation, input); !decided) return decided.error();
    auto view = show_sync(call);
    if (view) view->toast = std::move(toast);
    return view;
}

}  // namespace

void add_sync(web::Pages& pages) {
    pages.add(web::PageRoute{http::Method::get, "/admin/sync", "org.manage", show_sync});
    pages.add(web::PageRoute{http::Method::post, "/admin/sync", "org.manage", start});
    pages.add(web::PageRoute{http::Method::post, "/admin/sync/{id}/accept", "org.manage", [](web::PageCall& call) {
                                 return decide_sync(call, "org.sync.accept", "已停用这些员工");
                             }});
    pages.add(web::PageRoute{http::Method::post, "/admin/sync/{id}/keep", "org.manage",
                             [](web::PageCall& call) { return decide_sync(call, "org.sync.keep", "已保留这些员工"); }});
    pages.add(web::PageRoute{http::Method::get, "/admin/sync/{id}", "org.manage", show_run});
    pages.add(web::PageRoute{http::Method::post, "/admin/sync-preview", "org.manage", preview_sync});
    pages.add(web::PageRoute{http::Method::post, "/admin/sync/{id}/undo", "org.manage", [](web::PageCall& call) {
                                 return decide_sync(call, "org.sync.undo", "已撤销，自动同步已暂停");
                             }});
    pages.add(web::NavigationItem{"/admin/sync", "同步中心", "sync", "org.manage", "管理"});
}

}  // namespace wescrm::pages
