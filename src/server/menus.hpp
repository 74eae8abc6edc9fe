#pragma once
#include <wescrm/jobs/buckets.hpp>
#include <wescrm/jobs/companies.hpp>
#include <wescrm/wecom/client.hpp>

#include <functional>
#include <string>
#include <string_view>

namespace wescrm::server {

/// Gives each company's app the custom menu of config/menu.json, once per content: what was created is remembered by
/// its digest in wecom_app.menu_digest. Looks again every minute, so that new companies and refusals are seen to.
class Menus {
public:
    struct Parts {
        database::Database& db;
        jobs::Companies const& companies;
        jobs::Buckets const& buckets;
        wecom::Client& client;
    };
    /// The body of menu/create for a company, as bot::menu_body makes it.
    using Body = std::function<std::string(std::string_view corp_id)>;
    Menus(Parts parts, Body body);

    asio::awaitable<void> keep();  ///< until the event loop ends
    /// One round over the companies of this node that have another menu; gives how many were created.
    asio::awaitable<std::size_t> create_missing();

private:
    struct Missing {
        TenantId tenant;
        std::int64_t app = 0;
        std::int64_t agent_id = 0;
    };
    asio::awaitable<bool> create(Missing missing);

    Parts parts_;
    Body body_;
    std::string digest_;
};

}  // namespace wescrm::server
