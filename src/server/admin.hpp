#pragma once
#include <functional>
#include <string>

#include "metrics.hpp"

#include <wescrm/base/clock.hpp>
#include <wescrm/http/router.hpp>

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
    /// Works off every timer and queue row that is due now; null unless the clock can be moved.
    std::function<asio::awaitable<void>()> settle;
    /// The next instant at which a timer is due, if it is before the given one.
    std::function<asio::awaitable<std::optional<Instant>>(Instant)> next_due;
};

/// GET /healthz, /readyz[?role=web], /metrics, and PUT /clock where the clock is controllable (`clock` not null).
void add_admin_routes(http::Router& router, Metrics& metrics, AdminPorts ports, ControllableClock* clock);

}  // namespace wescrm::server
