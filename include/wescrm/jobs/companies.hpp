#pragma once
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <wescrm/base/crypto.hpp>
#include <wescrm/base/ids.hpp>
#include <wescrm/base/time.hpp>
#include <wescrm/database/database.hpp>
#include <wescrm/wecom/client.hpp>
#include <wescrm/wecom/crypto.hpp>

namespace wescrm::jobs {

/// The three callback addresses of a company; the numbers stand in inbox.channel.
enum class CallbackChannel : std::int16_t { app = 1, contacts = 2, external = 3 };
[[nodiscard]] std::string_view name_of(CallbackChannel channel) noexcept;  ///< "app", "contacts", "external": wecom_app.kind

/// The context under which a sealed column of wecom_app opens. `column`: "secret_sealed", "token_sealed", …
[[nodiscard]] std::string app_context(TenantId tenant, std::string_view kind, std::int64_t agent_id, std::string_view column);

struct CallbackApp {
    std::int64_t id = 0;  ///< wecom_app.id
    CallbackChannel channel = CallbackChannel::app;
    std::int64_t agent_id = 0;
    std::vector<wecom::Keys> keys;      ///< the current ones
    std::vector<wecom::Keys> old_keys;  ///< accepted until old_until as well
    Instant old_until{};
    std::string secret;  ///< for gettoken
    [[nodiscard]] std::vector<wecom::Keys> keys_at(Instant now) const;
};

struct Company {
    TenantId tenant;
    std::string corp_id;
    bool is_disabled = false;
    Zone zone;
    std::vector<CallbackApp> apps;
    [[nodiscard]] CallbackApp const* app(CallbackChannel channel, std::int64_t agent_id) const;
};

/// The companies of this installation in memory, with what verifying a callback takes. Looking up is safe from any thread. A sealed
/// snapshot on disk serves a node that starts while the database is away.
class Companies {
public:
    /// `cache_folder`: var/cache; empty: no snapshot.
    Companies(database::Database& db, Sealer sealer, std::string cache_folder)
        : db_{db}, sealer_{std::move(sealer)}, cache_folder_{std::move(cache_folder)} {}

    [[nodiscard]] std::shared_ptr<Company const> find(std::string_view corp_id) const;
    [[nodiscard]] std::shared_ptr<Company const> find(TenantId tenant) const;
    [[nodiscard]] std::vector<std::shared_ptr<Company const>> all() const;
    /// What calling WeCom as this app takes. not_found "app" if it is not configured.
    [[nodiscard]] Result<wecom::Account> account(TenantId tenant, std::int64_t app_id) const;
    /// The same by kind; of several apps the one with the lowest agent id.
    [[nodiscard]] Result<wecom::Account> account(TenantId tenant, CallbackChannel kind) const;
    /// Whether the list is complete: false between a start without the database and the first successful reading.
    [[nodiscard]] bool is_complete() const noexcept { return is_complete_; }

    /// Reads again if anything changed. Call about every half second from one place.
    Async<void> refresh();
    /// The same, blocking, for the start.
    Result<void> load();
    /// Blocking. False if there is no snapshot that opens.
    bool load_snapshot();

private:
    struct Row;
    struct Directory;
    struct Read {
        std::string version;
        bool is_new = false;  ///< else the rows were not read
        std::vector<Row> rows;
    };
    [[nodiscard]] Result<Read> read(database::Session& sql, std::string const& known_version) const;
    void take(Read read, bool is_from_database);
    void write_snapshot(std::vector<Row> const& rows) const;

    database::Database& db_;
    Sealer sealer_;
    std::string cache_folder_;
    std::atomic<std::shared_ptr<Directory const>> directory_;
    std::string version_;  // of the one who refreshes
    std::atomic<bool> is_complete_{false};
};

}  // namespace wescrm::jobs
