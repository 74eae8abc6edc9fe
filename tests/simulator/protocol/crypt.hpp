#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace wescrm::simulator {

/// WeCom's side of the callback encryption, read from the protocol's description on its own: it shares no code with the
/// product, so that a misreading there shows up here.
class Crypt {
public:
    /// `aes_key`: the 43 characters of EncodingAESKey. nullopt if they are none.
    [[nodiscard]] static std::optional<Crypt> make(std::string token, std::string_view aes_key, std::string receive_id);

    /// Base64 of AES-256-CBC over random | length | text | receive id, padded to 32 bytes.
    [[nodiscard]] std::string encrypt(std::string_view text) const;
    /// nullopt: no Base64, bad padding or length, another receive id.
    [[nodiscard]] std::optional<std::string> decrypt(std::string_view base64) const;
    [[nodiscard]] std::string signature(std::string_view timestamp, std::string_view nonce,
                                        std::string_view encrypted) const;

private:
    Crypt(std::string token, std::string key, std::string receive_id)
        : token_{std::move(token)}, key_{std::move(key)}, receive_id_{std::move(receive_id)} {}

    std::string token_;
    std::string key_;
    std::string receive_id_;
};

/// As pic_… menu events name the pictures that follow.
[[nodiscard]] std::string md5_hex(std::string_view content);

}  // namespace wescrm::simulator
