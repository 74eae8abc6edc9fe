#include "pages.hpp"
#include "showing.hpp"

namespace wescrm::pages {
namespace {

// What is overdue, what is due today and whom to contact: the same figures as the chat's 今日待办.
Result<web::View> home(web::PageCall& call) {
    auto today = call.perform("agenda.today", json::Document{rapidjson::kObjectType});
    if (!today) return today.error();
    auto view = web::View{};
    view.page = "home";
    view.title = "首页";
    view.data = copy_of(*today);
    auto& allocator = view.data.GetAllocator();
    auto const& ctx = call.ctx;
    for (auto const* list : {"overdue", "due"})
        add_time_texts(view.data[list], "due_at", ctx.zone(), ctx.now(), allocator);
    for (auto const* list : {"contacts", "overdue_contacts"})
        add_time_texts(view.data[list], "next_contact_at", ctx.zone(), ctx.now(), allocator);
    auto const is_empty = view.data["overdue"].Empty() && view.data["due"].Empty() && view.data["contacts"].Empty() &&
                          view.data["overdue_contacts"].Empty();
    json::set(view.data, "nothing", json::Value{is_empty}, allocator);
    json::set(view.data, "person", ctx.actor().name, allocator);
    return view;
}

// 完成 on the page is the same operation as on the card.
Result<web::View> complete(web::PageCall& call) {
    auto input = json::Document{rapidjson::kObjectType};
    json::set(input, "id", call.path("id"), input.GetAllocator());
    if (auto done = call.perform("task.complete", input); !done) return done.error();
    auto view = home(call);
    if (view) view->toast = "已完成";
    return view;
}

}  // namespace

void add_home(web::Pages& pages) {
    for (auto const* path : {"/app", "/app/"}) pages.add(web::PageRoute{http::Method::get, path, "self", home});
    pages.add(web::PageRoute{http::Method::post, "/app/tasks/{id}/complete", "task.edit", complete});
    pages.add(web::NavigationItem{"/app", "首页", "home", "self", ""});
}

}  // namespace wescrm::pages
