#include "../org_forms.hpp"
#include "../pages.hpp"
#include "../showing.hpp"

#include <wescrm/operation/permissions.hpp>

// 导出记录: files that were asked for, for whoever asked.
namespace wescrm::pages {
namespace {

std::string export_size_text(std::int64_t bytes) {
    constexpr std::int64_t kilo = 1024;
    if (bytes < kilo * kilo) return std::to_string((bytes + kilo - 1) / kilo) + " KB";
    auto const tenths = bytes * 10 / (kilo * kilo);
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " MB";
}

void describe_export(web::PageCall const& call, json::Value& item, json::Allocator& allocator) {
    auto const state = json::find_string(item, "state").value_or("");
    auto const is_there = json::find_bool(item, "is_available").value_or(false);
    auto const is_fetched = json::find_string(item, "downloaded_at").has_value();
    auto const* permission = operation::find_permission(json::find_string(item, "object").value_or("") + ".export");
    json::set(item, "x_title", permission ? permission->object_title : "", allocator);
    json::set(item, "x_running", json::Value{state == "running"}, allocator);
    json::set(item, "x_failed", json::Value{state == "failed"}, allocator);
    json::set(item, "x_waiting", json::Value{state == "waiting"}, allocator);
    json::set(item, "x_refused", json::Value{state == "refused"}, allocator);
    json::set(item, "x_ready", json::Value{is_there}, allocator);
    json::set(item, "x_over", json::Value{state == "done" && !is_there && !is_fetched}, allocator);
    json::set(item, "x_given", json::Value{state == "done" && !is_there && is_fetched}, allocator);
    json::set(item, "x_fetched", short_time(item, "downloaded_at", call.ctx.zone(), call.ctx.now()), allocator);
    json::set(item, "x_cut", json::Value{json::find_bool(item, "is_cut").value_or(false)}, allocator);
    json::set(item, "x_rows", std::to_string(json::find_integer(item, "row_count").value_or(0)), allocator);
    json::set(item, "x_size", export_size_text(json::find_integer(item, "size").value_or(0)), allocator);
    json::set(item, "x_made", short_time(item, "created_at", call.ctx.zone(), call.ctx.now()), allocator);
    json::set(item, "x_until", short_time(item, "expires_at", call.ctx.zone(), call.ctx.now()), allocator);
}

Result<web::View> list_exports(web::PageCall& call) {
    auto const found = call.perform("export.list", json::Document{rapidjson::kObjectType});
    if (!found) return found.error();
    auto view = web::View{};
    view.page = "exchange/exports";
    view.title = "导出记录";
    auto& allocator = view.data.GetAllocator();
    auto items = json::Value{(*found)["items"], allocator};
    auto is_working = false;
    for (auto& item : items.GetArray()) {
        describe_export(call, item, allocator);
        is_working |= json::find_string(item, "state") == "running";
    }
    json::set(view.data, "items", std::move(items), allocator);
    json::set(view.data, "working", json::Value{is_working}, allocator);
    if (call.value("done") == "begun") view.toast = "已开始导出，完成后可以在这里下载";
    return view;
}

}  // namespace

void add_exports(web::Pages& pages) {
    pages.add(web::PageRoute{http::Method::get, "/app/exports", "self", list_exports});
}

}  // namespace wescrm::pages
