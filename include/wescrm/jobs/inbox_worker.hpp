#pragma once
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include <wescrm/jobs/buckets.hpp>
#include <wescrm/jobs/inbox_item.hpp>
#include <wescrm/jobs/intake.hpp>
#include <wescrm/jobs/metrics.hpp>
#include <wescrm/jobs/retry.hpp>
#include <wescrm/jobs/turns.hpp>

namespace wescrm::jobs {

struct InboxConfig {
    std::size_t handlers = 6;          ///< at the same time; about the connections of the pool `worker`
    std::size_t batch = 20;            ///< rows of one claim
    std::size_t held = 200;            ///< claimed and waiting in memory at most
    milliseconds poll{1'000};
    milliseconds renew_every{20'000};  ///< row leases (60 s) of what is held
    milliseconds lane_patience{10'000};  ///< how long a message that is tried again holds back later ones of its conversation
    milliseconds last_chance_after{3'000};  ///< up this long before a message is tried that saw a worker die three times
};

/// Works off the inbox: the messages of one lane one at a time in order, companies in turn, every handler in one transaction with the
/// completion of its row. All on one strand.
class InboxWorker final : public InboxSink {
public:
    InboxWorker(asio::any_io_executor strand, database::Database& db, Buckets& buckets, Companies const& companies, Sealer sealer,
                Clock const& clock, operation::Services const& services, InboxHandlers handlers, Metrics& metrics, InboxConfig config = {});
    ~InboxWorker() override;

    [[nodiscard]] bool may_claim(TenantId tenant) const override;
    [[nodiscard]] std::int64_t node() const override { return buckets_.node(); }
    void adopt(InboxItem item) override;
    void arrived(TenantId tenant) override;

    void start();
    /// Stops claiming, hands back what has not begun, waits for what runs.
    asio::awaitable<void> drain(milliseconds limit);
    [[nodiscard]] std::size_t held() const noexcept { return held_; }

private:
    using LaneKey = std::pair<TenantId, std::int64_t>;
    struct Lane {
        std::deque<InboxItem> items;  // by id
        bool is_running = false;
        std::int64_t awaited = 0;     // the message that will come back and goes first
        std::chrono::steady_clock::time_point until{};
    };

    asio::awaitable<void> work();
    struct HeldRows {
        std::vector<TenantId> tenants;
        std::vector<std::int64_t> ids;
    };
    [[nodiscard]] HeldRows held_rows() const;
    asio::awaitable<void> release_forgotten();
    asio::awaitable<void> renew();
    asio::awaitable<void> take_over(std::vector<int> buckets);
    asio::awaitable<void> recover_expired();
    asio::awaitable<Result<std::int64_t>> recover(std::vector<int> buckets);
    asio::awaitable<bool> claim();
    asio::awaitable<bool> claim_suspects();
    asio::awaitable<Result<bool>> claim_alone(CrashDecision decision);
    /// `suspects`: only those with this decision; without, what is not suspicious.
    asio::awaitable<Result<std::vector<InboxItem>>> claim_rows(std::optional<CrashDecision> suspects, std::size_t limit);
    void enqueue(InboxItem item);
    void start_ready();
    bool start_one(LaneKey const& key);
    asio::awaitable<void> run(LaneKey key, InboxItem item);
    asio::awaitable<void> handle(InboxItem item);
    asio::awaitable<Result<void>> attempt(InboxHandler const& handler, InboxItem& item);
    asio::awaitable<void> fail(InboxHandler const* handler, InboxItem const& item, FailureClass failure, std::string reason);
    asio::awaitable<Result<int>> write_outcome(InboxHandler const* handler, InboxItem const& item, InboxDecision decision, std::string reason);
    [[nodiscard]] operation::Actor actor_for(InboxItem const& item) const;

    asio::any_io_executor strand_;
    database::Database& db_;
    Buckets& buckets_;
    Companies const& companies_;
    Sealer sealer_;
    Clock const& clock_;
    operation::Services const& services_;
    InboxHandlers handlers_;
    Metrics& metrics_;
    InboxConfig config_;
    std::map<LaneKey, Lane> lanes_;
    std::map<TenantId, std::deque<LaneKey>> ready_;  // lanes that may start, by company
    TenantId last_served_;
    Turn claimed_;  // the company whose message was claimed last
    std::size_t held_ = 0;
    std::size_t running_ = 0;
    bool is_caught_up_ = false;
    bool has_suspects_ = false;
    bool is_alone_ = false;
    bool is_steady_ = false;  // up for last_chance_after
    std::chrono::steady_clock::time_point steady_at_{};
    LaneList held_back_;  // until what waits in them for its last chance has had it
    bool is_stopping_ = false;
    std::chrono::steady_clock::time_point next_due_{};
    std::shared_ptr<Wake> wake_;
    std::unique_ptr<Loops> loops_;
};

}  // namespace wescrm::jobs
