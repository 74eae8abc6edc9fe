#include "unit/wecom/examples.hpp"

#include <wescrm/base/crypto.hpp>
#include <wescrm/base/text.hpp>
#include <wescrm/wecom/crypto.hpp>

#include <openssl/evp.h>

// The checks of the security list that need no server; tests/integration/wecom has the others.
namespace wescrm::wecom {
namespace {

constexpr auto token = "QDG6eK";
constexpr auto corp = "wx5823bf96d3bd56c7";
constexpr auto timestamp = "1409659813";

Keys keys() { return Keys::from(token, "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C").value(); }

Result<Bytes> open_signed(std::string const& encrypted, std::string_view id = corp) {
    return open({keys()}, {sign(token, timestamp, "n", encrypted), timestamp, "n"}, encrypted, id);
}

std::string repeated_text(std::size_t bytes) {
    auto text = std::string{};
    while (text.size() + 3 <= bytes) text += "长";
    return text;
}

/// The cipher text of exactly these bytes, so that length and padding can lie.
std::string encrypted_raw(std::string_view plain) {
    auto const key = keys().aes_key();
    auto const bytes = [](std::string_view text) { return reinterpret_cast<unsigned char const*>(text.data()); };
    auto* context = EVP_CIPHER_CTX_new();
    auto output = Bytes(plain.size() + 16, '\0');
    auto size = 0;
    EVP_EncryptInit_ex(context, EVP_aes_256_cbc(), nullptr, bytes(key), bytes(key));
    EVP_CIPHER_CTX_set_padding(context, 0);
    EVP_EncryptUpdate(context, reinterpret_cast<unsigned char*>(output.data()), &size, bytes(plain),
                      static_cast<int>(plain.size()));
    EVP_CIPHER_CTX_free(context);
    output.resize(static_cast<std::size_t>(size));
    return to_base64(output);
}

std::string with_length(std::uint32_t length, std::string const& rest) {
    auto plain = std::string{"0123456789abcdef"};
    for (auto shift : {24U, 16U, 8U, 0U}) plain += static_cast<char>((length >> shift) & 0xFFU);
    return plain + rest;
}

std::string padded(std::string plain) {
    auto const pad = 32 - plain.size() % 32;
    return plain.append(pad, static_cast<char>(pad));
}

TEST(CallbackSecurity, C05_WhenThePaddingIsWrongThenForbidden) {
    auto const plain = with_length(12, std::string(12, 'm') + corp);  // 50 bytes, so 14 of padding
    ASSERT_EQ(plain.size(), 50U);
    EXPECT_EQ(open_signed(encrypted_raw(plain + std::string(14, 14))).value(), std::string(12, 'm'));
    for (auto last : {0, 1, 13, 15, 32, 33, 64, 255}) {
        auto const opened = open_signed(encrypted_raw(plain + std::string(13, 14) + static_cast<char>(last)));
        // One byte of padding is a padding, but then 13 bytes stand behind the receive id.
        ASSERT_FALSE(opened) << last;
        EXPECT_EQ(opened.error().code, Errc::forbidden);
        EXPECT_EQ(opened.error().message, "forbidden");
    }
    for (std::size_t at = 0; at < 13; ++at) {  // a padding byte unlike the others
        auto differing = plain + std::string(14, 14);
        differing[50 + at] ^= 1;
        EXPECT_FALSE(open_signed(encrypted_raw(differing))) << at;
    }
    // 33 equal bytes are no padding, 32 are.
    auto const aligned = with_length(26, std::string(26, 'm') + corp);
    ASSERT_EQ(aligned.size(), 64U);
    EXPECT_TRUE(open_signed(encrypted_raw(aligned + std::string(32, 32))));
    EXPECT_FALSE(open_signed(encrypted_raw(aligned + std::string(32, 16))));
    EXPECT_FALSE(open_signed(encrypted_raw(std::string(32, 32)))) << "nothing but padding";
    EXPECT_FALSE(open_signed(encrypted_raw(std::string(16, 16)))) << "less than a head";
}

TEST(CallbackSecurity, C06_WhenTheLengthLiesThenForbidden) {
    auto const message = std::string{"<xml>hello</xml>"};
    auto const opened = [&](std::uint32_t length) {
        return open_signed(encrypted_raw(padded(with_length(length, message + corp))));
    };
    auto const size = static_cast<std::uint32_t>(message.size());
    EXPECT_EQ(opened(size).value(), message);
    for (auto length : {0U, 1U, size - 1, size + 1, size + 18, size + 19, 0x7FFFFFFFU, 0x80000000U, 0xFFFFFFFFU})
        EXPECT_FALSE(opened(length)) << length;
    EXPECT_EQ(open_signed(encrypt(keys(), "", corp, "0123456789abcdef")).value(), "") << "an empty message is one";
    EXPECT_FALSE(parse_callback("")) << "and is ignored, as it says nothing";
}

TEST(CallbackSecurity, C08_WhenTheMessageLooksLikePaddingThenItComesBack) {
    for (std::size_t size = 0; size < 70; ++size)
        for (auto byte : {'\x01', '\x02', '\x10', '\x1f', '\x20'}) {
            auto const message = "<" + std::string(size, byte);
            ASSERT_EQ(open_signed(encrypt(keys(), message, corp, "0123456789abcdef")).value(), message) << size;
            ASSERT_EQ(open_signed(encrypt(keys(), message, "", "0123456789abcdef"), "").value(), message) << size;
        }
}

TEST(CallbackSecurity, C09_WhenTrailingBitsAreSetThenTheMessageIsTheSame) {
    // 64 bytes end in "xx==" with four bits that mean nothing: the signature is over the text as it was sent.
    auto text = encrypt(keys(), std::string(12, 'm'), corp, "0123456789abcdef");
    ASSERT_TRUE(text.ends_with("=="));
    auto const alphabet = std::string{"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"};
    auto& last = text[text.size() - 3];
    last = alphabet[alphabet.find(last) | 1U];
    EXPECT_EQ(open_signed(text).value(), std::string(12, 'm'));
}

TEST(CallbackSecurity, C11_WhenInnerXmlIsHostileThenItIsNoMessage) {
    auto const wrap = [](std::string const& inner) { return "<xml><MsgType>text</MsgType>" + inner + "</xml>"; };
    EXPECT_TRUE(parse_callback(wrap("<Content>a</Content>")));
    auto laughs = std::string{"<!DOCTYPE x [<!ENTITY a \"ha\">"};
    for (auto i = 0; i < 10; ++i) laughs += "<!ENTITY b" + std::to_string(i) + " \"&a;&a;&a;\">";
    for (auto const& bad :
         {laughs + "]>" + wrap("<Content>&b9;</Content>"),
          "<!DOCTYPE xml SYSTEM \"http://localhost/x.dtd\">" + wrap(""),
          "<!DOCTYPE x [<!ENTITY % p SYSTEM \"file:///etc/passwd\"> %p;]>" + wrap(""),
          wrap("<Content a='1'>x</Content>"), wrap("<?php x ?>"), wrap("") + wrap(""), wrap("<a><b></a></b>"),
          wrap("<Content>\xC0\x80</Content>"), wrap("<Content>\xED\xA0\x80</Content>"), wrap("<Content>&#0;</Content>"),
          wrap("<Content>&#xD800;</Content>"), wrap("<Content>&#x110000;</Content>"), wrap("<Content>&#;</Content>"),
          wrap("<Content>&#99999999999;</Content>"), wrap("<Content><![CDATA[x]]</Content>"), wrap("<!-- x"),
          std::string{"\xFF\xFE<\0x\0m\0l\0", 10},
          "<?xml version=\"1.0\" encoding=\"UTF-8\"?><?xml version=\"1.0\"?>" + wrap(""), std::string{"<xml>"}})
        EXPECT_FALSE(parse_callback(bad)) << bad;
    EXPECT_EQ(std::get<Text>(parse_callback(wrap("<Content>a&#65;&#x4F60;&amp;&lt;</Content>"))->content).content,
              "aA你&<");
    EXPECT_EQ(
        std::get<Text>(parse_callback(wrap("<Content><![CDATA[&#0;<!DOCTYPE a='b'>]]></Content>"))->content).content,
        "&#0;<!DOCTYPE a='b'>");
    EXPECT_TRUE(
        parse_callback("\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"UTF-8\"?>" + wrap("<!-- a --><Content/>")));
}

TEST(CallbackSecurity, C11_WhenElementsNestDeeplyThenItIsNoMessageAndQuick) {
    auto const nested = [](int levels) {
        auto open = std::string{};
        auto close = std::string{};
        for (auto i = 0; i < levels; ++i) {
            open += "<a>";
            close += "</a>";
        }
        return "<xml><MsgType>text</MsgType>" + open + close + "</xml>";
    };
    EXPECT_TRUE(parse_callback(nested(30)));
    EXPECT_FALSE(parse_callback(nested(32)));
    EXPECT_FALSE(parse_callback(nested(9'000)));
    auto wide = std::string{"<xml><MsgType>text</MsgType>"};
    while (wide.size() < 60'000) wide += "<a/>";
    EXPECT_TRUE(parse_callback(wide + "</xml>"));
    EXPECT_FALSE(
        parse_callback("<xml><MsgType>text</MsgType><Content>" + std::string(600'000, 'x') + "</Content></xml>"));
}

TEST(CallbackSecurity, C12_WhenTheOuterNamesAreForgedThenTheInnerOnesDecide) {
    auto const encrypted = encrypt(keys(), example("text.xml"), corp, "0123456789abcdef");
    auto const outer = encrypted_in("<xml><ToUserName>ww-other</ToUserName><AgentID>99</AgentID><Encrypt>" + encrypted +
                                    "</Encrypt></xml>");
    auto const callback = parse_callback(open_signed(outer.value()).value());
    EXPECT_EQ(callback->corp_id, "wwcorpid0000000000");
    EXPECT_EQ(callback->agent_id, 1);
}

TEST(CallbackSecurity, C15_WhenTheSameMessageIsEncryptedAnewThenItsKeyIsTheSame) {
    auto const message = example("text.xml");
    auto const once = open_signed(encrypt(keys(), message, corp, random_bytes(16))).value();
    auto const again = open_signed(encrypt(keys(), message, corp, random_bytes(16))).value();
    EXPECT_EQ(dedupe_key(corp, "app", 1, once), dedupe_key(corp, "app", 1, again));
}

TEST(CallbackSecurity, C16_WhenTwoEventsOfOneSecondDifferThenTheirKeysDo) {
    auto const approval = example("sys_approval_change.xml");
    auto const other = text::replace_all(approval, "202506110001", "202506110002");
    EXPECT_NE(dedupe_key(corp, "app", 1, approval), dedupe_key(corp, "app", 1, other));
    auto const contact = example("change_external_contact-add_external_contact.xml");
    EXPECT_NE(dedupe_key(corp, "external", 0, contact),
              dedupe_key(corp, "external", 0, text::replace_all(contact, "mAAAA", "mAAAB")));
}

TEST(CallbackSecurity, C19_WhenTheTextIsStrangeThenItIsKeptAsItIs) {
    auto const content = [](std::string const& text) {
        auto const callback =
            parse_callback("<xml><MsgType>text</MsgType><Content><![CDATA[" + text + "]]></Content></xml>");
        return callback ? std::get<Text>(callback->content).content : std::string{"malformed"};
    };
    for (auto const* text :
         {"😀👨‍👩‍👧", "‮abc", "a​b", "مرحبا", "  two  ", "<b>&amp;</b>", "\xF4\x8F\xBF\xBF"})
        EXPECT_EQ(content(text), text);
    auto const large = repeated_text(200'000);
    EXPECT_EQ(content(large), large);
    EXPECT_FALSE(parse_callback(R"({"MsgType":"text","Content":"\ud800"})"));
    EXPECT_FALSE(parse_callback(R"({"MsgType":"text","Content":"\ude00"})"));
    EXPECT_FALSE(parse_callback(R"({"MsgType":"text","Content":"a\u0000b"})"));
    EXPECT_EQ(std::get<Text>(parse_callback(R"({"MsgType":"text","Content":"\ud83d\ude00"})")->content).content, "😀");
    EXPECT_EQ(parse_callback("<xml><MsgType>text</MsgType></xml>")->from, "");
}

TEST(CallbackSecurity, C20_WhenJsonIsHostileThenItIsNoMessage) {
    auto deep = std::string{R"({"MsgType":"text","a":)"} + std::string(10'000, '[') + std::string(10'000, ']') + "}";
    for (auto const& bad : {deep, std::string{R"({"MsgType":"text","MsgType":"event"})"},
                            std::string{R"({"MsgType":"text","CreateTime":1e400})"},
                            std::string{R"({"MsgType":["text"]}x)"}, std::string{"{"}, std::string{R"({"MsgType":{}})"},
                            std::string{R"({"MsgType":null})"}, std::string{"[]"}, std::string{"7"}})
        EXPECT_FALSE(parse_callback(bad)) << bad.substr(0, 60);
    auto const odd = parse_callback(
        R"({"MsgType":"text","CreateTime":"x","AgentID":{},"Content":7,"FromUserName":["a","b"],"MsgId":-1.5})");
    ASSERT_TRUE(odd);
    EXPECT_EQ(odd->agent_id, 0);
    EXPECT_EQ(odd->from, "a");
    EXPECT_EQ(std::get<Text>(odd->content).content, "7");
    EXPECT_FALSE(encrypted_in(R"({"encrypt":)" + std::string(10'000, '[') + "}"));
    EXPECT_FALSE(encrypted_in(R"({"encrypt":["a"]})"));
}

}  // namespace
}  // namespace wescrm::wecom
