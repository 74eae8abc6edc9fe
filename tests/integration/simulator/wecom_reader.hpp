#pragma once
#include <wescrm/base/text.hpp>

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wescrm::simulator::tests {

/// The receiving side of WeCom's callbacks, written from the documentation once more with OpenSSL's EVP functions, so
/// that the simulator's encryption is not checked by itself. The test vectors of the documentation check this reader.
class WecomReader {
public:
    WecomReader(std::string token, std::string const& aes_key, std::string receive_id)
        : token_{std::move(token)}, key_{decode(aes_key + "=")}, receive_id_{std::move(receive_id)} {}

    [[nodiscard]] std::string signature(std::string const& timestamp, std::string const& nonce,
                                        std::string const& encrypted) const {
        auto parts = std::vector<std::string>{token_, timestamp, nonce, encrypted};
        std::sort(parts.begin(), parts.end());
        return hex_sha1(parts[0] + parts[1] + parts[2] + parts[3]);
    }

    /// nullopt: not readable with these keys or meant for somebody else.
    [[nodiscard]] std::optional<std::string> open(std::string const& encrypted) const {
        auto const cipher = decode(encrypted);
        if (cipher.empty() || cipher.size() % 16 != 0 || key_.size() != 32) return std::nullopt;
        auto plain = std::string(cipher.size() + 16, '\0');
        auto* context = EVP_CIPHER_CTX_new();
        auto length = 0;
        EVP_DecryptInit_ex(context, EVP_aes_256_cbc(), nullptr, bytes(key_), bytes(key_));
        EVP_CIPHER_CTX_set_padding(context, 0);
        EVP_DecryptUpdate(context, reinterpret_cast<unsigned char*>(plain.data()), &length, bytes(cipher),
                          static_cast<int>(cipher.size()));
        EVP_CIPHER_CTX_free(context);
        plain.resize(static_cast<std::size_t>(length));
        return take_apart(plain);
    }

private:
    static unsigned char const* bytes(std::string const& text) {
        return reinterpret_cast<unsigned char const*>(text.data());
    }
    static std::string decode(std::string const& base64) {
        if (base64.size() % 4 != 0) return {};
        auto out = std::string(base64.size() / 4 * 3, '\0');
        auto const length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()), bytes(base64),
                                            static_cast<int>(base64.size()));
        if (length < 0) return {};
        auto const filling = static_cast<std::size_t>(std::count(base64.end() - 2, base64.end(), '='));
        out.resize(static_cast<std::size_t>(length) - filling);
        return out;
    }
    static std::string hex_sha1(std::string const& text) {
        auto digest = std::array<unsigned char, EVP_MAX_MD_SIZE>{};
        auto length = 0U;
        EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha1(), nullptr);
        auto out = std::string{};
        for (auto i = 0U; i < length; ++i) {
            out += "0123456789abcdef"[digest[i] >> 4];
            out += "0123456789abcdef"[digest[i] & 15];
        }
        return out;
    }
    [[nodiscard]] std::optional<std::string> take_apart(std::string const& plain) const {
        auto const pad = static_cast<unsigned char>(plain.back());
        if (pad < 1 || pad > 32 || plain.size() < 20U + pad) return std::nullopt;
        auto const end = plain.size() - pad;
        auto length = std::size_t{0};
        for (auto i = 16U; i < 20U; ++i) length = length * 256 + static_cast<unsigned char>(plain[i]);
        if (20 + length > end || plain.substr(20 + length, end - 20 - length) != receive_id_) return std::nullopt;
        return plain.substr(20, length);
    }

    std::string token_;
    std::string key_;
    std::string receive_id_;
};

/// The text of an element without its CDATA.
[[nodiscard]] inline std::string element(std::string_view xml, std::string const& name) {
    auto const from = xml.find("<" + name + ">");
    auto const to = xml.find("</" + name + ">");
    if (from == std::string_view::npos || to == std::string_view::npos) return {};
    auto text = xml.substr(from + name.size() + 2, to - from - name.size() - 2);
    if (text.starts_with("<![CDATA[")) text = text.substr(9, text.size() - 12);
    return std::string{text};
}

}  // namespace wescrm::simulator::tests
