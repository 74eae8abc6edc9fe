#pragma once
#include "metrics.hpp"

#include <wescrm/base/clock.hpp>
#include <wescrm/http/router.hpp>

#include <functional>
#include <string>

namespace wescrm::server {

/// What the admin listener asks the rest of the server.
struct AdminPorts {
    struct Readiness {
        bool intake = false;    ///< database or spool can take callbacks
        bool database = false;  ///< pages and REST work
        bool schema = false;    ///< all migrations are applied
        bool draining = false;
    };
    std::function<Readiness()> readiness;
    std::function<void(Metrics&)> collect;  ///< sets gauges before they are shown
    /// Moves the clock to the instant, working off every timer on the way at its own time; returns when what they
    /// caused has been sent. Unused unless the clock can be moved.
    std::function<asio::awaitable<void>(Instant)> move_clock;
};

/// GET /healthz, /readyz[?role=web], /metrics, and PUT /clock where the clock is controllable (`clock` not null).
void add_admin_routes(http::Router& router, Metrics& metrics, AdminPorts ports, ControllableClock* clock);

}  // namespace wescrm::server
