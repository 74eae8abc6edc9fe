#pragma once
#include "transport.hpp"

#include <wescrm/async/async.hpp>
#include <wescrm/http/client.hpp>

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace wescrm::http {

/// The kept connections of a client and the places of its calls, per host. Used on one strand; takes no locks.
class ClientPool {
public:
    explicit ClientPool(ClientConfig const& config) : config_{config} {}

    /// The right to one connection to a host; whoever waits longest gets it back.
    class Place {
    public:
        Place() = default;
        Place(ClientPool& pool, std::string key) : pool_{&pool}, key_{std::move(key)} {}
        Place(Place&& other) noexcept : pool_{std::exchange(other.pool_, nullptr)}, key_{std::move(other.key_)} {}
        Place& operator=(Place&&) = delete;
        ~Place() {
            if (pool_) pool_->give_up(key_);
        }

    private:
        ClientPool* pool_ = nullptr;
        std::string key_;
    };

    /// Waits until the host has a place; ends by cancellation only (the exception is operation_aborted).
    asio::awaitable<Place> take_place(std::string key);
    /// A kept connection that is still good; null if there is none.
    [[nodiscard]] std::unique_ptr<Transport> take_idle(std::string const& key);
    void keep(std::string const& key, std::unique_ptr<Transport> transport);

private:
    struct Waiter {
        explicit Waiter(asio::any_io_executor const& executor)
            : timer{executor, asio::steady_timer::time_point::max()} {}
        asio::steady_timer timer;
        bool is_granted = false;
    };
    struct Idle {
        std::unique_ptr<Transport> transport;
        std::chrono::steady_clock::time_point since;
    };
    struct Host {
        std::size_t used = 0;
        std::list<Waiter*> waiting;
        std::vector<Idle> idle;
    };
    class Queued;

    void give_up(std::string const& key) noexcept;

    ClientConfig const& config_;
    std::map<std::string, Host> hosts_;
};

}  // namespace wescrm::http
