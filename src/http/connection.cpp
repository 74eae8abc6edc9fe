#include "connection.hpp"

#include "ascii.hpp"

#include <wescrm/base/log.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <exception>

namespace wescrm::http {
namespace {

constexpr auto first_input_bytes = std::size_t{4} * 1024;
constexpr auto most_input_bytes = std::size_t{16} * 1024;
constexpr auto small_body_bytes = std::size_t{8} * 1024;  // copied behind the head rather than written beside it
constexpr auto discarded_bytes = std::size_t{1024} * 1024;
constexpr auto closing_time = milliseconds{1'000};

std::string_view code_of(int status) noexcept {
    switch (status) {
        case 405:
            return "method_not_allowed";
        case 408:
            return "timed_out";
        case 413:
            return "too_large";
        case 414:
            return "target_too_long";
        case 417:
            return "expectation_failed";
        case 431:
            return "headers_too_large";
        case 501:
            return "method_unknown";
        case 505:
            return "version_unknown";
        default:
            return "bad_request";
    }
}

}  // namespace

/// What a streaming handler writes to.
class Connection::StreamWriter final : public Stream {
public:
    explicit StreamWriter(Connection& connection) : connection_{connection} {}
    asio::awaitable<bool> write(std::string piece) override {
        if (connection_.listener_.is_draining) co_return false;
        auto const is_written = co_await connection_.write(piece, {});
        connection_.enter_waiting(Phase::handling);
        co_return is_written;
    }

private:
    Connection& connection_;
};

Connection::Connection(Listener& listener, Worker& worker, std::unique_ptr<Transport> transport, Address const& peer)
    : listener_{listener},
      limits_{listener.config.limits},
      worker_{worker},
      transport_{std::move(transport)},
      peer_{peer},
      peer_text_{peer.to_string()},
      is_proxied_{listener.proxies.contains(peer)} {}

Connection::~Connection() {
    worker_.remove(*this);
    listener_.leave(peer_);
}

void Connection::start() {
    worker_.add(*this);
    asio::co_spawn(worker_.io, run(),
                   asio::bind_cancellation_slot(cancel_.slot(), [self = shared_from_this()](std::exception_ptr thrown) {
                       if (!thrown || self->is_ended_) return;
                       log::error("http_connection_failed", {{"peer", self->peer_text_}});
                   }));
}

void Connection::expire() noexcept {
    is_expired_ = true;
    deadline_ = TimePoint::max();
    transport_->cancel();
}

void Connection::drain() noexcept {
    if (is_streaming_ || (phase_ == Phase::idle && should_leave())) expire();
}

void Connection::end() noexcept {
    is_ended_ = true;
    transport_->close();
    cancel_.emit(asio::cancellation_type::terminal);
}

void Connection::enter(Phase phase, std::chrono::milliseconds limit) noexcept {
    phase_ = phase;
    is_expired_ = false;
    deadline_ = std::chrono::steady_clock::now() + limit;
}

void Connection::enter_waiting(Phase phase) noexcept {
    phase_ = phase;
    deadline_ = TimePoint::max();
}

/// The server stops and this client has asked for nothing, as far as the kernel knows.
bool Connection::should_leave() noexcept {
    return listener_.is_draining && begin_ == end_ && transport_->peek() != Transport::Waiting::bytes;
}

asio::awaitable<void> Connection::run() {
    auto const self = shared_from_this();
    enter(Phase::closing, limits_.tls_handshake);
    if (co_await transport_->handshake()) co_return;
    co_await serve();
}

asio::awaitable<void> Connection::serve() {
    for (auto served = std::size_t{1};; ++served) {
        auto reader = RequestReader{limits_};
        auto status = 0;
        auto const got = co_await read_request(reader, status);
        if (got == Got::nothing) co_return transport_->close();
        if (got == Got::refusal) {
            co_await refuse(reader, status);
            break;
        }
        if (!co_await answer(reader, served < limits_.requests_per_connection)) break;
    }
    if (is_broken_) co_return transport_->close();
    co_await finish();
}

asio::awaitable<Connection::Got> Connection::read_request(RequestReader& reader, int& status) {
    using State = RequestReader::State;
    if (should_leave()) co_return Got::nothing;
    if (begin_ == end_) {
        enter(Phase::idle, limits_.idle_time);
    } else {
        enter(Phase::reading, limits_.header_time);
    }
    for (;;) {
        auto const before = reader.state();
        if (begin_ < end_) begin_ += reader.put(std::string_view{input_}.substr(begin_, end_ - begin_));
        if (reader.state() == State::complete) co_return Got::request;
        if (reader.state() == State::refused) {
            status = reader.status();
            co_return Got::refusal;
        }
        if (before == State::head && reader.state() == State::body) {
            auto const is_awaited = reader.expects_continue() && begin_ == end_;
            if (is_awaited && !co_await write("HTTP/1.1 100 Continue\r\n\r\n", {})) co_return Got::nothing;
            enter(Phase::reading, reader.is_upload() ? limits_.upload_time : limits_.body_time);
        }
        if (!co_await read_more()) {
            if (!is_expired_ || phase_ != Phase::reading) co_return Got::nothing;
            status = 408;
            co_return Got::refusal;
        }
        if (phase_ == Phase::idle) enter(Phase::reading, limits_.header_time);
    }
}

asio::awaitable<bool> Connection::read_more() {
    if (begin_ == end_) begin_ = end_ = 0;
    if (end_ == input_.size()) {
        if (begin_ > 0) {
            input_.erase(0, begin_);
            end_ -= begin_;
            begin_ = 0;
            input_.resize(input_.capacity());
        } else {
            auto const most = std::max(most_input_bytes, limits_.header_bytes + 1);
            input_.resize(std::min(most, std::max(first_input_bytes, input_.size() * 2)));
        }
    }
    if (is_expired_) co_return false;
    auto const got = co_await transport_->read(asio::buffer(input_.data() + end_, input_.size() - end_));
    end_ += got.bytes;
    co_return !got.error;
}

void Connection::complete(Request& request) {
    request.id = listener_.next_request_id();
    request.remote_address = is_proxied_ ? listener_.proxies.client_of(peer_, request.headers) : peer_text_;
    request.is_tls = listener_.tls.has_value();
    if (!is_proxied_) return;
    auto const scheme = request.headers.find("X-Forwarded-Proto");
    request.is_tls = request.is_tls || (scheme && ascii::equal_without_case(*scheme, "https"));
}

asio::awaitable<bool> Connection::answer(RequestReader& reader, bool may_keep) {
    auto& request = reader.request();
    complete(request);
    enter_waiting(Phase::handling);
    auto const response = co_await handle(request);
    auto frame = AnswerFrame{};
    frame.is_http10 = reader.is_http10();
    frame.keep_alive = may_keep && reader.keep_alive() && !listener_.is_draining && !response.stream;
    frame.request_id = request.id;
    auto const with_body = request.method != Method::head && has_body(response.status);
    auto const is_sent = co_await send(response, frame, with_body);
    if (is_sent && response.stream && with_body) co_await stream(response);
    co_return is_sent&& frame.keep_alive;
}

asio::awaitable<void> Connection::refuse(RequestReader& reader, int status) {
    log::debug("http_request_refused", {{"status", status}, {"peer", peer_text_}});
    auto response = problem(status, code_of(status), "");
    if (status == 405) response.headers.set("Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
    auto frame = AnswerFrame{};
    frame.keep_alive = false;
    co_await send(response, frame, reader.request().method != Method::head);
}

namespace {

class InFlight {
public:
    explicit InFlight(std::atomic<std::size_t>& count) : count_{count}, before_{count.fetch_add(1)} {}
    ~InFlight() { count_.fetch_sub(1); }
    InFlight(InFlight const&) = delete;
    InFlight& operator=(InFlight const&) = delete;
    [[nodiscard]] std::size_t before() const noexcept { return before_; }

private:
    std::atomic<std::size_t>& count_;
    std::size_t before_;
};

std::string text_of(std::exception_ptr const& thrown) {
    try {
        std::rethrow_exception(thrown);
    } catch (std::exception const& e) {
        return e.what();
    } catch (...) {
        return "unknown exception";
    }
}

}  // namespace

asio::awaitable<Response> Connection::handle(Request& request) {
    auto const in_flight = InFlight{listener_.in_flight};
    if (in_flight.before() >= limits_.in_flight) co_return problem(503, "overloaded", "");
    auto thrown = std::exception_ptr{};
    try {
        co_return co_await listener_.handler(request);
    } catch (...) {
        thrown = std::current_exception();
    }
    if (is_ended_) std::rethrow_exception(thrown);
    log::error("http_request_failed", {{"request", request.id},
                                       {"method", name_of(request.method)},
                                       {"path", request.path},
                                       {"error", text_of(thrown)}});
    co_return problem(500, "internal", "");
}

asio::awaitable<bool> Connection::send(Response const& response, AnswerFrame const& frame, bool with_body) {
    output_.clear();
    auto dated = frame;
    dated.date = worker_.date();
    append_head(output_, response, dated);
    if (!with_body || response.stream) co_return co_await write(output_, {});
    if (response.body.size() > small_body_bytes) co_return co_await write(output_, response.body);
    output_ += response.body;
    co_return co_await write(output_, {});
}

/// False if the peer left or took nothing for the time limit.
asio::awaitable<bool> Connection::write(std::string_view first, std::string_view second) {
    while (!first.empty() || !second.empty()) {
        enter(Phase::writing, limits_.write_time);
        auto const buffers = Transport::Buffers{asio::buffer(first), asio::buffer(second)};
        auto const sent = co_await transport_->write(buffers);
        is_broken_ = is_broken_ || sent.error;
        if (is_broken_) co_return false;
        auto const of_first = std::min(sent.bytes, first.size());
        first.remove_prefix(of_first);
        second.remove_prefix(sent.bytes - of_first);
    }
    co_return true;
}

asio::awaitable<void> Connection::stream(Response const& response) {
    auto const executor = co_await asio::this_coro::executor;
    auto writer = StreamWriter{*this};
    enter_waiting(Phase::handling);
    is_streaming_ = true;
    auto const [order, thrown, unused] = co_await asio::experimental::make_parallel_group(
                                             asio::co_spawn(executor, response.stream(writer), asio::deferred),
                                             asio::co_spawn(executor, watch_peer(), asio::deferred))
                                             .async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
    is_streaming_ = false;
    auto const ended_by_itself = order[0] == 0;
    if (thrown && ended_by_itself) log::error("http_stream_failed", {{"error", text_of(thrown)}});
}

/// Returns when the client of a stream has gone; what it sends is not read as requests.
asio::awaitable<void> Connection::watch_peer() {
    auto ignored = std::array<char, 512>{};
    auto error = boost::system::error_code{};
    while (!error && !listener_.is_draining) {
        auto const got = co_await transport_->read(asio::buffer(ignored));
        error = got.error;
    }
}

/// Closes so that the peer reads the answer: says that nothing more comes, then takes (and drops) a bounded amount of
/// what is still on its way, because closing with unread bytes would reset the connection.
asio::awaitable<void> Connection::finish() {
    enter(Phase::closing, closing_time);
    co_await transport_->finish();
    input_.resize(most_input_bytes);
    for (auto dropped = std::size_t{0}; dropped < discarded_bytes && !is_expired_;) {
        auto const got = co_await transport_->read(asio::buffer(input_));
        if (got.error) break;
        dropped += got.bytes;
    }
    transport_->close();
}

}  // namespace wescrm::http
