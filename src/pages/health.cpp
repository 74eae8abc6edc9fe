#include "pages.hpp"
#include "showing.hpp"

namespace wescrm::pages {
namespace {

std::string_view queue_word(std::string_view queue) {
    return queue == "inbox" ? "收到的消息" : queue == "outbox" ? "要发的消息" : "定时";
}

Result<web::View> show(web::PageCall& call) {
    auto const found = call.perform("connection.health", json::Document{rapidjson::kObjectType});
    if (!found) return found.error();
    auto view = web::View{};
    view.page = "admin/health";
    view.title = "连接健康";
    view.data = copy_of(*found);
    auto& allocator = view.data.GetAllocator();
    auto const& ctx = call.ctx;
    auto const add_time = [&](char const* part, char const* member) {
        json::set(view.data[part], std::string{member} + "_text",
                  short_time(view.data[part], member, ctx.zone(), ctx.now()), allocator);
    };
    for (auto const* member : {"fetched_at", "expires_at", "blocked_until"}) add_time("token", member);
    for (auto const* part : {"callbacks", "messages"}) add_time(part, "last_at");
    add_time_texts(view.data["given_up"], "at", ctx.zone(), ctx.now(), allocator);
    for (auto& row : view.data["given_up"].GetArray())
        json::set(row, "queue_word", queue_word(json::find_string(row, "queue").value_or("")), allocator);
    auto const failures = json::find_integer(view.data["token"], "failures").value_or(0);
    auto const is_there = json::find_string(view.data["token"], "fetched_at").has_value();
    json::set(view.data, "token_good", json::Value{is_there && failures == 0}, allocator);
    return view;
}

Result<web::View> retry(web::PageCall& call) {
    auto input = json::Document{rapidjson::kObjectType};
    json::set(input, "id", call.path("id"), input.GetAllocator());
    if (auto const done = call.perform("queue.retry", input); !done) return done.error();
    auto view = show(call);
    if (view) view->toast = "已重新排队";
    return view;
}

}  // namespace

void add_health(web::Pages& pages) {
    pages.add(web::PageRoute{http::Method::get, "/admin/health", "org.manage", show});
    pages.add(web::PageRoute{http::Method::post, "/admin/health/{id}/retry", "org.manage", retry});
    pages.add(web::NavigationItem{"/admin/health", "连接健康", "pulse", "org.manage", "管理"});
}

}  // namespace wescrm::pages
