#pragma once
#include <wescrm/operation/operations.hpp>
#include <wescrm/org/link.hpp>
#include <wescrm/web/page.hpp>
#include <wescrm/wecom/client.hpp>

namespace wescrm::server {

/// The live checks of the link wizard: each asks WeCom and keeps what it found, so that the page can be left and taken
/// up again.
class LinkChecks {
public:
    struct Parts {
        operation::Operations const& operations;
        operation::Services const& services;
        Clock const& clock;
        wecom::Client& client;
        Sealer const& sealer;
        int tries_per_hour;
    };
    explicit LinkChecks(Parts parts) : parts_{parts} {}

    /// Saves what was typed ("kind", "corp_id", "agent_id", "secret") and tries it: token, trusted address, visible
    /// range. An error is about the form; what WeCom refused stands in the checks.
    Async<void> check(web::Visitor visitor, http::Parameters form) const;
    /// Makes the member "user_id" the administrator who registered the company.
    Async<void> bind(web::Visitor visitor, http::Parameters form) const;

private:
    Async<void> save(web::Visitor const& visitor, http::Parameters const& form, std::string const& kind) const;
    Async<org::Draft> begin(TenantId tenant, std::string const& kind) const;
    Async<void> accept(web::Visitor const& visitor, std::string const& kind) const;
    asio::awaitable<void> check_range(TenantId tenant, std::string const& kind) const;
    asio::awaitable<void> note(TenantId tenant, std::string const& kind, std::string const& step,
                               org::CheckResult result) const;

    Parts parts_;
};

/// The address that WeCom saw, from the text of error 60020; "" if it is not told.
[[nodiscard]] std::string address_in(std::string_view errmsg);

}  // namespace wescrm::server
