#include "protocol/crypt.hpp"

#include "protocol/xml.hpp"

#include <gtest/gtest.h>

namespace wescrm::simulator::tests {
namespace {

constexpr auto sample_key = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C";

Crypt sample(std::string receive_id = "wx5823bf96d3bd56c7") {
    return *Crypt::make("QDG6eK", sample_key, std::move(receive_id));
}

struct Vector {
    char const* name;
    char const* receive_id;
    char const* encrypted;
    char const* plain;
    char const* timestamp;
    char const* nonce;
    char const* signature;
};

// Developer documentation, pages 90968 and the sample code; C and D were computed and checked with a second library.
constexpr Vector vectors[] = {
    {"Verification", "wx5823bf96d3bd56c7",
     "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==", "1616140317555161061",
     "1409659589", "263014780", "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3"},
    {"AWholeBlockOfPadding", "",
     "sKqRbbiSUnDhFHOvPjtUMYKilaIv99lA1FhvXqNt/QFGi+1fTDBbpZcMXs6cJagUxrqh6+TQSaNkadJeBSVYIA==", "hello wecom!",
     "1409659813", "1372623149", "0199c149dcc9681dcec441a432a23b712dc888b1"},
    {"Empty", "wx5823bf96d3bd56c7",
     "sKqRbbiSUnDhFHOvPjtUMU5qwF3QTRQT35ZLQKNzkIFzNtEiqzhRA2bjiTq/aLNxdb+TySor6nIW5pigQ2NbKg==", "", "1409659813",
     "1372623149", "4e5897b7142f71f9cd06b6744018407a8ef1b842"},
};

struct GivenADocumentedVector : ::testing::TestWithParam<Vector> {};

TEST_P(GivenADocumentedVector, WhenReadThenTextAndSignatureAreThose) {
    auto const& vector = GetParam();
    auto const crypt = sample(vector.receive_id);
    EXPECT_EQ(crypt.decrypt(vector.encrypted), vector.plain);
    EXPECT_EQ(crypt.signature(vector.timestamp, vector.nonce, vector.encrypted), vector.signature);
    EXPECT_EQ(sample("another").decrypt(vector.encrypted), std::nullopt);
}
INSTANTIATE_TEST_SUITE_P(Documented, GivenADocumentedVector, ::testing::ValuesIn(vectors),
                         [](auto const& info) { return std::string{info.param.name}; });

TEST(TheEncryption, WhenAnyLengthIsEncryptedThenItComesBack) {
    auto const crypt = sample();
    for (auto length = std::size_t{0}; length < 70; ++length) {
        auto const plain = std::string(length, 'x');
        EXPECT_EQ(crypt.decrypt(crypt.encrypt(plain)), plain) << length;
    }
    EXPECT_NE(crypt.encrypt("same"), crypt.encrypt("same")) << "fresh random bytes each time";
}

TEST(TheEncryption, WhenAKeyHasNot43CharactersThenItIsNone) {
    EXPECT_FALSE(Crypt::make("t", "short", "id"));
    EXPECT_FALSE(Crypt::make("t", std::string(43, '!'), "id"));
}

TEST(TheXml, WhenTextHoldsTheEndOfCdataThenItIsSplit) {
    auto out = XmlOut{};
    out.open("xml").text("Content", "a]]>b").decimal("Location_X", 23.1344).close("xml");
    EXPECT_EQ(std::move(out).take(),
              "<xml><Content><![CDATA[a]]]]><![CDATA[>b]]></Content><Location_X>23.134</Location_X></xml>");
}

}  // namespace
}  // namespace wescrm::simulator::tests
