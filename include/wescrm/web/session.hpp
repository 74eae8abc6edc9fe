#pragma once
#include <wescrm/base/ids.hpp>
#include <wescrm/base/result.hpp>
#include <wescrm/base/time.hpp>
#include <wescrm/database/session.hpp>
#include <wescrm/http/message.hpp>

#include <optional>
#include <string>
#include <string_view>

// Who is signed in to the pages. The cookie holds "<company>.<random>"; the database keeps a SHA-256 of it.
namespace wescrm::web {

struct SessionConfig {
    minutes idle{120};
    hours absolute{12};
};

struct Visitor {
    TenantId tenant;
    EmployeeId employee;
    std::int64_t session = 0;
    std::string csrf;  ///< goes along with every form
};

/// Where a request came from, for the log of sign-ins and the audit log.
struct Client {
    std::string address;
    std::string agent;  ///< what the program calls itself, at most 200 characters
};
[[nodiscard]] Client client_of(http::Request const& request);

/// A new session; gives what the cookie must hold.
[[nodiscard]] std::string begin_session(database::Session& sql, TenantId tenant, EmployeeId employee,
                                        Client const& client, Instant now);
/// The company a cookie claims to be of; nullopt if it is no cookie of ours.
[[nodiscard]] std::optional<TenantId> company_of_session(std::string_view cookie) noexcept;
/// nullopt: unknown, ended, too old, too long idle, or the employee left, was disabled or has other rights since.
[[nodiscard]] std::optional<Visitor> find_session(database::Session& sql, std::string_view cookie,
                                                  SessionConfig const& config, Instant now);
void end_session(database::Session& sql, Visitor const& visitor, Instant now);
/// Rows of long ago.
void forget_sessions(database::Session& sql, TenantId tenant, Instant before);

}  // namespace wescrm::web
