#include "address.hpp"

#include "client_message.hpp"

#include <gtest/gtest.h>

namespace wescrm::http::tests {
namespace {

TEST(PublicAddresses, WhenAnAddressIsSpecialThenItIsNotPublic) {
    for (auto const* special : {"0.0.0.0",
                                "10.1.2.3",
                                "100.64.0.1",
                                "127.0.0.1",
                                "127.255.0.1",
                                "169.254.169.254",
                                "172.16.0.1",
                                "172.31.255.255",
                                "192.0.0.1",
                                "192.168.1.1",
                                "198.18.0.1",
                                "198.19.255.255",
                                "224.0.0.1",
                                "240.0.0.1",
                                "255.255.255.255",
                                "::",
                                "::1",
                                "::ffff:127.0.0.1",
                                "::ffff:10.0.0.1",
                                "::127.0.0.1",
                                "64:ff9b::a00:1",
                                "2002:7f00:1::",
                                "2001:db8::1",
                                "fc00::1",
                                "fd00::1",
                                "fe80::1",
                                "ff02::1"}) {
        EXPECT_FALSE(is_public(asio::ip::make_address(special))) << special;
    }
    for (auto const* open : {"1.1.1.1", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1", "192.169.0.1",
                             "198.20.0.1", "223.255.255.255", "::ffff:1.1.1.1", "2400:3200::1"}) {
        EXPECT_TRUE(is_public(asio::ip::make_address(open))) << open;
    }
}

TEST(TrustedProxyList, WhenForwardedThenTheLastUntrustedHopIsTheClient) {
    struct Case {
        char const* peer;
        std::vector<std::string> forwarded;  // one field each
        char const* client;
    };
    auto const proxies = TrustedProxies::parse({"10.0.0.0/9", "192.0.2.7", "2001:db8::/33"});
    ASSERT_TRUE(proxies);
    for (auto const& [peer, forwarded, client] : std::vector<Case>{
             {"203.0.113.1", {"6.6.6.6"}, "203.0.113.1"},
             {"10.0.0.1", {}, "10.0.0.1"},
             {"10.0.0.1", {"6.6.6.6"}, "6.6.6.6"},
             {"10.0.0.1", {"6.6.6.6, 203.0.113.9"}, "203.0.113.9"},
             {"10.127.255.255", {"6.6.6.6", "203.0.113.9,192.0.2.7"}, "203.0.113.9"},
             {"10.128.0.1", {"6.6.6.6"}, "10.128.0.1"},
             {"10.0.0.1", {"6.6.6.6, nonsense"}, "10.0.0.1"},
             {"10.0.0.1", {"10.0.0.2, 10.0.0.3"}, "10.0.0.2"},
             {"2001:db8:1::1", {"2400::1"}, "2400::1"},
             {"2001:db8:8000::1", {"2400::1"}, "2001:db8:8000::1"},
         }) {
        auto fields = Fields{};
        for (auto const& value : forwarded) fields.add("X-Forwarded-For", value);
        EXPECT_EQ(proxies->client_of(asio::ip::make_address(peer), fields), client) << peer;
    }
}

TEST(TrustedProxyList, WhenAnEntryIsNoAddressThenInvalidInput) {
    for (auto const* wrong : {"", "a", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/x", "::/129", "10.0.0.0/-1"}) {
        EXPECT_FALSE(TrustedProxies::parse({wrong})) << wrong;
    }
}

TEST(Urls, WhenWellFormedThenTakenApart) {
    struct Case {
        char const* text;
        char const* key;
        char const* authority;
        char const* target;
    };
    for (auto const& [text, key, authority, target] :
         {Case{"https://qyapi.weixin.qq.com/cgi-bin/gettoken?corpid=a&corpsecret=b%2B", "s:qyapi.weixin.qq.com:443",
               "qyapi.weixin.qq.com", "/cgi-bin/gettoken?corpid=a&corpsecret=b%2B"},
          Case{"http://127.0.0.1:8090", "p:127.0.0.1:8090", "127.0.0.1:8090", "/"},
          Case{"http://a?q=1#f", "p:a:80", "a", "/?q=1"}, Case{"HTTP://[::1]:1/x", "p:::1:1", "[::1]:1", "/x"}}) {
        auto const url = parse_url(text);
        ASSERT_TRUE(url) << text;
        EXPECT_EQ(url->key(), key);
        EXPECT_EQ(url->authority, authority);
        EXPECT_EQ(url->target, target);
    }
}

}  // namespace
}  // namespace wescrm::http::tests
