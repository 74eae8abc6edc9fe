#pragma once
#include <wescrm/database/session.hpp>
#include <wescrm/operation/actor.hpp>

#include <boost/describe/class.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Keys of the REST interface. A key acts as one employee. Its text "wk_<company>_<secret>" is shown once; the database
// keeps a SHA-256 of it (the secret has 256 bits, so it needs no slow hash).
namespace wescrm::operation {

using ApiKeyId = StrongId<struct ApiKeyIdTag, std::int64_t>;

struct ApiKey {
    ApiKeyId id;
    UserId user_id;
    std::string name;
    Instant created_at;
    std::optional<Instant> last_used_at;
    std::optional<Instant> revoked_at;
};
BOOST_DESCRIBE_STRUCT(ApiKey, (), (id, user_id, name, created_at, last_used_at, revoked_at))

struct NewApiKey {
    ApiKey record;
    std::string key;  ///< never to be had again
};

/// not_found "employee" if the employee is unknown or not active.
[[nodiscard]] Result<NewApiKey> create_api_key(database::Session& sql, TenantId tenant, EmployeeId employee,
                                               std::string_view name, Instant now);
[[nodiscard]] Result<NewApiKey> create_api_key(database::Session& sql, TenantId tenant, UserId const& user,
                                               std::string_view name, Instant now);
/// Newest first.
[[nodiscard]] std::vector<ApiKey> list_api_keys(database::Session& sql, TenantId tenant);
/// False if there is no such key that is still valid.
bool revoke_api_key(database::Session& sql, TenantId tenant, ApiKeyId id, Instant now);

/// The company a key claims to be of; nullopt if the text is no key at all.
[[nodiscard]] std::optional<TenantId> company_of_key(std::string_view key) noexcept;
/// Who the key acts as. unauthenticated "api_key": unknown, revoked, or of a company or employee that is not active.
[[nodiscard]] Result<EmployeeId> employee_of_key(database::Session& sql, TenantId tenant, std::string_view key,
                                                 Instant now);

}  // namespace wescrm::operation
