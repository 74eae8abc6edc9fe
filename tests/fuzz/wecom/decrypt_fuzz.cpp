// What lies behind a correct signature. The first byte chooses: the rest is a cipher text that this target signs, or a
// plain text that it encrypts block by block, or a message that must come back.
#include "fuzz/wecom/require.hpp"

#include <wescrm/wecom/crypto.hpp>

#include <cstdint>

namespace {

using wescrm::Bytes;
using wescrm::fuzz::require;
using namespace wescrm::wecom;

constexpr auto token = "QDG6eK";
constexpr auto corp = "wx5823bf96d3bd56c7";

Keys const& keys() {
    static auto const made = Keys::from(token, "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C").value();
    return made;
}

wescrm::Result<Bytes> open_signed(std::string const& encrypted) {
    return open({keys()}, {sign(token, "1409659813", "n", encrypted), "1409659813", "n"}, encrypted, corp);
}

void check_opened(std::string const& encrypted) {
    auto const opened = open_signed(encrypted);
    if (opened) return require(opened->size() <= encrypted.size());
    require(opened.error().code == wescrm::Errc::forbidden && opened.error().message == "forbidden");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    if (size == 0) return 0;
    auto const rest = std::string{reinterpret_cast<char const*>(data) + 1, size - 1};
    switch (data[0] % 3) {
        case 0:
            check_opened(rest);
            break;
        case 1:
            check_opened(wescrm::to_base64(rest));
            break;
        default: {
            auto const opened = open_signed(encrypt(keys(), rest, corp, "0123456789abcdef"));
            require(opened && *opened == rest);
        }
    }
    return 0;
}
