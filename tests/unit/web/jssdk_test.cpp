#include <wescrm/web/jssdk.hpp>

#include <gtest/gtest.h>

// The vectors were computed apart from this code; the first is WeCom's own example
// (https://developer.work.weixin.qq.com/document/path/90506).
namespace wescrm::web {
namespace {

constexpr std::string_view ticket =
    "kgt8ON7yVITDhtdwci0qeZg4L-Dj1O5WF42Nog47n_0aGF4WPJDIF2UA9MeS8GzLe6MPjyp2WlzsZL0nlvkohw";

std::string signed_page(std::string_view url) { return jssdk_signature(ticket, "Y7a8KkqX041bsSwT", 1510045655, url); }

TEST(ASignatureOfAPage, WhenItIsWecomsExampleThenItIsWecomsSignature) {
    EXPECT_EQ(jssdk_signature("sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg",
                              "Wm3WZYTPz0wzccnW", 1414587457, "http://mp.weixin.qq.com?params=value"),
              "0f9de62fce790f9a083d5c99e95740ceb90c27ed");
}

TEST(ASignatureOfAPage, A_11_WhenThereIsAFragmentThenItDoesNotCount) {
    constexpr auto page = "https://h5.example.com/scrm/customer?id=7&code=CODE&state=s1";
    EXPECT_EQ(signed_page(page), "ae8c3462707bc89fa71967f36fda0c0f901e1eff");
    EXPECT_EQ(signed_page(std::string{page} + "#/detail/7"), "ae8c3462707bc89fa71967f36fda0c0f901e1eff");
}

TEST(ASignatureOfAPage, WhenTheAddressIsEncodedThenItIsTakenAsItIs) {
    EXPECT_EQ(signed_page("https://h5.example.com/scrm/%E5%AE%A2%E6%88%B7?tab=%E8%B7%9F%E8%BF%9B"),
              "16c40ad2c7230e0d559a030d7d0fc7fff15bd771");
    EXPECT_EQ(signed_page("https://h5.example.com/"), "4eed8b5009ce808c482020ef525a259ea4edb45a");
    EXPECT_EQ(signed_page("https://h5.example.com"), "71414622ec337baf6df668634ad85c5e3d577754");
}

}  // namespace
}  // namespace wescrm::web
