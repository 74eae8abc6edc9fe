#pragma once
#include <wescrm/base/time.hpp>

#include <mutex>
#include <string>
#include <unordered_map>

namespace wescrm::web {

/// Token buckets by name, e.g. per key or per address. Safe from any thread.
class Rates {
public:
    /// At most `most` names are kept; full buckets are forgotten first.
    Rates(int per_minute, std::size_t most) : per_minute_{per_minute}, most_{most} {}

    /// Takes one token; false if there is none.
    bool take(std::string const& name, Instant now);
    /// Whether a token could be taken.
    [[nodiscard]] bool has(std::string const& name, Instant now);
    [[nodiscard]] bool knows(std::string const& name);

private:
    struct Bucket {
        double tokens = 0;
        Instant at;
    };
    [[nodiscard]] double tokens(Bucket const& bucket, Instant now) const;
    void forget(Instant now);

    std::mutex mutex_;
    std::unordered_map<std::string, Bucket> buckets_;
    int per_minute_;
    std::size_t most_;
};

}  // namespace wescrm::web
