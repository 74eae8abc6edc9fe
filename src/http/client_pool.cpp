#include "client_pool.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>

namespace wescrm::http {

/// A waiter in its host's queue, however its coroutine ends.
class ClientPool::Queued {
public:
    Queued(Host& host, Waiter& waiter) : host_{host}, waiter_{waiter} { host_.waiting.push_back(&waiter_); }
    ~Queued() { host_.waiting.remove(&waiter_); }
    Queued(Queued const&) = delete;
    Queued& operator=(Queued const&) = delete;

private:
    Host& host_;
    Waiter& waiter_;
};

asio::awaitable<ClientPool::Place> ClientPool::take_place(std::string key) {
    auto& host = hosts_[key];
    if (host.used < config_.connections_per_host) {
        ++host.used;
        co_return Place{*this, std::move(key)};
    }
    auto waiter = Waiter{co_await asio::this_coro::executor};
    auto const queued = Queued{host, waiter};
    co_await waiter.timer.async_wait(asio::as_tuple(asio::use_awaitable));
    if (!waiter.is_granted) throw boost::system::system_error{asio::error::operation_aborted};
    co_return Place{*this, std::move(key)};
}

void ClientPool::give_up(std::string const& key) noexcept {
    auto& host = hosts_.find(key)->second;
    if (host.waiting.empty()) {
        --host.used;
        return;
    }
    auto* const next = host.waiting.front();
    host.waiting.pop_front();
    next->is_granted = true;
    next->timer.cancel();
}

std::unique_ptr<Transport> ClientPool::take_idle(std::string const& key) {
    auto& idle = hosts_[key].idle;
    auto const oldest = std::chrono::steady_clock::now() - config_.idle_time;
    std::erase_if(idle, [oldest](Idle const& entry) { return entry.since < oldest; });
    while (!idle.empty()) {
        auto transport = std::move(idle.back().transport);
        idle.pop_back();
        if (transport->peek() == Transport::Waiting::nothing) return transport;
    }
    return nullptr;
}

void ClientPool::keep(std::string const& key, std::unique_ptr<Transport> transport) {
    hosts_[key].idle.push_back({std::move(transport), std::chrono::steady_clock::now()});
}

}  // namespace wescrm::http
