#include <wescrm/base/crypto.hpp>
#include <wescrm/wecom/crypto.hpp>

#include <gtest/gtest.h>

// The published and computed examples of https://developer.work.weixin.qq.com/document/path/90968
namespace wescrm::wecom {
namespace {

constexpr auto token = "QDG6eK";
constexpr auto aes_key = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C";
constexpr auto corp = "wx5823bf96d3bd56c7";
constexpr auto fixed_random = "0123456789abcdef";

Keys keys() { return Keys::from(token, aes_key).value(); }

struct Vector {
    char const* name;
    std::string message;
    std::string receive_id;
    std::string timestamp;
    std::string nonce;
    std::string encrypted;
    std::string signature;
    bool is_ours;  ///< made with the fixed random bytes, so encryption must give it again
};

std::vector<Vector> const vectors{
    {"VerifyUrl", "1616140317555161061", "wx5823bf96d3bd56c7", "1409659589", "263014780",
     "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==",
     "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3", false},
    {"Worked",
     "<xml><ToUserName><![CDATA[wx5823bf96d3bd56c7]]></ToUserName>\n<FromUserName><![CDATA[mycreate]]></FromUserName"
     ">\n<CreateTime>1409659813</CreateTime>\n<MsgType><![CDATA[text]]></MsgType>\n<Content><![CDATA[hello]]></Conte"
     "nt>\n<MsgId>4561255354251345929</MsgId>\n<AgentID>218</AgentID>\n</xml>",
     "wx5823bf96d3bd56c7", "1409659813", "1372623149",
     "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvuJT"
     "s3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hg"
     "f5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4Ehz"
     "JWrQUax5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2Yoy"
     "yH2uyPIGHBZZIs2pDBS8R07+qN+E7Q==",
     "477715d11cdb4164915debcba66cb864d751f3e6", false},
    {"A",
     "<xml><ToUserName><![CDATA[mycreate]]></ToUserName><FromUserName><![CDATA[wx5823bf96d3bd56c7]]></FromUserName><"
     "CreateTime>1348831860</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[你好]]></Content></xml>",
     "wx5823bf96d3bd56c7", "1409659813", "1372623149",
     "sKqRbbiSUnDhFHOvPjtUMUeqt1g4oVlNGGsS6EWXUJfN1O71osbKBEtCfOU7sRX6mzunv/M8vJgpH3vpP3VnG1AqaMLSJxciqBRfMuoqylajN9"
     "eVntAeWFFxLbzbfidxezt7Pe3fF728UVGZJM6sOhoRCWhHcHViSP6xPfgve5Cm4z5GlZaews/pM/WOPGkhZ7T+rq8LxSfEdp44NjTw97l47Hgx"
     "hR8FltP/ZOlRsA6blPMqltWJXn3wjxgLsv8CqM1G9oA4yeaO0fuD0B4J0t0lDxwMoFcU/NVh5UU3QSI9Kk8v84tu1Xkw5tcwZHVZ7G7kzOq8Cn"
     "o40I75w0wlhN0i1cvitVaJhD92jcikp2exYVLIlRxxeu4L9g2hXX9v",
     "aea5c8e265a5dde3878ad3085204987419d8601a", true},
    {"B", "{\"msgtype\":\"text\",\"text\":{\"content\":\"hi\"}}", "", "1409659813", "1372623149",
     "sKqRbbiSUnDhFHOvPjtUMeJBV1LIPhBLiS/+bDapFbYVhHdUs/DnbaknhbqfAh2BTpK5aJX7/p7a/MUQd1b1sA==",
     "42cf74edaccba14c0661d71ba89be87065be290a", true},
    {"C", "hello wecom!", "", "1409659813", "1372623149",
     "sKqRbbiSUnDhFHOvPjtUMYKilaIv99lA1FhvXqNt/QFGi+1fTDBbpZcMXs6cJagUxrqh6+TQSaNkadJeBSVYIA==",
     "0199c149dcc9681dcec441a432a23b712dc888b1", true},
    {"D", "", "wx5823bf96d3bd56c7", "1409659813", "1372623149",
     "sKqRbbiSUnDhFHOvPjtUMU5qwF3QTRQT35ZLQKNzkIFzNtEiqzhRA2bjiTq/aLNxdb+TySor6nIW5pigQ2NbKg==",
     "4e5897b7142f71f9cd06b6744018407a8ef1b842", true},
    {"E",
     "<xml><SuiteId><![CDATA[ww4asffe99e54c0f4c]]></SuiteId><InfoType><![CDATA[suite_ticket]]></InfoType><TimeStamp>"
     "1403610513</TimeStamp><SuiteTicket><![CDATA[ticket-001]]></SuiteTicket></xml>",
     "ww4asffe99e54c0f4c", "1403610513", "380320359",
     "sKqRbbiSUnDhFHOvPjtUMd6D3AZ9NfKkB33xjfJvdnFPvK7KtQXpigNPYJIXNnZ2uVxwiBRCk561tFZzEwNDKrlFy7D9oI9UvlrId5BTOQ+Av0"
     "CaHm4lsyISk1o+U7YKQGM8Q6yrv8WGVrluBqzvBTfozC1OiJKKdAAjZ+EirtBZ7jvHxf2G88VOy8nWCSNGvk/Vtdd2jPkIawi7rxn0zy3lzqVc"
     "xXy0aTmkXRNsEMfWsL8X9j4E+nj+DsyJyjRYFdyaNeMaGxrIswaI5yxinjpVMQHzTnmY4OHqG3HKr2lLTnhmsZLNtn1Y9sAQJPcYOxahaKCZT+"
     "yBHXE420Utkw==",
     "f9e7b352d0bdeee308f7d964e922291ff868d4c7", true},
};

TEST(Crypto, WhenGivenTheExamplesThenSignatureAndMessageAreTheirs) {
    for (auto const& v : vectors) {
        EXPECT_EQ(sign(token, v.timestamp, v.nonce, v.encrypted), v.signature) << v.name;
        auto const message = open({keys()}, {v.signature, v.timestamp, v.nonce}, v.encrypted, v.receive_id);
        ASSERT_TRUE(message) << v.name;
        EXPECT_EQ(*message, v.message) << v.name;
        if (v.is_ours) EXPECT_EQ(encrypt(keys(), v.message, v.receive_id, fixed_random), v.encrypted) << v.name;
    }
}

TEST(Crypto, C02_WhenTheSignatureIsWrongThenForbidden) {
    auto const& v = vectors[1];
    auto upper = v.signature;
    for (auto& c : upper) c = static_cast<char>(std::toupper(c));
    for (auto const& signature : {"0" + v.signature.substr(1), v.signature.substr(0, 39) + "0", v.signature.substr(1),
                                  v.signature + "0", upper, std::string{}})
        EXPECT_EQ(open({keys()}, {signature, v.timestamp, v.nonce}, v.encrypted, corp).error().code, Errc::forbidden)
            << signature;
}

TEST(Crypto, C04_WhenTheReceiveIdIsForeignThenForbidden) {
    auto const& v = vectors[1];
    for (auto const* id : {"wx5823bf96d3bd56c8", "wx5823bf96d3bd56c7x", ""})
        EXPECT_FALSE(open({keys()}, {v.signature, v.timestamp, v.nonce}, v.encrypted, id)) << id;
}

TEST(Crypto, C05_WhenTheCipherTextIsBrokenThenTheAnswerIsTheSameAsForAWrongSignature) {
    auto const refused_signature = open({keys()}, {"x", "1409659813", "1"}, "AAAA", corp).error();
    for (std::size_t size : {0U, 8U, 16U, 24U, 31U, 48U}) {
        auto const encrypted = to_base64(Bytes(size, 'x'));
        auto const error =
            open({keys()}, {sign(token, "1409659813", "1", encrypted), "1409659813", "1"}, encrypted, corp).error();
        EXPECT_EQ(error.code, refused_signature.code) << size;
        EXPECT_EQ(error.message, refused_signature.message) << size;
    }
}

TEST(Crypto, C07_WhenTheMessageHasAnyLengthThenItComesBack) {
    for (std::size_t size = 0; size <= 1'000; ++size) {
        auto const message = std::string(size, '\x07');
        auto const encrypted = encrypt(keys(), message, corp, random_bytes(16));
        auto const opened =
            open({keys()}, {sign(token, "1409659813", "n", encrypted), "1409659813", "n"}, encrypted, corp);
        ASSERT_TRUE(opened) << size;
        ASSERT_EQ(*opened, message) << size;
    }
}

TEST(Crypto, C09_WhenTheBase64IsNotStrictThenForbidden) {
    auto const encrypted = encrypt(keys(), "hello", corp, fixed_random);
    auto url_safe = encrypted;
    for (auto& c : url_safe) c = c == '+' ? '-' : c == '/' ? '_' : c;
    for (auto const& text : {encrypted + "\n", " " + encrypted, encrypted.substr(0, encrypted.size() - 1),
                             encrypted + "AAAA", encrypted + "="})
        EXPECT_FALSE(open({keys()}, {sign(token, "1409659813", "n", text), "1409659813", "n"}, text, corp)) << text;
}

TEST(Crypto, C10_WhenTheKeyHasNot43CharactersThenItIsRefused) {
    EXPECT_FALSE(Keys::from(token, std::string{aes_key}.substr(1)));
    EXPECT_TRUE(Keys::from(token, aes_key));
    EXPECT_FALSE(Keys::from(token, std::string{aes_key} + "="));
    EXPECT_FALSE(Keys::from(token, std::string(43, '*')));
    EXPECT_EQ(to_hex(keys().aes_key()), "8d69989bbaabe67328014c194631ad0719b3dca035b64023df292447aab60760");
}

TEST(Crypto, C11_WhenTheOuterDocumentIsOddThenMalformed) {
    auto const ok = [](std::string_view body) { return encrypted_in(body); };
    EXPECT_EQ(ok("<xml><ToUserName>x</ToUserName><Encrypt><![CDATA[abc]]></Encrypt></xml>").value(), "abc");
    EXPECT_EQ(ok("\xEF\xBB\xBF<xml><Encrypt><![CDATA[ab]]><![CDATA[c]]></Encrypt></xml>").value(), "abc");
    EXPECT_EQ(ok("<?xml version=\"1.0\"?><xml><Encrypt>a<!-- b -->c</Encrypt></xml>").value(), "ac");
    EXPECT_EQ(ok(R"( {"tousername":"x","encrypt":"abc","agentid":218})").value(), "abc");
    for (auto const* bad :
         {"<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><xml><Encrypt>&a;</Encrypt></xml>",
          "<xml><Encrypt>a</Encrypt><Encrypt>b</Encrypt></xml>", "<xml><Encrypt><Encrypt>a</Encrypt></Encrypt></xml>",
          "<xml Encrypt=\"a\"/>", "<xml><Encrypt>a</Encrypt></xml><xml/>", "<xml></xml>", "",
          "<xml><Encrypt>\xff</Encrypt></xml>", "<y><Encrypt>a</Encrypt></y>", "{\"encrypt\":1}",
          "{\"encrypt\":\"a\",\"encrypt\":\"b\"}", "[]"})
        EXPECT_FALSE(ok(bad)) << bad;
    EXPECT_FALSE(ok(std::string("<xml><Encrypt>a\0b</Encrypt></xml>", 30)));
    auto deep = std::string{};
    while (deep.size() < 60'000) deep += "<a>";
    EXPECT_FALSE(ok(deep));
}

TEST(Crypto, C14_WhenDigitsMoveIntoTheNonceThenItIsNotWellFormed) {
    EXPECT_TRUE(is_well_formed({"s", "1409659813", "1372623149"}));
    EXPECT_FALSE(is_well_formed({"s", "140965981", "31372623149"}));
    EXPECT_FALSE(is_well_formed({"s", "1409659813", ""}));
    EXPECT_FALSE(is_well_formed({"s", "1409659813", "a b"}));
    auto const now = parse_rfc3339("2026-11-25T08:00:00Z").value();
    EXPECT_TRUE(is_fresh(now - days{3}, now));
    EXPECT_FALSE(is_fresh(now - days{4}, now));
    EXPECT_FALSE(is_fresh(now + hours{2}, now));
}

TEST(Crypto, C21_WhenKeysAreRotatedThenOldAndNewOpen) {
    auto const fresh = Keys::from("newtoken", std::string(43, 'A')).value();
    auto const& v = vectors[1];
    EXPECT_TRUE(open({fresh, keys()}, {v.signature, v.timestamp, v.nonce}, v.encrypted, corp));
    EXPECT_FALSE(open({fresh}, {v.signature, v.timestamp, v.nonce}, v.encrypted, corp));
}

TEST(Crypto, WhenSealedThenTheEnvelopeOpensAgain) {
    auto const envelope = seal(keys(), "<xml/>", corp, "1409659813", "n1", fixed_random);
    auto const encrypted = encrypted_in(envelope);
    ASSERT_TRUE(encrypted);
    EXPECT_EQ(
        open({keys()}, {sign(token, "1409659813", "n1", *encrypted), "1409659813", "n1"}, *encrypted, corp).value(),
        "<xml/>");
}

TEST(DedupeKey, WhenAnythingDiffersThenTheKeyDoes) {
    auto const key = dedupe_key("ww1", "app", 1, "m");
    EXPECT_EQ(key.size(), 32U);
    EXPECT_EQ(key, dedupe_key("ww1", "app", 1, "m"));
    for (auto const& other :
         {dedupe_key("ww2", "app", 1, "m"), dedupe_key("ww1", "contacts", 1, "m"), dedupe_key("ww1", "app", 2, "m"),
          dedupe_key("ww1", "app", 1, "n"), message_dedupe_key("ww1", "app", 1, "m")})
        EXPECT_NE(key, other);
}

}  // namespace
}  // namespace wescrm::wecom
