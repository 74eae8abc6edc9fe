#include "rates.hpp"

#include <algorithm>

namespace wescrm::web {

double Rates::tokens(Bucket const& bucket, Instant now) const {
    auto const passed =
        std::chrono::duration<double, std::ratio<60>>(std::max(now - bucket.at, Instant::duration{0})).count();
    return std::min<double>(per_minute_, bucket.tokens + passed * per_minute_);
}

bool Rates::take(std::string const& name, Instant now) {
    auto const lock = std::lock_guard{mutex_};
    if (buckets_.size() >= most_ && !buckets_.contains(name)) forget(now);
    auto& bucket = buckets_.try_emplace(name, Bucket{static_cast<double>(per_minute_), now}).first->second;
    bucket = {tokens(bucket, now), now};
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
}

bool Rates::has(std::string const& name, Instant now) {
    auto const lock = std::lock_guard{mutex_};
    auto const found = buckets_.find(name);
    return found == buckets_.end() || tokens(found->second, now) >= 1;
}

bool Rates::knows(std::string const& name) {
    auto const lock = std::lock_guard{mutex_};
    return buckets_.contains(name);
}

void Rates::forget(Instant now) {
    std::erase_if(buckets_, [&](auto const& entry) { return tokens(entry.second, now) >= per_minute_; });
    if (buckets_.size() >= most_) buckets_.clear();
}

}  // namespace wescrm::web
