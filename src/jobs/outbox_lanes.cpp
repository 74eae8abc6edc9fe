#include "signal.hpp"

#include <wescrm/base/log.hpp>
#include <wescrm/jobs/outbox_sender.hpp>

#include <algorithm>

// Which message goes next: one after another to one person, companies in turn, and no more at once than allowed.
namespace wescrm::jobs {

using Steady = std::chrono::steady_clock;

namespace {

// Who waits (a reply, an approval) overtakes what does not.
std::pair<int, std::int64_t> rank(OutboxItem const& item) { return {item.priority <= 1 ? 0 : 1, item.id}; }

}  // namespace

OutboxSender::AppState& OutboxSender::state_of(TenantId tenant) {
    auto const [found, is_new] = companies_.try_emplace(tenant);
    if (is_new) {
        found->second.limit = config_.in_flight_per_tenant;
        found->second.breaker = http::Breaker{config_.breaker};
    }
    return found->second;
}

void OutboxSender::enqueue(OutboxItem item) {
    auto const key = LaneKey{item.tenant, item.lane};
    auto& lane = lanes_[key];
    auto const place =
        std::upper_bound(lane.items.begin(), lane.items.end(), rank(item),
                         [](auto const& wanted, OutboxItem const& other) { return wanted < rank(other); });
    lane.items.insert(place, std::move(item));
    ++held_;
    auto& ready = ready_[key.first];
    if (!lane.is_running && std::find(ready.begin(), ready.end(), key) == ready.end()) ready.push_back(key);
}

void OutboxSender::start_ready() {
    auto passed_over = std::size_t{0};
    while (!is_stopping_ && running_ < config_.in_flight && !ready_.empty() && passed_over <= ready_.size()) {
        auto company = ready_.upper_bound(last_served_);
        if (company == ready_.end()) company = ready_.begin();
        last_served_ = company->first;
        auto& app = state_of(company->first);
        auto& lanes = company->second;
        auto has_started = false;
        for (auto left = lanes.size(); left > 0 && !has_started && app.in_flight < app.limit; --left) {
            auto const key = lanes.front();
            lanes.pop_front();
            has_started = start_one(key);
            auto const lane = lanes_.find(key);
            if (!has_started && lane != lanes_.end() && !lane->second.is_running && !lane->second.items.empty())
                lanes.push_back(key);
        }
        if (lanes.empty()) ready_.erase(company);
        passed_over = has_started ? 0 : passed_over + 1;
    }
}

bool OutboxSender::start_one(LaneKey const& key) {
    auto const found = lanes_.find(key);
    if (found == lanes_.end() || found->second.is_running || found->second.items.empty()) return false;
    auto& lane = found->second;
    if (lane.awaited != 0 && lane.items.front().id != lane.awaited && lane.items.front().priority > 1 &&
        Steady::now() < lane.until)
        return false;
    auto item = std::move(lane.items.front());
    lane.items.pop_front();
    lane.is_running = true;
    lane.current.tenant = item.tenant;
    lane.current.id = item.id;
    ++running_;
    ++state_of(key.first).in_flight;
    loops_->start(run(key, std::move(item)), "outbox_send");
    return true;
}

asio::awaitable<void> OutboxSender::run(LaneKey key, OutboxItem item) {
    auto const id = item.id;
    auto outcome = std::optional<Outcome>{};
    try {
        outcome = co_await deliver(std::move(item));
    } catch (std::exception const& e) {
        log::error("outbox_send_failed", {{"id", id}, {"error", e.what()}});
    }
    --running_;
    --held_;
    --state_of(key.first).in_flight;
    auto const found = lanes_.find(key);
    if (found != lanes_.end()) {
        auto& lane = found->second;
        lane.is_running = false;
        if (lane.awaited == id) lane.awaited = 0;
        if (outcome && outcome->state == OutboxState::retry) {
            lane.awaited = id;
            if (lane.until < Steady::now()) lane.until = Steady::now() + config_.lane_patience;
            next_due_ = Steady::now() + std::max(microseconds{0}, outcome->not_before - clock_.now());
        }
        if (!lane.items.empty())
            ready_[key.first].push_back(key);
        else if (lane.awaited == 0)
            lanes_.erase(found);
    }
    if (outcome) outcomes_.push_back(std::move(*outcome));
    write_wake_->raise();
    start_ready();
}

}  // namespace wescrm::jobs
