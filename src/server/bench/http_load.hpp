#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace wescrm::server::bench {

struct LoadPlan {
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;
    std::size_t connections = 64;
    std::chrono::milliseconds duration{5'000};
    /// The bytes of the n-th request, HTTP head included; empty: there are no more and the load ends.
    std::function<std::string_view(std::uint64_t n)> request;
};

struct LoadResult {
    std::uint64_t answers = 0;
    std::map<int, std::uint64_t> statuses;
    double seconds = 0;
    double cpu_seconds = 0;            ///< of the load itself
    std::vector<double> latencies_ms;  ///< sorted

    [[nodiscard]] double per_second() const { return static_cast<double>(answers) / seconds; }
    [[nodiscard]] double percentile_ms(double share) const;
};

/// Keeps one request under way on each connection (kept alive, reopened when the server closes) with one thread and
/// epoll, so that the load costs little beside the server that it measures. Throws std::runtime_error if no connection
/// can be made.
[[nodiscard]] LoadResult run_load(LoadPlan const& plan);

}  // namespace wescrm::server::bench
