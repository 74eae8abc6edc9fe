#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <unordered_map>
#include <utility>

#include <wescrm/base/time.hpp>

namespace wescrm::jobs {

/// How fast we let ourselves send, below WeCom's own limits (which drop the excess without an error).
struct RateConfig {
    int recipient_per_minute = 25;   ///< one app to one member; WeCom's limit is 30
    int recipient_per_hour = 900;    ///< WeCom's limit is 1,000
    int interface_per_minute = 5'000;  ///< one company, one interface
    int node_per_minute = 10'000;    ///< one interface, all companies: per egress address
};

/// Counts what was sent in the last minute and hour. Not thread-safe.
class RateWindow {
public:
    void add(Instant at);
    [[nodiscard]] int last_minute(Instant now);
    [[nodiscard]] int last_hour(Instant now);
    /// The earliest instant at which one more fits below both limits; `now` if it does already.
    [[nodiscard]] Instant free_at(Instant now, int per_minute, int per_hour);

private:
    void forget(Instant now);
    std::deque<Instant> sent_;
};

/// The limits of one node, by lane (company, app, recipient), by company and interface, and by interface. Not thread-safe.
class Rates {
public:
    explicit Rates(RateConfig config = {}) : config_{config} {}
    /// When a message of this lane may go; `now` if at once.
    [[nodiscard]] Instant free_at(std::int64_t tenant, std::int64_t lane, std::string const& endpoint, Instant now);
    void count(std::int64_t tenant, std::int64_t lane, std::string const& endpoint, Instant now);
    /// For rebuilding after a takeover: only the recipient's window.
    void remember(std::int64_t lane, Instant sent_at) { lanes_[lane].add(sent_at); }
    /// Drops windows without an entry in the last hour.
    void forget_idle(Instant now);

private:
    struct MinuteCount {
        std::int64_t minute = 0;
        int count = 0;
    };
    Instant room_in(MinuteCount& bucket, int limit, Instant now) const;
    static void add(MinuteCount& bucket, Instant now);

    RateConfig config_;
    std::unordered_map<std::int64_t, RateWindow> lanes_;
    std::map<std::pair<std::int64_t, std::string>, MinuteCount> interfaces_;  // company 0: the node
};

}  // namespace wescrm::jobs
