#include "notice.hpp"

namespace wescrm::web {

http::Response show_notice(Pages const& pages, Notice const& notice) {
    auto view = View{};
    view.page = "notice";
    view.title = notice.title;
    view.status = notice.status;
    auto& allocator = view.data.GetAllocator();
    json::set(view.data, "title", notice.title, allocator);
    json::set(view.data, "message", notice.message, allocator);
    json::set(view.data, "way", notice.way, allocator);
    json::set(view.data, "way_title", notice.way_title, allocator);
    return pages.show(view);
}

}  // namespace wescrm::web
