#pragma once
#include "address.hpp"
#include "listener.hpp"
#include "request_reader.hpp"
#include "response_head.hpp"
#include "transport.hpp"

#include <boost/asio/cancellation_signal.hpp>

#include <chrono>
#include <memory>
#include <string>

namespace wescrm::http {

/// One accepted connection: reads requests one after another, has them answered, writes the answers in order.
/// Everything runs on the thread of its worker, which calls expire() when the deadline of the present step has passed.
class Connection final : public std::enable_shared_from_this<Connection> {
public:
    using TimePoint = std::chrono::steady_clock::time_point;

    /// `peer` has been entered in the listener; the connection leaves when it ends.
    Connection(Listener& listener, Worker& worker, std::unique_ptr<Transport> transport, Address const& peer);
    ~Connection();
    Connection(Connection const&) = delete;
    Connection& operator=(Connection const&) = delete;

    void start();
    [[nodiscard]] TimePoint deadline() const noexcept { return deadline_; }
    void expire() noexcept;
    void drain() noexcept;  ///< the server stops: closes if it waits for a request or streams
    void end() noexcept;    ///< closes now and cancels the handler

    std::size_t slot = 0;  ///< its place in the worker's list

private:
    enum class Phase { idle, reading, handling, writing, closing };
    enum class Got { request, refusal, nothing };
    class StreamWriter;

    asio::awaitable<void> run();
    asio::awaitable<void> serve();
    asio::awaitable<Got> read_request(RequestReader& reader, int& status);
    asio::awaitable<bool> read_more();
    asio::awaitable<bool> answer(RequestReader& reader, bool may_keep);
    asio::awaitable<void> refuse(RequestReader& reader, int status);
    asio::awaitable<Response> handle(Request& request);
    asio::awaitable<bool> send(Response const& response, AnswerFrame const& frame, bool with_body);
    asio::awaitable<bool> write(std::string_view first, std::string_view second);
    asio::awaitable<void> stream(Response const& response);
    asio::awaitable<void> watch_peer();
    asio::awaitable<void> finish();

    void enter(Phase phase, std::chrono::milliseconds limit) noexcept;
    void enter_waiting(Phase phase) noexcept;  ///< without a deadline
    [[nodiscard]] bool should_leave() noexcept;
    void complete(Request& request);

    Listener& listener_;
    Limits const& limits_;
    Worker& worker_;
    std::unique_ptr<Transport> transport_;
    Address const peer_;
    std::string const peer_text_;
    bool const is_proxied_;
    asio::cancellation_signal cancel_;
    Phase phase_ = Phase::closing;
    TimePoint deadline_ = TimePoint::max();
    bool is_expired_ = false;
    bool is_ended_ = false;
    bool is_streaming_ = false;
    bool is_broken_ = false;  // a write failed: nobody reads a farewell
    std::string input_;       // bytes begin_ … end_ are not read yet
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::string output_;
};

}  // namespace wescrm::http
