#pragma once
#include "body_reader.hpp"
#include "request_head.hpp"

#include <wescrm/http/message.hpp>
#include <wescrm/http/server.hpp>

#include <string_view>

namespace wescrm::http {

/// Bytes in, one checked request out: head, framing guard, target, body. A function of the bytes alone, without I/O and
/// clock; how the bytes are cut into pieces does not change the result.
class RequestReader {
public:
    enum class State { head, body, complete, refused };

    /// `limits` outlive the reader.
    explicit RequestReader(Limits const& limits) noexcept : limits_{&limits}, scanner_{limits} {}

    /// Takes bytes from the front of `input` and returns how many. While the head is incomplete nothing is taken:
    /// call again with the same bytes and more behind them. After `complete` the rest belongs to the next request.
    std::size_t put(std::string_view input);

    [[nodiscard]] State state() const noexcept { return state_; }
    [[nodiscard]] int status() const noexcept { return status_; }  ///< how to answer what was refused
    [[nodiscard]] bool keep_alive() const noexcept { return head_.keep_alive; }
    [[nodiscard]] bool is_http10() const noexcept { return head_.version == 10; }
    [[nodiscard]] bool expects_continue() const noexcept { return head_.expects_continue; }
    [[nodiscard]] bool is_upload() const noexcept { return is_upload_; }
    /// Complete when state() is; the answer to a HEAD request that was refused has no body either.
    [[nodiscard]] Request& request() noexcept { return request_; }

private:
    [[nodiscard]] int take_head(std::string_view bytes);
    [[nodiscard]] int take_method();
    [[nodiscard]] std::size_t body_limit();
    void refuse(int status) noexcept;
    void follow_body() noexcept;

    Limits const* limits_;
    HeadScanner scanner_;
    BodyReader body_;
    Head head_;
    Request request_;
    State state_ = State::head;
    int status_ = 0;
    bool is_upload_ = false;
};

}  // namespace wescrm::http
