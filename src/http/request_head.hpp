#pragma once
#include <wescrm/http/message.hpp>
#include <wescrm/http/server.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace wescrm::http {

/// Looks for the end of a request's head in bytes that arrive in pieces, and refuses at the first byte that shows that
/// they are no head: bare line feeds, folded lines, a request line that is none, more than the limits allow.
class HeadScanner {
public:
    explicit HeadScanner(Limits const& limits) noexcept : limits_{&limits} {}

    /// `bytes` begin with the request and only grow from call to call. The length of the head with its empty line;
    /// 0: not complete, or refused.
    [[nodiscard]] std::size_t scan(std::string_view bytes);
    [[nodiscard]] int refused() const noexcept { return refused_; }  ///< the status; 0: not refused

private:
    std::size_t refuse(int status) noexcept;
    [[nodiscard]] bool take_line(std::string_view line);

    Limits const* limits_;
    std::size_t scanned_ = 0;
    std::size_t line_start_ = 0;
    std::size_t lines_ = 0;
    int refused_ = 0;
};

/// What a head says, after the framing guard.
struct Head {
    std::string method;
    std::string target;
    int version = 11;  ///< 10 or 11
    Fields fields;
    bool keep_alive = false;
    bool is_chunked = false;
    std::uint64_t content_length = 0;
    bool expects_continue = false;
    std::string_view host;  ///< into `fields`
};

/// Parses a complete head with Beast and then refuses what Beast 1.81 lets through: other or repeated transfer codings,
/// repeated or listed lengths, both at once, HTTP/1.0 with chunks, no or several or odd Host fields, unknown
/// expectations. 0, or the status to answer with.
[[nodiscard]] int parse_head(std::string_view bytes, Head& head);

}  // namespace wescrm::http
