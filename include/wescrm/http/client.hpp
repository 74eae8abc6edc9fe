#pragma once
#include <wescrm/http/message.hpp>

#include <chrono>
#include <memory>
#include <string>

namespace wescrm::http {

struct ClientConfig {
    std::chrono::milliseconds resolve_time{2'000};
    std::chrono::milliseconds connect_time{3'000};
    std::chrono::milliseconds tls_time{3'000};
    std::chrono::milliseconds call_time{10'000};  ///< the whole call
    std::chrono::milliseconds idle_time{15'000};  ///< a kept connection older than this is not used again
    std::size_t connections_per_host = 64;        ///< further calls wait for one
    std::size_t answer_bytes = 4 * 1024 * 1024;
    std::string ca_file{};  ///< PEM; empty: the system's
};

struct ClientRequest {
    Method method = Method::get;
    std::string url{};  ///< http:// or https://
    Fields headers{};
    std::string body{};
    std::chrono::milliseconds time_limit{0};  ///< 0: the configuration's call_time
    bool public_only = false;                 ///< refuse hosts with a private, local or special address (forbidden)
};

struct ClientResponse {
    int status = 0;
    Fields headers{};
    std::string body{};
};

/// Keep-alive HTTP/1.1 client: TLS 1.2+ with verified names, no redirects, nothing repeated by itself (only a
/// connection that turns out closed before the first byte was written is replaced). Safe from any thread: calls run on
/// its executor, whose context outlives the Client. An error's `message` names the step ("connect: …"), never the URL.
class Client {
public:
    /// Throws boost::system::system_error if `ca_file` cannot be read. Reading the system's authorities takes some 20
    /// ms: make one Client and share it.
    Client(asio::any_io_executor executor, ClientConfig config);
    ~Client();

    /// `reason` of a failure says how far it came, because only the caller knows whether repeating does harm:
    /// "not_sent" (nothing of the request left: repeat at will) or "unknown" (it may have been processed).
    Async<ClientResponse> send(ClientRequest request);

private:
    class Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace wescrm::http
