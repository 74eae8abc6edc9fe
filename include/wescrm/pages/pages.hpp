#pragma once
#include <wescrm/web/page.hpp>

// The pages of the product: below /app for everybody, below /admin for those who have a permission there.
namespace wescrm::pages {

/// What pages ask the rest of the server.
struct Ports {
    web::PageTask check_link;          ///< saves a WeCom credential and tries it
    web::PageTask bind_administrator;  ///< the WeCom account of whoever registered
    std::size_t logo_bytes = 0;        ///< of an uploaded logo
};

/// Adds every page and its entry in the navigation.
void add_pages(web::Pages& pages, Ports ports);

}  // namespace wescrm::pages
