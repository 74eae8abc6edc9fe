#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <memory>
#include <stdexcept>

#include <wescrm/base/crypto.hpp>

namespace wescrm {
namespace {

constexpr std::size_t key_size = 32;
constexpr std::size_t nonce_size = 12;
constexpr std::size_t tag_size = 16;

unsigned char const* in(std::string_view bytes) { return reinterpret_cast<unsigned char const*>(bytes.data()); }
unsigned char* out(Bytes& bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }

void check(int result) {
    if (result != 1) throw std::runtime_error{"OpenSSL failed"};
}

Bytes digest(std::string_view data, EVP_MD const* kind) {
    auto result = Bytes(static_cast<std::size_t>(EVP_MD_size(kind)), '\0');
    check(EVP_Digest(data.data(), data.size(), out(result), nullptr, kind, nullptr));
    return result;
}

struct FreeCipher {
    void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, FreeCipher>;

}  // namespace

Bytes sha256(std::string_view data) { return digest(data, EVP_sha256()); }

Bytes sha1(std::string_view data) { return digest(data, EVP_sha1()); }

Bytes hmac_sha256(std::string_view key, std::string_view data) {
    auto result = Bytes(32, '\0');
    auto size = 32U;
    if (!HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), in(data), data.size(), out(result), &size))
        throw std::runtime_error{"OpenSSL failed"};
    return result;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

Bytes random_bytes(std::size_t count) {
    auto bytes = Bytes(count, '\0');
    check(RAND_bytes(out(bytes), static_cast<int>(count)));
    return bytes;
}

Result<Sealer> Sealer::with_key(Bytes master_key) {
    if (master_key.size() != key_size) return Error{Errc::invalid_input, "master_key", "主密钥应为 32 字节的 Base64"};
    return Sealer{std::move(master_key)};
}

Bytes Sealer::seal(std::string_view plain, std::string_view context) const {
    auto const nonce = random_bytes(nonce_size);
    auto sealed = Bytes(plain.size(), '\0');
    auto tag = Bytes(tag_size, '\0');
    auto const cipher = Cipher{EVP_CIPHER_CTX_new()};
    auto size = 0;
    check(EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, in(key_), in(nonce)));
    check(EVP_EncryptUpdate(cipher.get(), nullptr, &size, in(context), static_cast<int>(context.size())));
    check(EVP_EncryptUpdate(cipher.get(), out(sealed), &size, in(plain), static_cast<int>(plain.size())));
    check(EVP_EncryptFinal_ex(cipher.get(), out(tag), &size));
    check(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, static_cast<int>(tag_size), out(tag)));
    return nonce + tag + sealed;
}

std::optional<Bytes> Sealer::open(std::string_view sealed, std::string_view context) const {
    if (sealed.size() < nonce_size + tag_size) return std::nullopt;
    auto const nonce = sealed.substr(0, nonce_size);
    auto tag = Bytes{sealed.substr(nonce_size, tag_size)};
    auto const body = sealed.substr(nonce_size + tag_size);
    auto plain = Bytes(body.size(), '\0');
    auto const cipher = Cipher{EVP_CIPHER_CTX_new()};
    auto size = 0;
    check(EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, in(key_), in(nonce)));
    check(EVP_DecryptUpdate(cipher.get(), nullptr, &size, in(context), static_cast<int>(context.size())));
    check(EVP_DecryptUpdate(cipher.get(), out(plain), &size, in(body), static_cast<int>(body.size())));
    check(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, static_cast<int>(tag_size), tag.data()));
    auto rest = Bytes(tag_size, '\0');
    if (EVP_DecryptFinal_ex(cipher.get(), out(rest), &size) != 1) return std::nullopt;
    return plain;
}

}  // namespace wescrm
