#pragma once
#include <wescrm/base/crypto.hpp>
#include <wescrm/database/database.hpp>
#include <wescrm/operation/context.hpp>
#include <wescrm/org/preset_roles.hpp>
#include <wescrm/wecom/client.hpp>

#include <optional>
#include <string>
#include <vector>

namespace wescrm::org {

/// What a company enters for one of its WeCom interfaces. Stored sealed.
struct Credential {
    std::int64_t agent_id = 0;  ///< of an app
    std::string secret;
    std::string token;
    std::string aes_key;  ///< EncodingAESKey, 43 characters
};

struct NewCompany {
    std::string corp_id;
    std::string name;
    std::string time_zone = "Asia/Shanghai";
    Credential app;
    std::optional<Credential> contacts;
    std::optional<Credential> external;
    std::vector<UserId> administrators;
};

struct CompanyRow {
    TenantId tenant;
    std::string corp_id;
    std::string name;
    std::string status;  ///< active, disabled
    std::string time_zone;
    Instant created_at;
    std::vector<std::int64_t> agents;
    std::int64_t employees = 0;  ///< active ones; of show() only
};

/// The companies of this installation, for the command line; blocks the calling thread.
class CompanyRegistry {
public:
    /// `presets`: config/presets.
    CompanyRegistry(database::Database& db, Sealer const& sealer, std::string presets)
        : db_{db}, sealer_{sealer}, presets_{std::move(presets)} {}

    /// Company, root department, default roles, administrators and sealed credentials. invalid_input with the fields
    /// that are wrong; conflict "corp_id".
    [[nodiscard]] Result<TenantId> add(NewCompany const& company);
    [[nodiscard]] Result<std::vector<CompanyRow>> list();
    [[nodiscard]] Result<CompanyRow> show(std::string const& corp_id);  ///< not_found "company"
    /// A full company from now on, writable through that day in its zone; nullopt: without end.
    [[nodiscard]] Result<void> renew(std::string const& corp_id, std::optional<Date> through);
    [[nodiscard]] Result<void> set_enabled(std::string const& corp_id, bool is_enabled);
    /// The account that reads the organisation and its agent id. not_found "app".
    [[nodiscard]] Result<std::pair<wecom::Account, std::int64_t>> app_account(TenantId tenant);

private:
    database::Database& db_;
    Sealer const& sealer_;
    std::string presets_;
};

/// Checks what can be checked without WeCom.
[[nodiscard]] std::vector<FieldError> problems_of(NewCompany const& company);

/// The sealed secret of wecom_app, opened. For workers that already hold a session.
[[nodiscard]] Result<std::pair<wecom::Account, std::int64_t>> load_app_account(database::Session& sql,
                                                                               Sealer const& sealer, TenantId tenant);

}  // namespace wescrm::org
