#pragma once
#include <wescrm/web/page.hpp>

#include <string>

namespace wescrm::web {

/// What somebody without a session is told, with one way on.
struct Notice {
    std::string title;
    std::string message;
    int status = 200;
    std::string way = "/login";
    std::string way_title = "重新登录";
};
[[nodiscard]] http::Response show_notice(Pages const& pages, Notice const& notice);

}  // namespace wescrm::web
