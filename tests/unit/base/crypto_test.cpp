#include <gtest/gtest.h>

#include <wescrm/base/crypto.hpp>

namespace wescrm {
namespace {

TEST(Encoding, WhenEncodedThenDecodedBack) {
    for (auto const& bytes : {std::string{}, std::string{"f"}, std::string{"fo"}, std::string{"foo"}, std::string("\0\xff\x80", 3)}) {
        EXPECT_EQ(from_base64(to_base64(bytes)), bytes);
        EXPECT_EQ(from_base64url(to_base64url(bytes)), bytes);
        EXPECT_EQ(from_hex(to_hex(bytes)), bytes);
    }
    EXPECT_EQ(to_base64("fo"), "Zm8=");
    for (auto const* bad : {"Zm8", "Zm8=\n", "Z===", "Zm-=", "Zm8=Zm8="}) EXPECT_FALSE(from_base64(bad)) << bad;
}

TEST(Sealer, WhenContextOrBytesDifferThenItDoesNotOpen) {
    auto const sealer = Sealer::with_key(Bytes(32, 'k')).value();
    auto sealed = sealer.seal("secret", "app:1");
    EXPECT_EQ(sealer.open(sealed, "app:1"), "secret");
    EXPECT_FALSE(sealer.open(sealed, "app:2"));
    EXPECT_NE(sealer.seal("secret", "app:1"), sealed);
    sealed.back() = static_cast<char>(sealed.back() ^ 1);
    EXPECT_FALSE(sealer.open(sealed, "app:1"));
    EXPECT_FALSE(sealer.open("short", "app:1"));
    EXPECT_FALSE(Sealer::with_key("short"));
}

TEST(Digest, KnownValues) {
    EXPECT_EQ(to_hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(to_hex(sha1("abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
}

}  // namespace
}  // namespace wescrm
