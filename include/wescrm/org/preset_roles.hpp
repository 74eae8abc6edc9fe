#pragma once
#include <wescrm/async/async.hpp>
#include <wescrm/database/database.hpp>

#include <string>

// The built-in roles and what later versions of the product add to them.
namespace wescrm::org {

/// The roles of presets/roles.json for a new company. Existing ones (by code) keep what people changed; the
/// administrator's role is always as it is.
[[nodiscard]] Result<void> install_roles(database::Session& sql, TenantId tenant, std::string const& presets);

/// Gives what the presets have gained to the built-in roles of companies that did not change them, and logs it there.
/// Companies that are up to date cost nothing. Returns how many roles gained something.
Async<std::int64_t> update_preset_roles(database::Database& db, std::string presets, Instant now);
/// The same for one company.
[[nodiscard]] Result<std::int64_t> update_preset_roles_of(database::Session& sql, TenantId tenant,
                                                          std::string const& presets, Instant now);

}  // namespace wescrm::org
