#include <wescrm/jobs/rates.hpp>

#include <algorithm>

namespace wescrm::jobs {

void RateWindow::add(Instant at) {
    auto const place = std::upper_bound(sent_.begin(), sent_.end(), at);
    sent_.insert(place, at);
}

void RateWindow::forget(Instant now) {
    while (!sent_.empty() && sent_.front() <= now - hours{1}) sent_.pop_front();
}

int RateWindow::last_hour(Instant now) {
    forget(now);
    return static_cast<int>(sent_.size());
}

int RateWindow::last_minute(Instant now) {
    forget(now);
    return static_cast<int>(sent_.end() - std::upper_bound(sent_.begin(), sent_.end(), now - minutes{1}));
}

Instant RateWindow::free_at(Instant now, int per_minute, int per_hour) {
    auto at = now;
    if (last_hour(now) >= per_hour) at = std::max(at, *(sent_.end() - per_hour) + hours{1});
    if (last_minute(now) >= per_minute) at = std::max(at, *(sent_.end() - per_minute) + minutes{1});
    return at;
}

Instant Rates::room_in(MinuteCount& bucket, int limit, Instant now) const {
    auto const minute = std::chrono::floor<minutes>(now);
    if (bucket.minute != minute.time_since_epoch().count() || bucket.count < limit) return now;
    return minute + minutes{1};
}

void Rates::add(MinuteCount& bucket, Instant now) {
    auto const minute = std::chrono::floor<minutes>(now).time_since_epoch().count();
    if (bucket.minute != minute) bucket = {minute, 0};
    ++bucket.count;
}

Instant Rates::free_at(std::int64_t tenant, std::int64_t lane, std::string const& endpoint, Instant now) {
    auto at = now;
    if (auto const found = lanes_.find(lane); found != lanes_.end())
        at = found->second.free_at(now, config_.recipient_per_minute, config_.recipient_per_hour);
    at = std::max(at, room_in(interfaces_[{tenant, endpoint}], config_.interface_per_minute, now));
    return std::max(at, room_in(interfaces_[{0, endpoint}], config_.node_per_minute, now));
}

void Rates::count(std::int64_t tenant, std::int64_t lane, std::string const& endpoint, Instant now) {
    lanes_[lane].add(now);
    add(interfaces_[{tenant, endpoint}], now);
    add(interfaces_[{0, endpoint}], now);
}

void Rates::forget_idle(Instant now) {
    for (auto lane = lanes_.begin(); lane != lanes_.end();) lane = lane->second.last_hour(now) == 0 ? lanes_.erase(lane) : std::next(lane);
    auto const minute = std::chrono::floor<minutes>(now).time_since_epoch().count();
    std::erase_if(interfaces_, [minute](auto const& entry) { return entry.second.minute < minute; });
}

}  // namespace wescrm::jobs
