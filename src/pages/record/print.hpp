#pragma once
#include "kind.hpp"

#include <wescrm/web/page.hpp>

namespace wescrm::pages::record {

/// GET <path>/{id}/print: the document as a sheet of paper to be handed to the customer.
void add_print(web::Pages& pages, Kind const& kind);

}  // namespace wescrm::pages::record
