#include "xml.hpp"

#include <wescrm/base/crypto.hpp>
#include <wescrm/base/json.hpp>
#include <wescrm/base/text.hpp>
#include <wescrm/wecom/crypto.hpp>

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>

namespace wescrm::wecom {
namespace {

constexpr std::size_t key_characters = 43;
constexpr std::size_t block = 32;  // of the padding; AES itself works on 16
constexpr std::size_t random_size = 16;
constexpr std::size_t head_size = random_size + 4;

struct FreeCipher {
    void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};

// AES-256-CBC without the library's padding, whose block of 16 would refuse half of all messages.
Bytes run_cipher(bool is_encrypting, std::string_view key, std::string_view input) {
    auto const cipher = std::unique_ptr<EVP_CIPHER_CTX, FreeCipher>{EVP_CIPHER_CTX_new()};
    auto output = Bytes(input.size() + block, '\0');
    auto const bytes = [](std::string_view text) { return reinterpret_cast<unsigned char const*>(text.data()); };
    auto* out = reinterpret_cast<unsigned char*>(output.data());
    auto size = 0;
    auto rest = 0;
    if (EVP_CipherInit_ex(cipher.get(), EVP_aes_256_cbc(), nullptr, bytes(key), bytes(key), is_encrypting ? 1 : 0) !=
            1 ||
        EVP_CIPHER_CTX_set_padding(cipher.get(), 0) != 1 ||
        EVP_CipherUpdate(cipher.get(), out, &size, bytes(input), static_cast<int>(input.size())) != 1 ||
        EVP_CipherFinal_ex(cipher.get(), out + size, &rest) != 1)
        throw std::runtime_error{"OpenSSL failed"};
    output.resize(static_cast<std::size_t>(size + rest));
    return output;
}

Error malformed() { return {Errc::invalid_input, "malformed", "bad request"}; }
Error refused() { return {Errc::forbidden, "forbidden", "forbidden"}; }

std::optional<Bytes> without_padding(Bytes plain) {
    auto const pad = static_cast<std::size_t>(static_cast<unsigned char>(plain.back()));
    if (pad < 1 || pad > block || pad > plain.size()) return std::nullopt;
    auto const begin = plain.end() - static_cast<std::ptrdiff_t>(pad);
    if (std::any_of(begin, plain.end(), [pad](char c) { return static_cast<unsigned char>(c) != pad; }))
        return std::nullopt;
    plain.erase(begin, plain.end());
    return plain;
}

std::size_t message_size(std::string_view plain) {
    auto size = std::size_t{0};
    for (auto c : plain.substr(random_size, 4)) size = (size << 8U) | static_cast<unsigned char>(c);
    return size;
}

// random(16) | length(4, network order) | message | receive id
std::optional<Bytes> message_in(std::string_view key, std::string_view encrypted, std::string_view receive_id) {
    auto const cipher_text = from_base64(encrypted);
    if (!cipher_text || cipher_text->empty() || cipher_text->size() % 16 != 0) return std::nullopt;
    auto const plain = without_padding(run_cipher(false, key, *cipher_text));
    if (!plain || plain->size() < head_size) return std::nullopt;
    auto const size = message_size(*plain);
    if (size > plain->size() - head_size) return std::nullopt;
    if (!equal_in_constant_time(std::string_view{*plain}.substr(head_size + size), receive_id)) return std::nullopt;
    return plain->substr(head_size, size);
}

}  // namespace

Result<Keys> Keys::from(std::string token, std::string_view encoding_aes_key) {
    auto const wrong =
        Error{Errc::invalid_input, "aes_key", "EncodingAESKey 应为 43 位字母和数字（企业微信后台“接收消息”页面生成）"};
    if (encoding_aes_key.size() != key_characters) return wrong;
    auto key = from_base64(std::string{encoding_aes_key} + "=");
    if (!key || key->size() != 32) return wrong;
    if (token.empty()) return Error{Errc::invalid_input, "token", "Token 不能为空"};
    return Keys{std::move(token), std::move(*key)};
}

std::string sign(std::string_view token, std::string_view timestamp, std::string_view nonce,
                 std::string_view encrypted) {
    auto parts = std::array{token, timestamp, nonce, encrypted};
    std::sort(parts.begin(), parts.end());
    auto joined = std::string{};
    joined.reserve(token.size() + timestamp.size() + nonce.size() + encrypted.size());
    for (auto part : parts) joined += part;
    return to_hex(sha1(joined));
}

Result<std::string> encrypted_in(std::string_view body) {
    auto const first = body.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    if (first == std::string_view::npos || body.size() > largest_document) return malformed();
    if (body[first] == '{') {
        auto limits = json::Limits{};
        limits.string_bytes = largest_document;
        auto const document = json::parse(body.substr(first), limits);
        if (!document) return malformed();
        for (auto const* name : {"encrypt", "Encrypt"})
            if (auto found = json::find_string(*document, name)) return *found;
        return malformed();
    }
    auto const root = parse_xml(body);
    if (!root || root->count("Encrypt") != 1 || !root->child("Encrypt")->children.empty()) return malformed();
    return std::string{root->text("Encrypt")};
}

Result<Bytes> open(std::vector<Keys> const& keys, Signed const& query, std::string_view encrypted,
                   std::string_view receive_id) {
    for (auto const& candidate : keys) {
        auto const expected = sign(candidate.token(), query.timestamp, query.nonce, encrypted);
        if (!equal_in_constant_time(expected, query.signature)) continue;
        if (auto message = message_in(candidate.aes_key(), encrypted, receive_id)) return std::move(*message);
    }
    return refused();
}

std::string encrypt(Keys const& keys, std::string_view message, std::string_view receive_id, std::string_view random) {
    if (random.size() != random_size) throw std::logic_error{"encrypt() wants 16 random bytes"};
    auto plain = Bytes{random};
    for (auto shift = 24; shift >= 0; shift -= 8)
        plain += static_cast<char>((message.size() >> static_cast<unsigned>(shift)) & 0xFFU);
    plain += message;
    plain += receive_id;
    auto const pad = block - plain.size() % block;
    plain.append(pad, static_cast<char>(pad));
    return to_base64(run_cipher(true, keys.aes_key(), plain));
}

std::string seal(Keys const& keys, std::string_view message, std::string_view receive_id, std::string_view timestamp,
                 std::string_view nonce, std::string_view random) {
    auto const cipher_text = encrypt(keys, message, receive_id, random);
    return "<xml><Encrypt><![CDATA[" + cipher_text + "]]></Encrypt><MsgSignature><![CDATA[" +
           sign(keys.token(), timestamp, nonce, cipher_text) + "]]></MsgSignature><TimeStamp>" +
           std::string{timestamp} + "</TimeStamp><Nonce><![CDATA[" + std::string{nonce} + "]]></Nonce></xml>";
}

namespace {

// `what` says of which kind the last part is, so that no message can be made to look like another's number.
Bytes key_of(std::string_view what, std::string_view corp_id, std::string_view channel, std::int64_t agent_id,
             std::string_view last) {
    auto input = std::string{what} + '\n';
    input += corp_id;
    input += '\n';
    input += channel;
    input += '\n' + std::to_string(agent_id) + '\n';
    input += last;
    return sha256(input);
}

}  // namespace

Bytes dedupe_key(std::string_view corp_id, std::string_view channel, std::int64_t agent_id, std::string_view message) {
    return key_of("wescrm-inbox-1", corp_id, channel, agent_id, message);
}

Bytes message_dedupe_key(std::string_view corp_id, std::string_view channel, std::int64_t agent_id,
                         std::string_view message_id) {
    return key_of("wescrm-inbox-said-1", corp_id, channel, agent_id, message_id);
}

bool is_well_formed(Signed const& query) noexcept {
    auto const is_digit = [](char c) { return c >= '0' && c <= '9'; };
    auto const is_word = [&](char c) {
        return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
    };
    return query.timestamp.size() == 10 && std::all_of(query.timestamp.begin(), query.timestamp.end(), is_digit) &&
           !query.nonce.empty() && query.nonce.size() <= 64 &&
           std::all_of(query.nonce.begin(), query.nonce.end(), is_word);
}

bool is_fresh(Instant created, Instant now) noexcept { return created >= now - days{3} && created <= now + hours{1}; }

}  // namespace wescrm::wecom
