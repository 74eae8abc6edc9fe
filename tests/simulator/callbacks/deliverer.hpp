#pragma once
#include "model/world.hpp"

#include <wescrm/http/client.hpp>

#include <deque>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace wescrm::simulator {

struct DelivererConfig {
    std::string server;                            ///< http://host:port
    std::chrono::milliseconds answer_time{5'000};  ///< WeCom drops the connection then
    std::chrono::milliseconds verification_time{1'000};
    std::chrono::milliseconds retry_pause{1'000};   ///< WeCom's is not documented
    int repeats = 3;                                ///< after the first attempt
    std::chrono::milliseconds reorder_hold{1'000};  ///< how long a reordered push waits to be overtaken
    std::size_t in_flight = 256;
};

/// Pushes callbacks as WeCom does: encrypted, five seconds for the answer, repeated after failures. What belongs to one
/// member goes out in order; different members do not wait for each other. For one thread; World and executor belong to
/// it.
class Deliverer {
public:
    Deliverer(World& world, asio::any_io_executor executor, DelivererConfig config);

    /// Queues the decrypted XML and gives the number of the delivery. nullopt: that target has no callback keys.
    std::optional<std::uint64_t> push(Delivery delivery);
    /// The GET that WeCom makes when the callback address is saved. The problem in words, empty if all is well.
    asio::awaitable<std::string> verify(std::string corp_id, std::string target);

    [[nodiscard]] std::size_t open() const { return open_; }
    DelivererConfig& config() { return config_; }

private:
    struct Keys {
        Credential credential;
        std::string agent_id;
    };
    [[nodiscard]] std::optional<Keys> keys_of(std::string const& corp_id, std::string const& target);
    void enqueue(std::string lane, std::uint64_t id);
    asio::awaitable<void> release_later(std::string lane, std::uint64_t id, std::chrono::milliseconds hold);
    void start_lane(std::string lane);
    void start_waiting_lanes();
    asio::awaitable<void> run_lane(std::string lane);
    asio::awaitable<void> deliver(std::uint64_t id);
    asio::awaitable<bool> attempt(std::uint64_t id);
    asio::awaitable<bool> deliver_copy(std::uint64_t id);
    [[nodiscard]] std::string url_of(std::string const& corp_id, std::string const& target) const;
    void accept_reply(Delivery& delivery, Keys const& keys, std::string const& body);

    World& world_;
    asio::any_io_executor executor_;
    DelivererConfig config_;
    http::Client client_;
    std::unordered_map<std::string, std::deque<std::uint64_t>> lanes_;
    std::unordered_map<std::string, std::uint64_t> held_;  ///< by lane: waits to be overtaken
    std::unordered_set<std::string> running_;
    std::deque<std::string> waiting_;
    std::size_t open_ = 0;
};

}  // namespace wescrm::simulator
