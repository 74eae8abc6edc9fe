#include <wescrm/http/breaker.hpp>

#include <algorithm>

namespace wescrm::http {

std::int64_t Breaker::number_at(Time now) const {
    auto const slot_time = std::max<Time::duration>(config_.window / static_cast<int>(slot_count), Time::duration{1});
    return now.time_since_epoch() / slot_time;
}

Breaker::Slot& Breaker::slot_at(Time now) {
    auto const number = number_at(now);
    auto& slot = slots_[static_cast<std::size_t>(number) % slot_count];
    if (slot.number != number) slot = Slot{number, 0, 0};
    return slot;
}

bool Breaker::is_failing(Time now) const {
    auto const oldest = number_at(now) - static_cast<std::int64_t>(slot_count);
    auto calls = std::size_t{0};
    auto failures = std::size_t{0};
    for (auto const& slot : slots_) {
        if (slot.number <= oldest) continue;
        calls += slot.calls;
        failures += slot.failures;
    }
    return calls >= config_.fewest_calls && failures * 100 >= calls * config_.failure_percent;
}

void Breaker::open(Time now) {
    is_open_ = true;
    is_probing_ = false;
    until_ = now + open_for_;
    open_for_ = std::min(open_for_ * 2, config_.longest_open);
}

void Breaker::close() {
    is_open_ = false;
    is_probing_ = false;
    open_for_ = config_.open_time;
    slots_ = {};
}

bool Breaker::allow(Time now) {
    if (!is_open_) return true;
    if (now < until_) return false;
    is_probing_ = true;
    until_ = now + config_.open_time;
    return true;
}

void Breaker::succeeded(Time now) {
    if (is_probing_) return close();
    if (!is_open_) ++slot_at(now).calls;
}

void Breaker::failed(Time now) {
    if (is_probing_) return open(now);
    if (is_open_) return;
    auto& slot = slot_at(now);
    ++slot.calls;
    ++slot.failures;
    if (is_failing(now)) open(now);
}

void Breaker::trip(Time now) {
    if (!is_open_ || is_probing_) open(now);
}

Breaker::State Breaker::state(Time now) const {
    if (!is_open_) return State::closed;
    return is_probing_ || now >= until_ ? State::half_open : State::open;
}

Breaker::Time Breaker::opens_until(Time now) const { return is_open_ ? std::max(now, until_) : now; }

}  // namespace wescrm::http
