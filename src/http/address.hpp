#pragma once
#include <wescrm/base/result.hpp>
#include <wescrm/http/message.hpp>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace wescrm::http {

using Address = asio::ip::address;

/// "127.0.0.1:8080", "[::1]:8080". invalid_input "listen" otherwise.
[[nodiscard]] Result<asio::ip::tcp::endpoint> parse_listen(std::string_view text);

/// IPv4 in IPv6 clothes (::ffff:a.b.c.d) becomes plain IPv4.
[[nodiscard]] Address plain(Address const& address);

/// Reachable from anywhere: not loopback, private, link-local, shared, documentation, multicast, or a way into one of
/// those.
[[nodiscard]] bool is_public(Address const& address);

/// Peers whose forwarding fields are believed.
class TrustedProxies {
public:
    /// Addresses and prefixes ("10.0.0.0/8"). invalid_input "trusted_proxies" otherwise.
    [[nodiscard]] static Result<TrustedProxies> parse(std::vector<std::string> const& list);

    [[nodiscard]] bool contains(Address const& address) const;
    /// The client behind `peer`: from right to left through X-Forwarded-For, the first address that is no trusted
    /// proxy.
    [[nodiscard]] std::string client_of(Address const& peer, Fields const& headers) const;

private:
    struct Prefix {
        Address address;
        unsigned bits = 0;
    };
    std::vector<Prefix> prefixes_;
};

}  // namespace wescrm::http
