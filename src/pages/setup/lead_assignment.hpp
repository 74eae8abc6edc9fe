#pragma once
#include "../pages.hpp"

namespace wescrm::pages {

/// The rules by which new leads find their owners, and trying them.
void add_lead_assignment(web::Pages& pages);

}  // namespace wescrm::pages
