#pragma once
#include <wescrm/http/client.hpp>

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace wescrm::http {

struct Url {
    bool is_tls = false;
    std::string host;  ///< a name or an address, without brackets
    std::string port;
    std::string authority;  ///< as the Host field shows it
    std::string target;

    /// Connections with the same key may serve the same calls.
    [[nodiscard]] std::string key() const { return (is_tls ? "s:" : "p:") + host + ":" + port; }
};

/// invalid_input "url": not http or https, no host, user info in it.
[[nodiscard]] Result<Url> parse_url(std::string const& text);

/// The bytes of the request's head. invalid_input "header" if a field carries control characters.
[[nodiscard]] Result<std::string> request_head(ClientRequest const& request, Url const& url);

/// Bytes in, one answer out; interim (1xx) answers are skipped. No I/O.
class ResponseReader {
public:
    ResponseReader(std::size_t answer_bytes, bool is_head);

    /// False: this is no HTTP, or more than allowed (is_too_large()).
    [[nodiscard]] bool put(std::string_view bytes);
    /// The peer closed. True if that completed the answer.
    [[nodiscard]] bool put_end();
    [[nodiscard]] bool is_complete() const { return is_complete_; }
    [[nodiscard]] bool is_too_large() const { return is_too_large_; }
    [[nodiscard]] bool may_keep() const { return may_keep_; }  ///< the connection can serve another call
    [[nodiscard]] ClientResponse take();

private:
    using Parser = boost::beast::http::response_parser<boost::beast::http::string_body>;
    void restart();

    std::size_t const answer_bytes_;
    bool const is_head_;
    std::optional<Parser> parser_;
    std::string pending_;  // what the parser could not take yet
    bool is_complete_ = false;
    bool is_too_large_ = false;
    bool may_keep_ = false;
};

}  // namespace wescrm::http
