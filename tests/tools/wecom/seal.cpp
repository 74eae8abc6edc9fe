// Seals what comes from standard input as our own encryption does, so that another implementation can open it:
// wecom_seal TOKEN ENCODING_AES_KEY RECEIVE_ID TIMESTAMP NONCE < message
#include <wescrm/base/crypto.hpp>
#include <wescrm/wecom/crypto.hpp>

#include <iostream>
#include <iterator>
#include <string>

int main(int count, char** arguments) {
    if (count != 6) {
        std::cerr << "wecom_seal TOKEN ENCODING_AES_KEY RECEIVE_ID TIMESTAMP NONCE < message\n";
        return 2;
    }
    auto const keys = wescrm::wecom::Keys::from(arguments[1], arguments[2]);
    if (!keys) {
        std::cerr << keys.error().message << '\n';
        return 2;
    }
    auto const message = std::string{std::istreambuf_iterator<char>{std::cin}, {}};
    std::cout << wescrm::wecom::seal(*keys, message, arguments[3], arguments[4], arguments[5],
                                     wescrm::random_bytes(16));
}
