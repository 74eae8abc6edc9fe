#pragma once
#include <wescrm/http/message.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace wescrm::http {

/// The limits of one listener; all of them are configuration keys under `http.`.
struct Limits {
    std::size_t connections = 8'192;
    std::size_t connections_per_address = 64;  ///< 0: unlimited (loopback listeners of tests and benchmarks)
    std::size_t requests_per_connection = 1'000;
    std::size_t header_bytes = 8 * 1024;
    std::size_t header_fields = 64;
    std::size_t request_line_bytes = 4 * 1024;
    std::size_t body_bytes = 1024 * 1024;
    std::size_t callback_body_bytes = 64 * 1024;  ///< for paths below /wecom/
    std::size_t in_flight = 1'024;                ///< beyond: 503 with Retry-After
    std::chrono::milliseconds tls_handshake{5'000};
    std::chrono::milliseconds header_time{3'000};
    std::chrono::milliseconds body_time{4'000};
    std::chrono::milliseconds write_time{10'000};
    std::chrono::milliseconds idle_time{30'000};
    std::vector<std::string> upload_prefixes;  ///< paths that begin so take uploads, with the next two limits
    std::size_t upload_body_bytes = 20 * 1024 * 1024;
    std::chrono::milliseconds upload_time{30'000};
};

struct ServerConfig {
    std::string listen = "127.0.0.1:8080";  ///< address:port, [v6]:port; port 0: chosen by the system
    std::string tls_certificate;            ///< PEM files; both empty: plain HTTP
    std::string tls_key;
    std::vector<std::string> trusted_proxies;  ///< addresses whose X-Forwarded-For counts
    std::size_t threads = 1;                   ///< I/O threads of this listener, one io_context each
    Limits limits;
};

/// Accepts connections and hands checked requests to one handler. What Beast would let through and a proxy might read
/// differently (request smuggling) is refused before the handler sees it.
///
/// The handler runs on the I/O thread of its connection and must not block it. Destroy the Server after every pool that
/// a handler may wait for: what such a pool still finishes resumes on the Server's event loops (stop() first, the pools
/// next).
class Server {
public:
    /// Binds and listens. unavailable "listen" if the address is taken, invalid_input if it is no address or the
    /// certificate cannot be read.
    [[nodiscard]] static Result<std::unique_ptr<Server>> start(ServerConfig config, Handler handler);
    ~Server();

    [[nodiscard]] std::uint16_t port() const noexcept;
    /// The executor of the first I/O thread, for work that belongs to the listener.
    [[nodiscard]] asio::any_io_executor executor() const noexcept;
    /// Stops accepting, answers what is in flight with "Connection: close", waits at most `limit`, then closes the
    /// rest and cancels its handlers. Blocks; not from a handler.
    void stop(std::chrono::milliseconds limit);

private:
    class Impl;
    explicit Server(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace wescrm::http
