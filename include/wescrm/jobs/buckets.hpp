#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <wescrm/async/async.hpp>
#include <wescrm/base/ids.hpp>
#include <wescrm/database/database.hpp>
#include <wescrm/jobs/metrics.hpp>

namespace wescrm::jobs {

class Wake;
class Loops;

struct BucketsConfig {
    seconds lease{15};               ///< on the database's clock
    milliseconds renew_every{5'000};
    milliseconds trust{10'000};      ///< without a renewal for so long a node starts nothing new; steady clock, from before it was sent
    milliseconds look_every{1'000};  ///< for buckets to take or to release
    std::string build;
    std::string state_file;  ///< keeps the node's id under a file lock: who gets the lock knows that the former holder is dead. Empty: none
};

/// Which of the 256 buckets of companies this node works on. Leases in the database make double work rare; the claim numbers of the rows make
/// it harmless. All on one strand.
class Buckets {
public:
    using Taken = std::function<asio::awaitable<void>(std::vector<int>)>;

    Buckets(asio::any_io_executor strand, database::Database& db, Metrics& metrics, BucketsConfig config = {});
    ~Buckets();

    [[nodiscard]] std::int64_t node() const noexcept { return node_; }
    /// Owned, and renewed recently enough to be sure of it.
    [[nodiscard]] bool owns(int bucket) const;
    [[nodiscard]] bool owns(TenantId tenant) const;
    [[nodiscard]] std::vector<int> owned() const;  ///< empty if this node may not act now
    [[nodiscard]] bool is_sure() const;

    /// Called after buckets were taken over, before owns() says so.
    void on_taken(Taken observer) { observers_.push_back(std::move(observer)); }

    void start();
    /// Stops renewing, releases everything and deletes the node's row.
    asio::awaitable<void> stop();
    /// For tests: forgets to renew, as a node that is stopped in mid-air does.
    void freeze() { is_frozen_ = true; }
    void thaw() { is_frozen_ = false; }

private:
    struct Look;
    asio::awaitable<void> keep();
    asio::awaitable<bool> enter();
    asio::awaitable<bool> renew();
    asio::awaitable<void> balance();
    std::int64_t former_node();

    asio::any_io_executor strand_;
    database::Database& db_;
    Metrics& metrics_;
    BucketsConfig config_;
    std::int64_t node_;
    std::int64_t former_ = 0;
    int lock_file_ = -1;
    std::set<int> owned_;
    std::chrono::steady_clock::time_point renewed_{};
    std::vector<Taken> observers_;
    bool has_entered_ = false;
    bool is_stopping_ = false;
    bool is_frozen_ = false;
    std::shared_ptr<Wake> wake_;
    std::unique_ptr<Loops> loops_;
};

}  // namespace wescrm::jobs
