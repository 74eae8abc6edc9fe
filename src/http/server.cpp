#include "connection.hpp"
#include "listener.hpp"

#include <wescrm/base/log.hpp>
#include <wescrm/http/server.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

namespace wescrm::http {
namespace {

using Acceptor = asio::basic_socket_acceptor<asio::ip::tcp, asio::io_context::executor_type>;

Result<std::optional<asio::ssl::context>> load_tls(ServerConfig const& config) {
    if (config.tls_certificate.empty() && config.tls_key.empty()) return std::optional<asio::ssl::context>{};
    auto context = asio::ssl::context{asio::ssl::context::tls_server};
    SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
    SSL_CTX_set_mode(context.native_handle(), SSL_MODE_RELEASE_BUFFERS);
    auto error = boost::system::error_code{};
    context.use_certificate_chain_file(config.tls_certificate, error);
    if (error) return Error{Errc::invalid_input, "tls_certificate", "证书文件无法读取"};
    context.use_private_key_file(config.tls_key, asio::ssl::context::pem, error);
    if (error) return Error{Errc::invalid_input, "tls_key", "私钥文件无法读取，或与证书不符"};
    return std::optional{std::move(context)};
}

}  // namespace

class Server::Impl {
public:
    Impl(ServerConfig config, Handler handler, TrustedProxies proxies)
        : listener{std::move(config), std::move(handler), std::move(proxies)} {
        for (auto i = std::size_t{0}; i < std::max<std::size_t>(1, listener.config.threads); ++i) {
            workers.push_back(std::make_unique<Worker>(listener.config.limits));
        }
        acceptor.emplace(workers.front()->io);
    }

    Result<void> listen(asio::ip::tcp::endpoint const& endpoint);
    void start();
    void stop(std::chrono::milliseconds limit);

    Listener listener;
    std::vector<std::unique_ptr<Worker>> workers;
    std::optional<Acceptor> acceptor;
    std::uint16_t port = 0;

private:
    asio::awaitable<void> accept();
    void take(ServerSocket socket, Worker& worker);

    bool is_stopped_ = false;
};

Result<void> Server::Impl::listen(asio::ip::tcp::endpoint const& endpoint) {
    auto error = boost::system::error_code{};
    acceptor->open(endpoint.protocol(), error);
    if (!error) acceptor->set_option(asio::socket_base::reuse_address{true}, error);
    if (!error) acceptor->bind(endpoint, error);
    if (!error) acceptor->listen(asio::socket_base::max_listen_connections, error);
    if (!error) port = acceptor->local_endpoint(error).port();
    if (error) return Error{Errc::unavailable, "listen", "无法监听 " + listener.config.listen + "：" + error.message()};
    return {};
}

void Server::Impl::start() {
    async::spawn(workers.front()->io.get_executor(), accept(), "http_accept");
    for (auto const& worker : workers) worker->start();
}

/// New connections go to the I/O threads in turn.
asio::awaitable<void> Server::Impl::accept() {
    for (auto next = std::size_t{0};; next = (next + 1) % workers.size()) {
        auto& worker = *workers[next];
        auto [error, socket] = co_await acceptor->async_accept(worker.io, asio::as_tuple(asio::use_awaitable));
        if (!acceptor->is_open()) co_return;
        if (!error) {
            take(std::move(socket), worker);
            continue;
        }
        if (error == asio::error::connection_aborted) continue;
        log::warning("http_accept_failed", {{"error", error.message()}});  // no file descriptors left, for example
        co_await async::sleep_for(milliseconds{100});
    }
}

void Server::Impl::take(ServerSocket socket, Worker& worker) {
    auto error = boost::system::error_code{};
    auto const peer = plain(socket.remote_endpoint(error).address());
    if (error || !listener.enter(peer)) return;
    socket.set_option(asio::ip::tcp::no_delay{true}, error);
    auto transport = listener.tls ? make_tls_server(std::move(socket), *listener.tls) : make_plain(std::move(socket));
    asio::post(worker.io, [this, &worker, peer, transport = std::move(transport)]() mutable {
        std::make_shared<Connection>(listener, worker, std::move(transport), peer)->start();
    });
}

void Server::Impl::stop(std::chrono::milliseconds limit) {
    if (is_stopped_) return;
    is_stopped_ = true;
    listener.is_draining = true;
    asio::post(workers.front()->io, [this] {
        auto ignored = boost::system::error_code{};
        acceptor->close(ignored);
    });
    for (auto const& worker : workers) worker->drain();
    if (!listener.wait_until_empty(limit)) {
        for (auto const& worker : workers) worker->end_all();
        listener.wait_until_empty(milliseconds{500});
    }
    for (auto const& worker : workers) worker->stop();
}

Server::Server(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}

Server::~Server() { impl_->stop(milliseconds{0}); }

Result<std::unique_ptr<Server>> Server::start(ServerConfig config, Handler handler) {
    auto const endpoint = parse_listen(config.listen);
    if (!endpoint) return endpoint.error();
    auto proxies = TrustedProxies::parse(config.trusted_proxies);
    if (!proxies) return proxies.error();
    auto tls = load_tls(config);
    if (!tls) return tls.error();
    auto impl = std::make_unique<Impl>(std::move(config), std::move(handler), std::move(*proxies));
    impl->listener.tls = std::move(*tls);
    if (auto const listening = impl->listen(*endpoint); !listening) return listening.error();
    impl->start();
    return std::unique_ptr<Server>{new Server{std::move(impl)}};
}

std::uint16_t Server::port() const noexcept { return impl_->port; }

asio::any_io_executor Server::executor() const noexcept { return impl_->workers.front()->io.get_executor(); }

void Server::stop(std::chrono::milliseconds limit) { impl_->stop(limit); }

}  // namespace wescrm::http
