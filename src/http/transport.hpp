#pragma once
#include <wescrm/async/async.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <array>
#include <memory>
#include <string>

namespace boost::asio::ssl {
class context;
}

namespace wescrm::http {

/// One connection, plain or TLS: the only thing that the code above sees of sockets. Used on the socket's executor.
class Transport {
public:
    struct Io {
        boost::system::error_code error;
        std::size_t bytes = 0;
    };
    using Buffers = std::array<asio::const_buffer, 2>;

    virtual ~Transport() = default;
    virtual asio::awaitable<boost::system::error_code> handshake() = 0;  ///< of TLS; plain: nothing
    virtual asio::awaitable<Io> read(asio::mutable_buffer buffer) = 0;
    virtual asio::awaitable<Io> write(Buffers const& buffers) = 0;  ///< some of it
    /// Tells the peer that nothing more comes.
    virtual asio::awaitable<void> finish() = 0;
    enum class Waiting { nothing, bytes, end };
    /// What the kernel holds for us, without waiting.
    [[nodiscard]] virtual Waiting peek() noexcept = 0;
    virtual void cancel() noexcept = 0;  ///< what is pending ends with operation_aborted
    virtual void close() noexcept = 0;
};

using ServerSocket = asio::basic_stream_socket<asio::ip::tcp, asio::io_context::executor_type>;

[[nodiscard]] std::unique_ptr<Transport> make_plain(ServerSocket socket);
[[nodiscard]] std::unique_ptr<Transport> make_tls_server(ServerSocket socket, asio::ssl::context& context);
[[nodiscard]] std::unique_ptr<Transport> make_plain(asio::ip::tcp::socket socket);
/// Names `host` to the peer (SNI) and verifies its certificate against it.
[[nodiscard]] std::unique_ptr<Transport> make_tls_client(asio::ip::tcp::socket socket, asio::ssl::context& context,
                                                         std::string const& host);

}  // namespace wescrm::http
