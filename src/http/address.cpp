#include "address.hpp"

#include "ascii.hpp"

#include <algorithm>
#include <charconv>

namespace wescrm::http {
namespace {

template <class Number>
bool parse_number(std::string_view text, Number& number) {
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size();
}

template <class Bytes>
bool share_prefix(Bytes const& a, Bytes const& b, unsigned bits) {
    auto const whole = bits / 8;
    if (!std::equal(a.begin(), a.begin() + whole, b.begin())) return false;
    if (bits % 8 == 0) return true;
    auto const shift = 8 - bits % 8;
    return a[whole] >> shift == b[whole] >> shift;
}

std::optional<Address> parse_address(std::string_view text) {
    auto error = boost::system::error_code{};
    auto const address = asio::ip::make_address(std::string{text}, error);
    if (error) return std::nullopt;
    return plain(address);
}

}  // namespace

Result<asio::ip::tcp::endpoint> parse_listen(std::string_view text) {
    auto const wrong = Error{Errc::invalid_input, "listen", "应为 地址:端口，例如 127.0.0.1:8080"};
    auto const colon = text.rfind(':');
    if (colon == std::string_view::npos) return wrong;
    auto host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    auto error = boost::system::error_code{};
    auto const address = asio::ip::make_address(std::string{host}, error);
    auto port = std::uint16_t{0};
    if (error || !parse_number(text.substr(colon + 1), port)) return wrong;
    return asio::ip::tcp::endpoint{address, port};
}

Address plain(Address const& address) {
    if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return address;
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
}

Result<TrustedProxies> TrustedProxies::parse(std::vector<std::string> const& list) {
    auto proxies = TrustedProxies{};
    for (auto const& entry : list) {
        auto const text = std::string_view{entry};
        auto const slash = std::min(text.find('/'), text.size());
        auto const address = parse_address(text.substr(0, slash));
        auto bits = address && address->is_v4() ? 32U : 128U;
        auto const most = bits;
        auto const has_bits = slash < text.size();
        if (!address || (has_bits && !parse_number(text.substr(slash + 1), bits)) || bits > most) {
            return Error{Errc::invalid_input, "trusted_proxies", "不是地址或网段：" + entry};
        }
        proxies.prefixes_.push_back({*address, bits});
    }
    return proxies;
}

bool is_public(Address const& address) {
    // https://www.iana.org/assignments/iana-ipv4-special-registry and iana-ipv6-special-registry
    static auto const special =
        TrustedProxies::parse({"0.0.0.0/8",     "10.0.0.0/8",      "100.64.0.0/10",  "127.0.0.0/8",    "169.254.0.0/16",
                               "172.16.0.0/12", "192.0.0.0/24",    "192.0.2.0/24",   "192.88.99.0/24", "192.168.0.0/16",
                               "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",    "::/96",
                               "64:ff9b::/96",  "64:ff9b:1::/48",  "100::/64",       "2001::/23",      "2001:db8::/32",
                               "2002::/16",     "fc00::/7",        "fe80::/10",      "fec0::/10",      "ff00::/8"});
    return !special.value().contains(plain(address));
}

bool TrustedProxies::contains(Address const& address) const {
    return std::any_of(prefixes_.begin(), prefixes_.end(), [&address](Prefix const& prefix) {
        if (prefix.address.is_v4() != address.is_v4()) return false;
        if (address.is_v4()) {
            return share_prefix(prefix.address.to_v4().to_bytes(), address.to_v4().to_bytes(), prefix.bits);
        }
        return share_prefix(prefix.address.to_v6().to_bytes(), address.to_v6().to_bytes(), prefix.bits);
    });
}

std::string TrustedProxies::client_of(Address const& peer, Fields const& headers) const {
    if (prefixes_.empty() || !contains(peer)) return peer.to_string();
    auto chain = std::vector<std::string_view>{};
    for (auto const& [name, value] : headers) {
        if (!ascii::equal_without_case(name, "X-Forwarded-For")) continue;
        ascii::for_each_item(value, [&chain](std::string_view item) { chain.push_back(item); });
    }
    auto client = peer;
    for (auto item = chain.rbegin(); item != chain.rend() && contains(client); ++item) {
        auto const address = parse_address(*item);
        if (!address) break;
        client = *address;
    }
    return client.to_string();
}

}  // namespace wescrm::http
