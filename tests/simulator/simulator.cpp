#include "simulator.hpp"

#include "api/api.hpp"

namespace wescrm::simulator {
namespace {

/// Scripts, styles and requests come from here only; pictures from wherever the app's messages say.
constexpr auto page_policy = std::string_view{
    "default-src 'self'; img-src * data: blob:; style-src 'self' 'unsafe-inline'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"};

http::ServerConfig server_config(Config const& config) {
    auto server = http::ServerConfig{};
    server.listen = config.listen;
    server.threads = 1;
    server.limits.connections_per_address = 0;
    server.limits.requests_per_connection = 1'000'000;
    server.limits.in_flight = 16'384;
    server.limits.body_bytes = std::size_t{64} * 1024 * 1024;
    server.limits.upload_body_bytes = std::size_t{64} * 1024 * 1024;
    server.limits.body_time = std::chrono::milliseconds{30'000};
    server.limits.request_line_bytes = std::size_t{16} * 1024;
    server.limits.header_bytes = std::size_t{32} * 1024;
    server.limits.idle_time = std::chrono::milliseconds{120'000};
    return server;
}

}  // namespace

Result<std::unique_ptr<Simulator>> Simulator::start(Config config, Corps corps) {
    auto made = std::unique_ptr<Simulator>{new Simulator};
    made->world_.corps = std::move(corps);
    if (!config.page_dir.empty()) {
        auto files = http::StaticFiles::load({.folder = config.page_dir});
        if (!files) return files.error();
        made->files_ = std::make_unique<http::StaticFiles>(std::move(*files));
    }
    auto* self = made.get();
    auto server =
        http::Server::start(server_config(config), [self](http::Request& request) { return self->handle(request); });
    if (!server) return server.error();
    made->server_ = std::move(*server);
    made->world_.base_url = "http://127.0.0.1:" + std::to_string(made->server_->port());
    made->build(config);
    made->is_ready_ = true;
    return made;
}

Simulator::~Simulator() {
    if (server_) server_->stop(std::chrono::milliseconds{500});
}

void Simulator::build(Config const& config) {
    deliverer_ = std::make_unique<Deliverer>(world_, server_->executor(), config.deliveries);
    client_ = std::make_unique<http::Client>(server_->executor(), http::ClientConfig{});
    control_ = std::make_unique<Control>(Control{world_, *deliverer_, *client_, config.control});
    api::add_routes(router_, world_);
    api::add_oauth_routes(router_, world_);
    control::add_chat_routes(router_, *control_);
    control::add_reading_routes(router_, *control_);
    control::add_org_routes(router_, *control_);
    control::add_machine_routes(router_, *control_);
    control::add_group_routes(router_, *control_);
    control::add_corp_tag_routes(router_, *control_);
    control::add_load_routes(router_, *control_);
    if (!files_) return;
    auto const page = [this](http::Request& request) -> asio::awaitable<http::Response> {
        auto response = files_->respond("index.html", request.headers);
        response.headers.set("Content-Security-Policy", page_policy);
        co_return response;
    };
    router_.add(http::Method::get, "/", page);
    router_.add(http::Method::get, "/assets/{file...}", files_->handler());
}

asio::awaitable<http::Response> Simulator::handle(http::Request& request) {
    // The listener takes connections a moment before the routes are complete.
    if (!is_ready_) co_return http::Response::text(503, "starting");
    co_return co_await router_.handle(request);
}

}  // namespace wescrm::simulator
