#pragma once
#include <wescrm/web/page.hpp>

// The pages of the product: below /app for everybody, below /admin for those who have a permission there.
namespace wescrm::pages {

/// Adds every page and its entry in the navigation.
void add_pages(web::Pages& pages);

}  // namespace wescrm::pages
