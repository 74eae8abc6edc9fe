#include "pages.hpp"
#include "showing.hpp"

namespace wescrm::pages {
namespace {

constexpr int results_shown = 20;

Result<web::View> search(web::PageCall& call) {
    auto view = web::View{};
    view.page = "search";
    view.title = "搜索";
    auto& allocator = view.data.GetAllocator();
    auto const words = call.value("q");
    json::set(view.data, "q", words, allocator);
    if (words.empty()) return view;
    auto input = json::Document{rapidjson::kObjectType};
    json::set(input, "words", words, input.GetAllocator());
    json::set(input, "limit", json::Value{results_shown}, input.GetAllocator());
    auto const found = call.perform("customer.search", input);
    if (!found) return found.error();
    auto items = json::Value{};
    items.CopyFrom((*found)["items"], allocator);
    add_time_texts(items, "last_follow_at", call.ctx.zone(), call.ctx.now(), allocator);
    json::set(view.data, "items", std::move(items), allocator);
    return view;
}

}  // namespace

void add_search(web::Pages& pages) {
    pages.add(web::PageRoute{http::Method::get, "/app/search", "customer.view", search});
}

}  // namespace wescrm::pages
