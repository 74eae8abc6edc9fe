#pragma once
#include <wescrm/async/async.hpp>
#include <wescrm/database/database.hpp>

#include <optional>
#include <string>
#include <string_view>

// A company registers itself. Until it is linked with WeCom its first administrator comes in by the session of the
// browser that registered, or by a setup link that is shown once.
namespace wescrm::org {

struct RegistrationConfig {
    bool is_enabled = true;
    int per_minute = 6;            ///< attempts from one address
    std::int64_t trial_days = 30;  ///< 0: no trial, the company is a full one at once
    std::int64_t link_days = 14;   ///< how long a setup link is good
};

struct NewRegistration {
    std::string company;
    std::string person;
    std::string mobile;
    std::string corp_id;              ///< "" if he does not know it yet; a claim, not a proof
    bool is_same_name_meant = false;  ///< another company of that name exists, and he knows
};

struct Registered {
    TenantId tenant;
    EmployeeId administrator;
    std::string setup_code;
};

/// The WeCom user id of an administrator who is not yet known there; no userid looks like it.
inline constexpr std::string_view registrant_user = "~registrant";

/// Company, root department, roles and first administrator in one transaction. invalid_input with the fields that are
/// wrong; conflict "known_corp" | "known_person": sign in instead; conflict "same_name": ask whether it is meant.
Async<Registered> register_company(database::Database& db, std::string presets, RegistrationConfig config,
                                   NewRegistration wanted, Instant now);

/// A new setup link for the administrator; former ones end.
[[nodiscard]] std::string make_setup_link(database::Session& sql, TenantId tenant, EmployeeId administrator,
                                          std::int64_t good_days, Instant now);
/// The same for whoever registered with that phone number and lost every way in. not_found "registration": nobody did,
/// or his company is linked. Blocks; for the command line.
[[nodiscard]] Result<std::string> setup_link_for(database::Database& db, std::string_view mobile,
                                                 std::int64_t good_days, Instant now);
/// The company that a setup code claims to be of.
[[nodiscard]] std::optional<TenantId> company_of_setup_link(std::string_view code) noexcept;
/// Uses it up; nullopt: unknown, used, too old, or the company is linked by now.
[[nodiscard]] std::optional<EmployeeId> use_setup_link(database::Session& sql, TenantId tenant, std::string_view code,
                                                       Instant now);

}  // namespace wescrm::org
