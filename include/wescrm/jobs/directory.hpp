#pragma once
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <wescrm/base/crypto.hpp>
#include <wescrm/database/database.hpp>
#include <wescrm/wecom/client.hpp>
#include <wescrm/wecom/crypto.hpp>

namespace wescrm::jobs {

/// One callback address of a company with what is needed to verify it, and its API account.
struct Endpoint {
    TenantId tenant;
    std::string corp_id;
    bool is_active = true;
    std::string kind;  ///< app, contacts, external
    std::int64_t app_id = 0;
    std::int64_t agent_id = 0;
    std::vector<wecom::Keys> keys;  ///< two while a rotation lasts
    wecom::Account account;
};

/// All companies' addresses in memory, so that a callback is verified without the database. Reloaded when the tables change; kept as a
/// sealed snapshot in the state folder for a start while the database is away. Safe from any thread.
class Directory {
public:
    Directory(database::Database& db, Sealer const& sealer, std::string snapshot_file);

    [[nodiscard]] std::shared_ptr<Endpoint const> find(std::string_view corp_id, std::string_view kind, std::int64_t agent_id) const;
    /// The app of a company that calls go out through (the one with the lowest agent id), or its contacts account.
    [[nodiscard]] std::shared_ptr<Endpoint const> account_of(TenantId tenant, std::string_view kind) const;
    [[nodiscard]] std::shared_ptr<Endpoint const> by_app(TenantId tenant, std::int64_t app_id) const;
    [[nodiscard]] std::vector<TenantId> active_tenants() const;
    /// False until the database or a snapshot has been read.
    [[nodiscard]] bool is_loaded() const noexcept { return is_loaded_; }

    /// Reads the tables if they changed since the last time. Errors leave what is known.
    asio::awaitable<void> refresh();
    Result<int> refresh_blocking();
    void load_snapshot();

private:
    struct Row;
    using Endpoints = std::vector<std::shared_ptr<Endpoint const>>;
    [[nodiscard]] Result<std::optional<Endpoints>> read(database::Session& sql);
    void replace(Endpoints endpoints);
    void save_snapshot(std::vector<Row> const& rows) const;
    [[nodiscard]] std::shared_ptr<Endpoint const> endpoint_from(Row const& row) const;

    database::Database& db_;
    Sealer const& sealer_;
    std::string snapshot_file_;
    std::string version_;
    std::atomic<bool> is_loaded_{false};
    mutable std::mutex mutex_;
    std::map<std::string, std::shared_ptr<Endpoint const>, std::less<>> by_address_;
    Endpoints all_;
};

/// "wecom_app:<tenant>:<kind>:<agent>:<column>": what a sealed credential is bound to.
[[nodiscard]] std::string seal_context(TenantId tenant, std::string_view kind, std::int64_t agent_id, std::string_view column);

}  // namespace wescrm::jobs
