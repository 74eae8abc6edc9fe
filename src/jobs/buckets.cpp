#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>

#include "signal.hpp"

#include <wescrm/base/crypto.hpp>
#include <wescrm/base/log.hpp>
#include <wescrm/jobs/buckets.hpp>
#include <wescrm/operation/queue_keys.hpp>

namespace wescrm::jobs {

using Steady = std::chrono::steady_clock;
namespace {

using database::bind;
using database::Pool;
using database::Scope;
using database::Session;

constexpr int bucket_count = 256;

std::int64_t random_id() {
    auto id = std::uint64_t{0};
    for (auto c : random_bytes(8)) id = (id << 8U) | static_cast<unsigned char>(c);
    return static_cast<std::int64_t>(id >> 2U) | 1;
}

}  // namespace

Buckets::Buckets(asio::any_io_executor strand, database::Database& db, Metrics& metrics, BucketsConfig config)
    : strand_{std::move(strand)},
      db_{db},
      metrics_{metrics},
      config_{std::move(config)},
      node_{random_id()},
      wake_{std::make_shared<Wake>(strand_)},
      loops_{std::make_unique<Loops>(strand_)} {
    former_ = former_node();
}

Buckets::~Buckets() {
    if (lock_file_ >= 0) ::close(lock_file_);
}

// The lock ends with its process, however that ends; so whoever gets it may take over at once what the id in the file holds.
std::int64_t Buckets::former_node() {
    if (config_.state_file.empty()) return 0;
    lock_file_ = ::open(config_.state_file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock_file_ < 0 || ::flock(lock_file_, LOCK_EX | LOCK_NB) != 0) return 0;
    char text[32] = {};
    auto const size = ::pread(lock_file_, text, sizeof text - 1, 0);
    auto const former = size > 0 ? std::strtoll(text, nullptr, 10) : 0;
    auto const mine = std::to_string(node_) + "\n";
    if (::ftruncate(lock_file_, 0) != 0 || ::pwrite(lock_file_, mine.data(), mine.size(), 0) < 0)
        log::warning("node_file_not_written");
    return former;
}

bool Buckets::is_sure() const { return Steady::now() - renewed_ < config_.trust; }
bool Buckets::owns(int bucket) const { return owned_.contains(bucket) && is_sure(); }
bool Buckets::owns(TenantId tenant) const { return owns(operation::bucket_of(tenant)); }

std::vector<int> Buckets::owned() const {
    if (!is_sure()) return {};
    return {owned_.begin(), owned_.end()};
}

void Buckets::start() { loops_->start(keep(), "buckets"); }

asio::awaitable<void> Buckets::keep() {
    auto next_renewal = Steady::now();
    while (!is_stopping_) {
        if (!is_frozen_) {
            if (!has_entered_) has_entered_ = co_await enter();
            if (has_entered_ && Steady::now() >= next_renewal) {
                auto const done = co_await renew();
                next_renewal = Steady::now() + (done ? config_.renew_every : config_.look_every);
            }
            if (has_entered_ && is_sure()) co_await balance();
        }
        co_await wake_->wait(config_.look_every);
    }
}

asio::awaitable<bool> Buckets::enter() {
    auto job = [this](Session& sql) -> Result<int> {
        sql.execute("insert into node (id, build) values (:id, :build) on conflict (id) do nothing", {bind("id", node_), bind("build", config_.build)});
        sql.execute("delete from node where id = :former or heartbeat < now() - interval '1 day'", {bind("former", former_)});
        sql.execute("update work_bucket set owner = null, lease_until = null where owner = :former", {bind("former", former_)});
        return 0;
    };
    co_return (co_await db_.run(Pool::worker, Scope::of_queues(), std::move(job))).has_value();
}

asio::awaitable<bool> Buckets::renew() {
    auto const began = Steady::now();
    auto job = [this](Session& sql) -> Result<std::vector<int>> {
        sql.execute("update node set heartbeat = now() where id = :me", {bind("me", node_)});
        return sql.values<int>(
            "update work_bucket set lease_until = now() + :lease * interval '1 second' where owner = :me returning bucket",
            {bind("lease", config_.lease.count()), bind("me", node_)});
    };
    auto const kept = co_await db_.run(Pool::worker, Scope::of_queues(), std::move(job));
    if (!kept) {
        log::warning("buckets_not_renewed", {{"reason", kept.error().reason}});
        co_return false;
    }
    auto const still = std::set<int>(kept->begin(), kept->end());
    auto const lost = static_cast<std::int64_t>(
        std::count_if(owned_.begin(), owned_.end(), [&still](int bucket) { return !still.contains(bucket); }));
    if (lost > 0) {
        metrics_.lease_lost += lost;
        log::warning("buckets_lost", {{"count", lost}});
    }
    std::erase_if(owned_, [&still](int bucket) { return !still.contains(bucket); });
    renewed_ = began;
    co_return true;
}

// The fair share of the living nodes: below it take what nobody holds, above it give one back.
asio::awaitable<void> Buckets::balance() {
    auto const have = static_cast<int>(owned_.size());
    auto const spare = owned_.empty() ? -1 : *owned_.rbegin();
    auto job = [this, have, spare](Session& sql) -> Result<std::vector<int>> {
        auto const living = std::max(
            1, sql.value<int>("select count(*) from node where heartbeat > now() - :lease * interval '1 second' and not draining",
                              {bind("lease", config_.lease.count())})
                   .value_or(1));
        auto const share = (bucket_count + living - 1) / living;
        if (have > share) {
            sql.execute("update work_bucket set owner = null, lease_until = null where bucket = :bucket and owner = :me",
                        {bind("bucket", spare), bind("me", node_)});
            return std::vector<int>{-1};
        }
        if (have == share) return std::vector<int>{};
        return sql.values<int>(
            "update work_bucket set owner = :me, epoch = epoch + 1, lease_until = now() + :lease * interval '1 second' where bucket in "
            "(select bucket from work_bucket where owner is null or lease_until < now() order by bucket limit :want for update skip locked) "
            "returning bucket",
            {bind("me", node_), bind("lease", config_.lease.count()), bind("want", share - have)});
    };
    auto taken = co_await db_.run(Pool::worker, Scope::of_queues(), std::move(job));
    if (!taken || taken->empty()) co_return;
    if (taken->front() == -1) {
        owned_.erase(spare);
        co_return;
    }
    log::info("buckets_taken", {{"count", taken->size()}, {"node", node_}});
    for (auto const& observer : observers_) co_await observer(*taken);
    owned_.insert(taken->begin(), taken->end());
    for (auto const& observer : observers_) co_await observer({});
}

asio::awaitable<void> Buckets::stop() {
    is_stopping_ = true;
    wake_->raise();
    co_await loops_->wait_for_end(std::chrono::seconds{5});
    owned_.clear();
    auto job = [this](Session& sql) -> Result<int> {
        sql.execute("update work_bucket set owner = null, lease_until = null where owner = :me", {bind("me", node_)});
        sql.execute("delete from node where id = :me", {bind("me", node_)});
        return 0;
    };
    co_await db_.run(Pool::worker, Scope::of_queues(), std::move(job));
}

}  // namespace wescrm::jobs
