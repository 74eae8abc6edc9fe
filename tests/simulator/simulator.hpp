#pragma once
#include "callbacks/deliverer.hpp"
#include "control/control.hpp"
#include "model/world.hpp"

#include <wescrm/http/server.hpp>
#include <wescrm/http/static_files.hpp>

#include <memory>
#include <string>

namespace wescrm::simulator {

struct Config {
    std::string listen = "127.0.0.1:9001";
    DelivererConfig deliveries;
    ControlConfig control;
    std::string page_dir;  ///< empty: no page
};

/// WeCom, played by one thread: the API, the callbacks, /sim and the page on one listener.
class Simulator {
public:
    /// unavailable or invalid_input as http::Server::start says; invalid_input if the page cannot be read.
    [[nodiscard]] static Result<std::unique_ptr<Simulator>> start(Config config, Corps corps);
    ~Simulator();

    [[nodiscard]] std::uint16_t port() const noexcept { return server_->port(); }

private:
    Simulator() = default;
    asio::awaitable<http::Response> handle(http::Request& request);
    void build(Config const& config);

    World world_;
    http::Router router_;
    std::unique_ptr<http::StaticFiles> files_;
    std::unique_ptr<http::Server> server_;
    std::unique_ptr<Deliverer> deliverer_;
    std::unique_ptr<http::Client> client_;
    std::unique_ptr<Control> control_;
    std::atomic<bool> is_ready_ = false;
};

}  // namespace wescrm::simulator
