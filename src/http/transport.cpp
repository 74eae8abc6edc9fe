#include "transport.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <sys/socket.h>

#include <cerrno>

namespace wescrm::http {
namespace {

constexpr auto as_values = asio::as_tuple(asio::use_awaitable);

template <class Socket>
class SocketTransport : public Transport {
public:
    Transport::Waiting peek() noexcept override {
        auto byte = char{};
        auto const got = ::recv(lowest().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
        if (got > 0) return Transport::Waiting::bytes;
        auto const is_empty = got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
        return is_empty ? Transport::Waiting::nothing : Transport::Waiting::end;
    }
    void cancel() noexcept override {
        auto ignored = boost::system::error_code{};
        lowest().cancel(ignored);
    }
    void close() noexcept override {
        auto ignored = boost::system::error_code{};
        lowest().close(ignored);
    }

protected:
    virtual Socket& lowest() noexcept = 0;
};

template <class Socket>
class PlainTransport final : public SocketTransport<Socket> {
public:
    explicit PlainTransport(Socket socket) : socket_{std::move(socket)} {}

    asio::awaitable<boost::system::error_code> handshake() override { co_return boost::system::error_code{}; }
    asio::awaitable<Transport::Io> read(asio::mutable_buffer buffer) override {
        auto const [error, bytes] = co_await socket_.async_read_some(buffer, as_values);
        co_return Transport::Io{error, bytes};
    }
    asio::awaitable<Transport::Io> write(Transport::Buffers const& buffers) override {
        auto const [error, bytes] = co_await socket_.async_write_some(buffers, as_values);
        co_return Transport::Io{error, bytes};
    }
    asio::awaitable<void> finish() override {
        auto ignored = boost::system::error_code{};
        socket_.shutdown(asio::socket_base::shutdown_send, ignored);
        co_return;
    }

private:
    Socket& lowest() noexcept override { return socket_; }
    Socket socket_;
};

template <class Socket>
class TlsTransport final : public SocketTransport<Socket> {
public:
    using Stream = asio::ssl::stream<Socket>;
    TlsTransport(Socket socket, asio::ssl::context& context, asio::ssl::stream_base::handshake_type type)
        : stream_{std::move(socket), context}, type_{type} {}

    Stream& stream() noexcept { return stream_; }

    asio::awaitable<boost::system::error_code> handshake() override {
        auto const [error] = co_await stream_.async_handshake(type_, as_values);
        co_return error;
    }
    asio::awaitable<Transport::Io> read(asio::mutable_buffer buffer) override {
        auto const [error, bytes] = co_await stream_.async_read_some(buffer, as_values);
        co_return Transport::Io{error, bytes};
    }
    asio::awaitable<Transport::Io> write(Transport::Buffers const& buffers) override {
        auto const [error, bytes] = co_await stream_.async_write_some(buffers, as_values);
        co_return Transport::Io{error, bytes};
    }
    asio::awaitable<void> finish() override {
        co_await stream_.async_shutdown(as_values);
        auto ignored = boost::system::error_code{};
        stream_.next_layer().shutdown(asio::socket_base::shutdown_send, ignored);
    }

private:
    Socket& lowest() noexcept override { return stream_.next_layer(); }
    Stream stream_;
    asio::ssl::stream_base::handshake_type type_;
};

}  // namespace

std::unique_ptr<Transport> make_plain(ServerSocket socket) {
    return std::make_unique<PlainTransport<ServerSocket>>(std::move(socket));
}

std::unique_ptr<Transport> make_tls_server(ServerSocket socket, asio::ssl::context& context) {
    return std::make_unique<TlsTransport<ServerSocket>>(std::move(socket), context, asio::ssl::stream_base::server);
}

std::unique_ptr<Transport> make_plain(asio::ip::tcp::socket socket) {
    return std::make_unique<PlainTransport<asio::ip::tcp::socket>>(std::move(socket));
}

std::unique_ptr<Transport> make_tls_client(asio::ip::tcp::socket socket, asio::ssl::context& context,
                                           std::string const& host) {
    auto transport = std::make_unique<TlsTransport<asio::ip::tcp::socket>>(std::move(socket), context,
                                                                           asio::ssl::stream_base::client);
    auto& stream = transport->stream();
    auto is_address = boost::system::error_code{};
    static_cast<void>(asio::ip::make_address(host, is_address));
    if (is_address) SSL_set_tlsext_host_name(stream.native_handle(), host.c_str());  // SNI carries names only
    stream.set_verify_mode(asio::ssl::verify_peer);
    stream.set_verify_callback(asio::ssl::host_name_verification{host});
    return transport;
}

}  // namespace wescrm::http
