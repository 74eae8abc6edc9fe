#pragma once
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <wescrm/http/breaker.hpp>
#include <wescrm/jobs/buckets.hpp>
#include <wescrm/jobs/companies.hpp>
#include <wescrm/jobs/metrics.hpp>
#include <wescrm/jobs/rates.hpp>
#include <wescrm/jobs/retry.hpp>
#include <wescrm/jobs/turns.hpp>
#include <wescrm/wecom/client.hpp>

namespace wescrm::jobs {

struct OutboxItem {
    TenantId tenant;
    std::int64_t id = 0;
    std::int64_t app_id = 0;
    std::string endpoint;
    std::string recipient;
    std::int64_t lane = 0;
    int priority = 0;
    Bytes body;
    Instant expires_at;
    Instant first_try_at;
    int attempts = 0;  ///< including this one
    std::int64_t claim = 0;
};

/// The way out: WeCom in the server, a script in tests.
class MessageSender {
public:
    virtual ~MessageSender() = default;
    virtual asio::awaitable<wecom::Answer> send(OutboxItem const& item) = 0;
};

/// Sends with the credentials of the item's app.
class WecomSender final : public MessageSender {
public:
    WecomSender(wecom::Client& client, Companies const& companies) : client_{client}, companies_{companies} {}
    asio::awaitable<wecom::Answer> send(OutboxItem const& item) override;

private:
    wecom::Client& client_;
    Companies const& companies_;
};

struct OutboxConfig {
    std::size_t in_flight = 256;          ///< calls of this node
    std::size_t in_flight_per_tenant = 8;
    std::size_t batch = 50;               ///< rows of one claim
    std::size_t held = 500;               ///< claimed and waiting in memory at most
    milliseconds poll{1'000};
    milliseconds write_every{50};         ///< results are written together
    std::size_t write_rows = 20;
    milliseconds renew_every{20'000};
    milliseconds lane_patience{30'000};   ///< how long a message that is tried again holds back later ones to the same person
    seconds probe_every{600};             ///< of an app whose configuration is wrong
    RateConfig rates;
    http::BreakerConfig breaker;
};

/// What the rest of the system may want to know. Called on the strand.
struct OutboxHooks {
    std::function<void(TenantId, std::string const& user)> on_recipient_unknown;      ///< read this employee again from WeCom
    std::function<void(TenantId, std::int64_t app, int errcode)> on_configuration;    ///< an administrator must act; once per app and probe
    /// Optional: the body with fresh media ids, after WeCom refused one (errcode 40007).
    std::function<Async<Bytes>(OutboxItem const&)> refresh_media;
};

/// Sends what the outbox holds: one message per person at a time in order, within WeCom's limits, every outcome written. All on one strand.
class OutboxSender {
public:
    OutboxSender(asio::any_io_executor strand, database::Database& db, Buckets& buckets, Clock const& clock, MessageSender& sender,
                 Metrics& metrics, OutboxConfig config = {}, OutboxHooks hooks = {});
    ~OutboxSender();

    void start();
    /// Stops claiming, hands back what has not begun, waits for calls and results.
    asio::awaitable<void> drain(milliseconds limit);
    /// A row was committed. From any thread.
    void wake(TenantId tenant);

private:
    using LaneKey = std::pair<TenantId, std::int64_t>;
    struct Lane {
        std::deque<OutboxItem> items;
        bool is_running = false;
        OutboxItem current;  // tenant, id, claim of what runs
        std::int64_t awaited = 0;
        std::chrono::steady_clock::time_point until{};
    };
    struct Outcome {
        TenantId tenant;
        std::int64_t id = 0;
        std::int64_t claim = 0;
        OutboxState state = OutboxState::sent;
        Instant not_before{};
        bool counts = true;
        int errcode = 0;
        std::string message;
        std::string wecom_id;
        std::string response_code;
    };
    struct AppState {  // of one company
        std::size_t in_flight = 0;
        std::size_t limit = 0;  // halved by 45033
        Instant raise_at{};
        http::Breaker breaker;
        std::map<std::string, Instant> paused;  // endpoint → until
        std::vector<Instant> refusals;          // 45009 of the last five minutes
    };

    asio::awaitable<void> work();
    asio::awaitable<void> write();
    asio::awaitable<void> keep();
    asio::awaitable<bool> claim();
    asio::awaitable<void> take_over(std::vector<int> buckets);
    asio::awaitable<void> recover(std::vector<int> buckets);
    struct HeldRows {
        std::vector<TenantId> tenants;
        std::vector<std::int64_t> ids;
    };
    [[nodiscard]] HeldRows held_rows() const;
    asio::awaitable<void> release_forgotten();
    asio::awaitable<void> renew();
    asio::awaitable<void> probe_held();
    asio::awaitable<void> release_held(TenantId tenant, std::int64_t app);
    void enqueue(OutboxItem item);
    void start_ready();
    bool start_one(LaneKey const& key);
    asio::awaitable<void> run(LaneKey key, OutboxItem item);
    asio::awaitable<Outcome> deliver(OutboxItem item);
    [[nodiscard]] std::optional<Instant> must_wait_until(OutboxItem const& item, AppState& app);
    Outcome judge(OutboxItem const& item, wecom::Answer const& answer, AppState& app);
    void note_pause(SendClass failure, OutboxItem const& item, AppState& app, Outcome& outcome);
    AppState& state_of(TenantId tenant);
    asio::awaitable<bool> write_some();

    asio::any_io_executor strand_;
    database::Database& db_;
    Buckets& buckets_;
    Clock const& clock_;
    MessageSender& sender_;
    Metrics& metrics_;
    OutboxConfig config_;
    OutboxHooks hooks_;
    Rates rates_;
    std::map<LaneKey, Lane> lanes_;
    std::map<TenantId, std::deque<LaneKey>> ready_;
    std::map<TenantId, AppState> companies_;
    TenantId last_served_;
    Turn claimed_;  // the company whose message was claimed last
    std::set<std::pair<TenantId, std::int64_t>> probed_;  // apps whose configuration was wrong
    std::deque<Outcome> outcomes_;
    std::size_t held_ = 0;
    std::size_t running_ = 0;
    bool is_stopping_ = false;
    bool is_done_ = false;
    std::chrono::steady_clock::time_point next_due_{};
    std::shared_ptr<Wake> wake_;
    std::shared_ptr<Wake> write_wake_;
    std::unique_ptr<Loops> loops_;
    std::unique_ptr<Loops> writer_;
};

}  // namespace wescrm::jobs
