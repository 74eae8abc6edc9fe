#include "listener.hpp"

#include "connection.hpp"

#include <wescrm/base/crypto.hpp>
#include <wescrm/base/encoding.hpp>

#include <boost/asio/post.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

namespace wescrm::http {

Listener::Listener(ServerConfig config_, Handler handler_, TrustedProxies proxies_)
    : config{std::move(config_)},
      handler{std::move(handler_)},
      proxies{std::move(proxies_)},
      id_prefix_{to_hex(random_bytes(4)) + "-"} {}

bool Listener::counts(Address const& peer) const {
    return config.limits.connections_per_address > 0 && !proxies.contains(peer);
}

bool Listener::enter(Address const& peer) {
    auto const lock = std::lock_guard{mutex_};
    if (connections_ >= config.limits.connections) return false;
    if (counts(peer)) {
        auto& count = per_address_[peer];
        if (count >= config.limits.connections_per_address) return false;
        ++count;
    }
    ++connections_;
    return true;
}

void Listener::leave(Address const& peer) {
    auto const lock = std::lock_guard{mutex_};
    if (auto const entry = per_address_.find(peer); entry != per_address_.end() && --entry->second == 0) {
        per_address_.erase(entry);
    }
    if (--connections_ == 0) left_.notify_all();
}

bool Listener::wait_until_empty(std::chrono::milliseconds limit) {
    auto lock = std::unique_lock{mutex_};
    return left_.wait_for(lock, limit, [this] { return connections_ == 0; });
}

std::string Listener::next_request_id() {
    auto digits = std::array<char, 16>{};
    auto const number = requests_.fetch_add(1, std::memory_order_relaxed);
    auto const end = std::to_chars(digits.data(), digits.data() + digits.size(), number, 16).ptr;
    auto id = id_prefix_;
    id.append(digits.data(), end);
    return id;
}

namespace {

/// Deadlines are looked at often enough to be kept within a tenth, but not more often than anybody would notice.
std::chrono::milliseconds tick_for(Limits const& limits) {
    auto const shortest = std::min({limits.tls_handshake, limits.header_time, limits.body_time, limits.write_time,
                                    limits.idle_time, limits.upload_time});
    return std::clamp(shortest / 10, milliseconds{5}, milliseconds{200});
}

}  // namespace

Worker::Worker(Limits const& limits) : tick_{tick_for(limits)} { refresh_date(); }

void Worker::start() {
    async::spawn(io.get_executor(), watch(), "http_deadlines");
    thread_ = std::thread{[this] { io.run(); }};
}

void Worker::stop() {
    io.stop();
    if (thread_.joinable()) thread_.join();
}

void Worker::drain() {
    asio::post(io, [this] {
        for (auto* const connection : connections_) connection->drain();
    });
}

void Worker::end_all() {
    asio::post(io, [this] {
        for (auto* const connection : std::vector{connections_}) connection->end();
    });
}

void Worker::add(Connection& connection) {
    connection.slot = connections_.size();
    connections_.push_back(&connection);
}

void Worker::remove(Connection& connection) {
    connections_[connection.slot] = connections_.back();
    connections_[connection.slot]->slot = connection.slot;
    connections_.pop_back();
}

asio::awaitable<void> Worker::watch() {
    while (co_await async::sleep_for(tick_)) {
        sweep();
        refresh_date();
    }
}

void Worker::sweep() {
    auto const now = std::chrono::steady_clock::now();
    for (auto* const connection : connections_) {
        if (connection->deadline() <= now) connection->expire();
    }
}

void Worker::refresh_date() {
    auto const now = std::chrono::floor<seconds>(clock_.now());
    if (now.time_since_epoch().count() == date_second_) return;
    date_second_ = now.time_since_epoch().count();
    auto const day = std::chrono::floor<days>(now);
    auto const date = Date{day};
    auto const time = std::chrono::hh_mm_ss{now - day};
    static constexpr auto day_names = std::array{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr auto month_names =
        std::array{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    auto text = std::array<char, 64>{};
    auto const length =
        std::snprintf(text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d GMT",
                      day_names[std::chrono::weekday{day}.c_encoding()], static_cast<unsigned>(date.day()),
                      month_names[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                      static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                      static_cast<int>(time.seconds().count()));
    date_.assign(text.data(), static_cast<std::size_t>(length));
}

}  // namespace wescrm::http
