#pragma once
#include "address.hpp"

#include <wescrm/base/clock.hpp>
#include <wescrm/http/server.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace wescrm::http {

class Connection;

/// What the connections of one listener have in common. Counters are shared between the I/O threads.
class Listener {
public:
    Listener(ServerConfig config_, Handler handler_, TrustedProxies proxies_);

    ServerConfig const config;
    Handler const handler;
    TrustedProxies const proxies;
    std::optional<asio::ssl::context> tls;
    std::atomic<std::size_t> in_flight{0};
    std::atomic<bool> is_draining{false};

    /// False if there are too many, in all or from this address; true obliges to leave().
    [[nodiscard]] bool enter(Address const& peer);
    void leave(Address const& peer);
    /// True if nobody is left before the time is up.
    bool wait_until_empty(std::chrono::milliseconds limit);
    [[nodiscard]] std::string next_request_id();

private:
    [[nodiscard]] bool counts(Address const& peer) const;

    std::string const id_prefix_;
    std::atomic<std::uint64_t> requests_{0};
    std::mutex mutex_;
    std::condition_variable left_;
    std::size_t connections_ = 0;
    std::map<Address, std::size_t> per_address_;
};

/// One I/O thread: its event loop, its connections, and one timer that looks after the deadlines of all of them.
class Worker {
public:
    explicit Worker(Limits const& limits);

    void start();
    /// Stops the loop and joins the thread. Not from the thread itself.
    void stop();
    /// From any thread: idle connections close, the others after their answer.
    void drain();
    /// From any thread: every connection ends now, whatever it is doing.
    void end_all();

    // For connections, on this worker's thread.
    void add(Connection& connection);
    void remove(Connection& connection);
    [[nodiscard]] std::string const& date() const noexcept { return date_; }

private:
    asio::awaitable<void> watch();
    void sweep();
    void refresh_date();

    std::chrono::milliseconds const tick_;
    std::vector<Connection*> connections_;
    SystemClock clock_;
    std::string date_;  // of the present second, as the Date field shows it
    std::int64_t date_second_ = -1;

public:
    asio::io_context io{1};  // its destructor ends what is left of the connections, so it goes first

private:
    std::thread thread_;
};

}  // namespace wescrm::http
