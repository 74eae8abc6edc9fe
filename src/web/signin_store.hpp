#pragma once
#include <wescrm/database/session.hpp>
#include <wescrm/web/session.hpp>

#include <optional>
#include <string>

// The rows behind signing in.
namespace wescrm::web {

constexpr std::size_t longest_agent = 200;  ///< of what a browser calls itself

/// Notes a sign-in that begins; gives the random state.
[[nodiscard]] std::string begin_sign_in(database::Session& sql, TenantId tenant, std::string_view target, Instant now);
/// Uses the state up; gives the target. nullopt: unknown, too old or used.
[[nodiscard]] std::optional<std::string> use_state(database::Session& sql, TenantId tenant, std::string_view state,
                                                   minutes life, Instant now);

struct SignInRecord {
    EmployeeId employee;  ///< empty: nobody we know
    std::string user_id;
    std::string kind;
    std::string result;
};
void log_sign_in(database::Session& sql, TenantId tenant, SignInRecord const& record, Client const& client,
                 Instant now);

}  // namespace wescrm::web
