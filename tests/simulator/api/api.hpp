#pragma once
#include "model/world.hpp"

#include <wescrm/http/router.hpp>

namespace wescrm::simulator::api {

/// Adds /cgi-bin/… and the pages of OAuth to `router`. `world` must outlive it.
void add_routes(http::Router& router, World& world);
void add_oauth_routes(http::Router& router, World& world);

}  // namespace wescrm::simulator::api
