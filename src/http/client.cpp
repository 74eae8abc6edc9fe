#include "client_connect.hpp"
#include "client_message.hpp"
#include "client_pool.hpp"
#include "transport.hpp"

#include <wescrm/async/timeout.hpp>
#include <wescrm/http/client.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <array>

namespace wescrm::http {
namespace {

asio::ssl::context make_tls(ClientConfig const& config) {
    auto context = asio::ssl::context{asio::ssl::context::tls_client};
    SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
    if (config.ca_file.empty()) {
        context.set_default_verify_paths();
    } else {
        context.load_verify_file(config.ca_file);
    }
    context.set_verify_mode(asio::ssl::verify_peer);
    return context;
}

/// How far a call came; outlives the coroutine that a time limit ends.
struct Progress {
    bool is_sent = false;  // at least a byte of the request may have left
};

}  // namespace

class Client::Impl {
public:
    Impl(asio::any_io_executor const& executor, ClientConfig config)
        : strand_{asio::make_strand(executor)}, config_{std::move(config)}, tls_{make_tls(config_)}, pool_{config_} {}

    static Async<ClientResponse> send(std::shared_ptr<Impl> self, ClientRequest request) {
        auto call = asio::co_spawn(self->strand_, self->call(std::move(request)), asio::use_awaitable);
        co_return co_await std::move(call);
    }

private:
    Async<ClientResponse> call(ClientRequest request);
    Async<ClientResponse> perform(ClientRequest const& request, Url const& url, Progress& progress);
    static Async<bool> write(Transport& transport, Url const& url, std::string_view head, std::string_view body,
                             Progress& progress);
    Async<bool> read(Transport& transport, ResponseReader& reader);

    asio::any_io_executor const strand_;
    ClientConfig const config_;
    asio::ssl::context tls_;
    ClientPool pool_;
};

Async<ClientResponse> Client::Impl::call(ClientRequest request) {
    auto const url = parse_url(request.url);
    if (!url) co_return url.error();
    auto const limit = request.time_limit.count() > 0 ? request.time_limit : config_.call_time;
    auto progress = Progress{};
    auto error = Error{};
    try {
        auto result = co_await async::with_timeout(perform(request, *url, progress), limit);
        if (result || result.error().code == Errc::invalid_input) co_return result;
        error = result.error();
    } catch (boost::system::system_error const& e) {
        error.message = e.code().message();  // cancelled by the caller
    }
    error.reason = progress.is_sent ? "unknown" : "not_sent";
    if (error.message.empty()) error.message = "call: timed out";
    co_return error;
}

Async<ClientResponse> Client::Impl::perform(ClientRequest const& request, Url const& url, Progress& progress) {
    auto const head = request_head(request, url);
    if (!head) co_return head.error();
    auto const key = url.key();
    auto const place = co_await pool_.take_place(key);
    for (;;) {
        auto transport = pool_.take_idle(key);
        auto const is_kept = transport != nullptr;
        if (!transport) {
            auto opened = co_await open_connection(url, config_, tls_, request.public_only);
            if (!opened) co_return opened.error();
            transport = std::move(*opened);
        }
        auto const written = co_await write(*transport, url, *head, request.body, progress);
        if (!written && is_kept && !progress.is_sent) continue;  // closed while it was idle: take another
        // Who refuses a body may answer and close before it has read all of it: look for that answer in any case.
        auto reader = ResponseReader{config_.answer_bytes, request.method == Method::head};
        auto const got = co_await read(*transport, reader);
        if (!got) co_return written ? got.error() : written.error();
        if (written && reader.may_keep()) pool_.keep(key, std::move(transport));
        co_return reader.take();
    }
}

Async<bool> Client::Impl::write(Transport& transport, Url const& url, std::string_view head, std::string_view body,
                                Progress& progress) {
    auto is_first = true;
    while (!head.empty() || !body.empty()) {
        progress.is_sent = true;
        auto const buffers = Transport::Buffers{asio::buffer(head), asio::buffer(body)};
        auto const sent = co_await transport.write(buffers);
        if (sent.error) {
            // A plain socket that refused the first write took nothing; a TLS record may have left in part.
            if (is_first && !url.is_tls) progress.is_sent = false;
            co_return Error{Errc::unavailable, "", "write: " + sent.error.message()};
        }
        is_first = false;
        auto const of_head = std::min(sent.bytes, head.size());
        head.remove_prefix(of_head);
        body.remove_prefix(sent.bytes - of_head);
    }
    co_return true;
}

Async<bool> Client::Impl::read(Transport& transport, ResponseReader& reader) {
    auto buffer = std::string(16 * 1024, '\0');
    while (!reader.is_complete()) {
        auto const got = co_await transport.read(asio::buffer(buffer));
        if (got.bytes > 0 && !reader.put(std::string_view{buffer}.substr(0, got.bytes))) {
            co_return Error{Errc::unavailable, "", reader.is_too_large() ? "answer: too large" : "answer: not HTTP"};
        }
        if (!got.error || reader.is_complete()) continue;
        if (got.error == asio::error::eof && reader.put_end()) break;
        co_return Error{Errc::unavailable, "", "read: " + got.error.message()};
    }
    co_return true;
}

Client::Client(asio::any_io_executor executor, ClientConfig config)
    : impl_{std::make_shared<Impl>(executor, std::move(config))} {}

Client::~Client() = default;

Async<ClientResponse> Client::send(ClientRequest request) { return Impl::send(impl_, std::move(request)); }

}  // namespace wescrm::http
