#pragma once
#include "metrics.hpp"

#include <wescrm/http/router.hpp>
#include <wescrm/jobs/intake.hpp>

#include <functional>
#include <string>
#include <string_view>

namespace wescrm::server {

/// Which of a company's callback addresses.
struct CallbackAddress {
    std::string corp_id;
    std::string_view kind;  ///< "app", "contacts", "external"
    std::int64_t agent_id = 0;
};

/// Adds GET and POST of /wecom/{corp_id}/app/{agent_id}, …/contacts and …/external: URL verification and callbacks.
/// `on_verified`: WeCom has checked an address.
void add_callback_routes(http::Router& router, jobs::Intake& intake,
                         std::function<void(CallbackAddress)> on_verified = {});

}  // namespace wescrm::server
