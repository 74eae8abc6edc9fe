#pragma once
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <utility>

#include <wescrm/base/crypto.hpp>
#include <wescrm/base/time.hpp>
#include <wescrm/database/database.hpp>
#include <wescrm/jobs/metrics.hpp>
#include <wescrm/wecom/client.hpp>

namespace wescrm::jobs {

struct TokenConfig {
    milliseconds poll{100};           ///< how often a waiter looks whether another process has fetched
    milliseconds wait{12'000};        ///< for another process's fetch
    seconds lease{15};                ///< of the one who fetches
    int forced_per_hour = 20;         ///< refreshes because WeCom refused a token before its time, per app
    double renew_at = 0.85;           ///< of its life: fetched anew in the background
    std::int64_t kind = 1;            ///< wecom_credential.kind: 1 access token 2 jsapi ticket 3 agent ticket
    std::string member = "access_token";  ///< of the answer
};

/// Tokens, or tickets of one kind, in the table wecom_credential, sealed. Of all processes one fetches; an older answer never replaces a newer token; a failure report
/// names the generation it is about, so that it cannot expire a fresh one. Thread-safe.
class DatabaseTokenStore final : public wecom::TokenStore {
public:
    DatabaseTokenStore(database::Database& db, Sealer sealer, Clock const& clock, Metrics& metrics, TokenConfig config = {});

    asio::awaitable<std::pair<std::optional<wecom::Token>, wecom::Answer>> token(wecom::Account const& account,
                                                                                std::optional<std::int64_t> failed, Fetch fetch) override;

private:
    using Key = std::pair<TenantId, std::int64_t>;
    struct Cached {
        wecom::Token token;
        Instant renew_at;
    };
    struct Row {
        std::optional<wecom::Token> token;
        std::int64_t generation = 0;
        Instant fetched;
        Instant blocked_until;
    };
    using Outcome = std::pair<std::optional<wecom::Token>, wecom::Answer>;

    [[nodiscard]] std::string context_of(Key const& key) const;
    [[nodiscard]] std::optional<Cached> cached(Key const& key);
    void remember(Key const& key, wecom::Token const& token, Instant fetched);
    [[nodiscard]] bool may_force(Key const& key);
    void note_forced(Key const& key);  ///< counted where the fetch begins, not for each of those who wait for it
    asio::awaitable<Result<Row>> read(Key key);
    asio::awaitable<bool> acquire(Key key, std::int64_t generation);
    asio::awaitable<Outcome> fetch_and_store(Key key, std::int64_t generation, Fetch fetch);
    asio::awaitable<void> note_failure(Key key, wecom::Answer const& answer);
    asio::awaitable<void> renew_early(Key key, std::int64_t generation, Fetch fetch);

    database::Database& db_;
    Sealer sealer_;
    Clock const& clock_;
    Metrics& metrics_;
    TokenConfig config_;
    std::int64_t me_;
    std::mutex mutex_;
    std::map<Key, Cached> cache_;
    std::map<Key, std::deque<Instant>> forced_;
    std::set<Key> renewing_;
};

}  // namespace wescrm::jobs
