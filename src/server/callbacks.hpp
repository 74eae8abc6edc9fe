#pragma once
#include "metrics.hpp"

#include <wescrm/http/router.hpp>
#include <wescrm/jobs/intake.hpp>

namespace wescrm::server {

/// Adds GET and POST of /wecom/{corp_id}/app/{agent_id}, …/contacts and …/external: URL verification and callbacks.
void add_callback_routes(http::Router& router, jobs::Intake& intake);

}  // namespace wescrm::server
