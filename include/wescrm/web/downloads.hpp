#pragma once
#include <wescrm/http/router.hpp>
#include <wescrm/web/page.hpp>

#include <string>

namespace wescrm::web {

/// A file behind an address, for people who are signed in: the operation answers {"file_name", "content" in base64}.
/// The path's parameter of the same name is the operation's one input.
struct Download {
    std::string path;
    std::string operation;
    std::string parameter;
};

/// Everything outlives the router's last request.
void add_download(http::Router& router, Pages const& pages, operation::Operations const& operations, Download download);

}  // namespace wescrm::web
