#include "protocol/crypt.hpp"

#include <wescrm/base/crypto.hpp>
#include <wescrm/base/encoding.hpp>

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>

namespace wescrm::simulator {
namespace {

constexpr auto random_length = std::size_t{16};
constexpr auto header_length = random_length + 4;
constexpr auto pad_block = std::size_t{32};

std::string aes_cbc(std::string const& key, std::string_view data, bool encrypting) {
    auto const context =
        std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>{EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free};
    auto const* key_bytes = reinterpret_cast<unsigned char const*>(key.data());
    if (!context ||
        EVP_CipherInit_ex(context.get(), EVP_aes_256_cbc(), nullptr, key_bytes, key_bytes, encrypting ? 1 : 0) != 1) {
        throw std::runtime_error{"AES-256-CBC is not available"};
    }
    EVP_CIPHER_CTX_set_padding(context.get(), 0);
    auto out = std::string(data.size() + pad_block, '\0');
    auto length = 0;
    EVP_CipherUpdate(context.get(), reinterpret_cast<unsigned char*>(out.data()), &length,
                     reinterpret_cast<unsigned char const*>(data.data()), static_cast<int>(data.size()));
    out.resize(static_cast<std::size_t>(length));
    return out;
}

std::string big_endian(std::size_t value) {
    auto bytes = std::string(4, '\0');
    for (auto i = 0; i < 4; ++i) bytes[static_cast<std::size_t>(i)] = static_cast<char>((value >> (24 - 8 * i)) & 0xff);
    return bytes;
}

std::size_t from_big_endian(std::string_view bytes) {
    auto value = std::size_t{0};
    for (auto const byte : bytes) value = (value << 8) | static_cast<unsigned char>(byte);
    return value;
}

}  // namespace

std::optional<Crypt> Crypt::make(std::string token, std::string_view aes_key, std::string receive_id) {
    if (aes_key.size() != 43) return std::nullopt;
    auto key = from_base64(std::string{aes_key} + "=");
    if (!key || key->size() != 32) return std::nullopt;
    return Crypt{std::move(token), std::move(*key), std::move(receive_id)};
}

std::string Crypt::encrypt(std::string_view text) const {
    auto plain = random_bytes(random_length) + big_endian(text.size());
    plain.append(text).append(receive_id_);
    auto const pad = pad_block - plain.size() % pad_block;
    plain.append(pad, static_cast<char>(pad));
    return to_base64(aes_cbc(key_, plain, true));
}

std::optional<std::string> Crypt::decrypt(std::string_view base64) const {
    auto const cipher = from_base64(base64);
    if (!cipher || cipher->empty() || cipher->size() % 16 != 0) return std::nullopt;
    auto plain = aes_cbc(key_, *cipher, false);
    auto const pad = static_cast<unsigned char>(plain.back());
    if (pad < 1 || pad > pad_block || plain.size() < header_length + pad) return std::nullopt;
    plain.resize(plain.size() - pad);
    auto const length = from_big_endian(std::string_view{plain}.substr(random_length, 4));
    if (length > plain.size() - header_length) return std::nullopt;
    if (std::string_view{plain}.substr(header_length + length) != receive_id_) return std::nullopt;
    return plain.substr(header_length, length);
}

std::string md5_hex(std::string_view content) {
    auto digest = std::string(16, '\0');
    auto length = 0U;
    EVP_Digest(content.data(), content.size(), reinterpret_cast<unsigned char*>(digest.data()), &length, EVP_md5(),
               nullptr);
    return to_hex(digest);
}

std::string Crypt::signature(std::string_view timestamp, std::string_view nonce, std::string_view encrypted) const {
    auto parts = std::array<std::string_view, 4>{token_, timestamp, nonce, encrypted};
    std::ranges::sort(parts);
    auto joined = std::string{};
    for (auto const part : parts) joined += part;
    return to_hex(sha1(joined));
}

}  // namespace wescrm::simulator
