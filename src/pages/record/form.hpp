#pragma once
#include "kind.hpp"

#include <wescrm/web/page.hpp>

namespace wescrm::pages::record {

/// New and changed records of a kind: /new and /{id}/edit.
void add_forms(web::Pages& pages, Kind const& kind);

}  // namespace wescrm::pages::record
