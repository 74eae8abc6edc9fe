#pragma once
#include "../pages.hpp"

namespace wescrm::pages {

/// 待我答复: requests to work with one's customers, and what was assigned to one and may be declined.
void add_requests(web::Pages& pages);

}  // namespace wescrm::pages
