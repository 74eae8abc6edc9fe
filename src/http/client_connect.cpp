#include "client_connect.hpp"

#include "address.hpp"

#include <wescrm/async/timeout.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <optional>
#include <vector>

namespace wescrm::http {
namespace {

using asio::ip::tcp;
using Endpoints = std::vector<tcp::endpoint>;

Error failed(std::string step, boost::system::error_code error) {
    return Error{Errc::unavailable, "not_sent", std::move(step) + ": " + error.message()};
}

Error too_slow(std::string step) { return Error{Errc::timed_out, "not_sent", std::move(step) + ": timed out"}; }

/// A look-up outlives the call that gave up waiting for it: getaddrinfo cannot be interrupted.
struct LookUp {
    explicit LookUp(asio::any_io_executor const& executor) : resolver{executor}, done{executor} {}
    tcp::resolver resolver;
    asio::steady_timer done;
    std::optional<boost::system::error_code> error;
    Endpoints endpoints;
};

Async<Endpoints> resolve(Url const& url, std::chrono::milliseconds limit) {
    auto const executor = co_await asio::this_coro::executor;
    auto const lookup = std::make_shared<LookUp>(executor);
    lookup->done.expires_after(limit);
    lookup->resolver.async_resolve(url.host, url.port,
                                   [lookup](boost::system::error_code error, tcp::resolver::results_type const& found) {
                                       lookup->error = error;
                                       for (auto const& entry : found) lookup->endpoints.push_back(entry.endpoint());
                                       lookup->done.cancel();
                                   });
    co_await lookup->done.async_wait(asio::as_tuple(asio::use_awaitable));
    if (!lookup->error) co_return too_slow("resolve");
    if (*lookup->error) co_return failed("resolve", *lookup->error);
    co_return std::move(lookup->endpoints);
}

Async<tcp::socket> connect(Endpoints const& endpoints) {
    auto socket = tcp::socket{co_await asio::this_coro::executor};
    auto const [error, endpoint] = co_await asio::async_connect(socket, endpoints, asio::as_tuple(asio::use_awaitable));
    if (error) co_return failed("connect", error);
    auto ignored = boost::system::error_code{};
    socket.set_option(tcp::no_delay{true}, ignored);
    co_return std::move(socket);
}

Async<bool> shake_hands(Transport& transport) {
    auto const error = co_await transport.handshake();
    if (error) co_return failed("tls", error);
    co_return true;
}

/// The error of a step that ran under a time limit: with_timeout knows no step names.
Error name_step(Error error, std::string step) {
    if (error.code == Errc::timed_out && error.reason.empty()) return too_slow(std::move(step));
    return error;
}

}  // namespace

Async<std::unique_ptr<Transport>> open_connection(Url const& url, ClientConfig const& config, asio::ssl::context& tls,
                                                  bool public_only) {
    auto endpoints = co_await resolve(url, config.resolve_time);
    if (!endpoints) co_return endpoints.error();
    // All of them: a name with one private address among public ones is a trap.
    auto const is_private = [](tcp::endpoint const& endpoint) { return !is_public(endpoint.address()); };
    if (public_only && std::any_of(endpoints->begin(), endpoints->end(), is_private)) {
        co_return Error{Errc::forbidden, "not_sent", "resolve: not a public address"};
    }
    auto socket = co_await async::with_timeout(connect(*endpoints), config.connect_time);
    if (!socket) co_return name_step(socket.error(), "connect");
    if (!url.is_tls) co_return make_plain(std::move(*socket));
    auto transport = make_tls_client(std::move(*socket), tls, url.host);
    auto const greeted = co_await async::with_timeout(shake_hands(*transport), config.tls_time);
    if (!greeted) co_return name_step(greeted.error(), "tls");
    co_return std::move(transport);
}

}  // namespace wescrm::http
