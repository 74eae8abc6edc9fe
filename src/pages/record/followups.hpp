#pragma once
#include "kind.hpp"

#include <wescrm/web/page.hpp>

namespace wescrm::pages::record {

/// Writing a follow-up, changing one and deleting one, from the time line of a record of that kind.
void add_followup_routes(web::Pages& pages, Kind const& kind);
/// The page of a record at its time line.
[[nodiscard]] std::string timeline_path(Kind const& kind, std::string const& id, std::string_view done);

}  // namespace wescrm::pages::record
