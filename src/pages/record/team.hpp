#pragma once
#include "kind.hpp"

#include <wescrm/web/page.hpp>

namespace wescrm::pages::record {

/// The card 团队 of a record that can be shared: its members, the departments with which it is shared, and the ways to
/// take somebody out, to leave, and to share it further.
void add_team(web::PageCall& call, Kind const& kind, web::View& view);
void add_team_routes(web::Pages& pages, Kind const& kind);

}  // namespace wescrm::pages::record
