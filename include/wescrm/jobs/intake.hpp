#pragma once
#include <wescrm/jobs/companies.hpp>
#include <wescrm/jobs/inbox_item.hpp>
#include <wescrm/jobs/metrics.hpp>
#include <wescrm/jobs/spool.hpp>

#include <boost/asio/thread_pool.hpp>

#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace wescrm::jobs {

class Wake;
class Loops;
struct Arrival;
struct StoredRow;

struct IntakeConfig {
    std::size_t group_rows = 64;  ///< rows of one insert
    std::size_t group_bytes = 256 * 1024;
    std::size_t groups_in_flight = 2;   ///< inserts at the same time; at most the connections of the pool `intake`
    std::size_t waiting = 4'096;        ///< callbacks that may wait for their insert; beyond: 503
    milliseconds database_time{1'200};  ///< from arrival to commit; later: the spool
    int breaker_failures = 3;           ///< so many in a row within 5 s: straight to the spool
    milliseconds probe_interval{1'000};
    std::size_t drain_rows = 100;
};

struct CallbackRequest {
    std::string corp_id;
    CallbackChannel channel = CallbackChannel::app;
    std::int64_t agent_id = 0;
    wecom::Signed query;
    std::string body;
};

struct CallbackAnswer {
    int status = 200;  ///< with an empty body, or the echo; 503 goes with Retry-After: 1
    std::string
        result;  ///< "stored", "duplicate", "spooled", "disabled", "malformed", "forbidden", "unknown", "overloaded"
    std::string kind;  ///< of the message, for metrics; empty if it could not be read
    std::string body;
};

/// Where freshly stored rows go when this node owns the bucket. All calls happen on the executor of the intake.
class InboxSink {
public:
    virtual ~InboxSink() = default;
    /// Whether a row of this company may be stored as already claimed by node(): nothing older of it waits in the
    /// database.
    [[nodiscard]] virtual bool may_claim(TenantId tenant) const = 0;
    [[nodiscard]] virtual std::int64_t node() const = 0;
    virtual void adopt(InboxItem item) = 0;     ///< was stored as claimed
    virtual void arrived(TenantId tenant) = 0;  ///< was stored as ready
};

/// Takes callbacks: verifies, decrypts, stores durably, and only then lets them be answered. Nothing else happens
/// before the answer.
class Intake {
public:
    /// `strand`: an executor that runs one thing at a time. `spool` may be null (tests). `sink` may be null: rows are
    /// stored as ready.
    Intake(asio::any_io_executor strand, database::Database& db, Companies const& companies, Sealer sealer,
           Clock const& clock, Spool* spool, InboxSink* sink, Metrics& metrics, IntakeConfig config = {});
    ~Intake();

    /// From any coroutine. Never throws; answers within 4.5 s.
    asio::awaitable<CallbackAnswer> accept(CallbackRequest request);
    /// The verification of the URL: 200 with the decrypted echo, or why not. Pure CPU work.
    [[nodiscard]] CallbackAnswer verify_url(CallbackRequest const& request, std::string_view echo) const;

    /// Background work (probing, draining the spool), until stop().
    void start();
    asio::awaitable<void> stop(milliseconds limit);  ///< waits for what is being stored
    /// Called on the strand with the companies whose callbacks had to be spooled, once all of them are in the database.
    void on_outage_over(std::function<void(std::set<TenantId> const&)> observer) {
        on_outage_over_ = std::move(observer);
    }
    [[nodiscard]] bool is_database_away() const noexcept { return is_broken_; }
    /// Whether anything could be stored now: the database or the spool works.
    [[nodiscard]] bool is_ready() const noexcept;

private:
    struct Waiting;
    enum class Stored { fresh, duplicate, spooled, refused, unstorable };
    using Item = std::shared_ptr<Waiting>;
    using Items = std::vector<Item>;

    [[nodiscard]] Arrival arrival_from(Company const& company, CallbackRequest const& request, Bytes message) const;
    asio::awaitable<Stored> stored(Arrival arrival);
    void hand_in(Item item);
    void take_arrived();
    void take(Item item);
    asio::awaitable<void> spool(Items items);
    void start_groups();
    [[nodiscard]] bool is_group_worth_it() const;
    [[nodiscard]] Items next_group();
    asio::awaitable<void> insert_group(Items group);
    asio::awaitable<Result<std::vector<StoredRow>>> insert(std::vector<Arrival const*> rows);
    asio::awaitable<void> insert_singly(Items group);
    void finish(Items const& group, std::vector<StoredRow> const& inserted);
    void settle(Items const& items);
    asio::awaitable<void> watch_time();
    void give_up_late();
    void hand_over(Arrival& arrival, std::int64_t id);
    void note_failure();
    asio::awaitable<void> probe_and_drain();
    asio::awaitable<bool> drain_some();
    asio::awaitable<bool> probe();
    asio::awaitable<CallbackAnswer> answer(CallbackRequest request);

    asio::any_io_executor strand_;
    database::Database& db_;
    Companies const& companies_;
    Sealer sealer_;
    Clock const& clock_;
    Spool* spool_;
    InboxSink* sink_;
    Metrics& metrics_;
    IntakeConfig config_;
    std::mutex arrived_mutex_;
    Items arrived_;             ///< from any thread, on their way to the strand
    std::deque<Item> open_;     ///< in the order of their arrival; none is forgotten before it is settled
    std::deque<Item> waiting_;  ///< for the next group
    std::size_t in_flight_ = 0;
    std::chrono::steady_clock::time_point last_group_;
    int failures_ = 0;
    std::chrono::steady_clock::time_point first_failure_;
    std::atomic<bool> is_broken_{false};
    std::atomic<bool> is_stopping_{false};
    std::set<TenantId> spooled_;
    std::function<void(std::set<TenantId> const&)> on_outage_over_;
    std::shared_ptr<Wake> wake_;
    std::shared_ptr<Wake> time_wake_;
    std::unique_ptr<Loops> loops_;
    asio::thread_pool files_{1};
};

}  // namespace wescrm::jobs
