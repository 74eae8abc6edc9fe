#pragma once
#include <wescrm/base/encoding.hpp>
#include <wescrm/base/result.hpp>
#include <wescrm/base/time.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// Signature and encryption of callbacks, as pure functions:
// https://developer.work.weixin.qq.com/document/path/90968
namespace wescrm::wecom {

/// The Token and EncodingAESKey of one callback address.
class Keys {
public:
    /// invalid_input "aes_key" unless the key is 43 characters of Base64 (non-zero trailing bits are fine: Tencent's
    /// own sample has them).
    [[nodiscard]] static Result<Keys> from(std::string token, std::string_view encoding_aes_key);
    [[nodiscard]] std::string const& token() const noexcept { return token_; }
    [[nodiscard]] Bytes const& aes_key() const noexcept { return aes_key_; }  ///< 32 bytes

private:
    Keys(std::string token, Bytes aes_key) : token_{std::move(token)}, aes_key_{std::move(aes_key)} {}
    std::string token_;
    Bytes aes_key_;
};

/// What stands in the URL of a callback.
struct Signed {
    std::string signature;
    std::string timestamp;
    std::string nonce;
};

/// lower_hex(SHA1(sorted token, timestamp, nonce, cipher text)).
[[nodiscard]] std::string sign(std::string_view token, std::string_view timestamp, std::string_view nonce,
                               std::string_view encrypted);

/// The base64 cipher text in an outer document, XML `<xml><Encrypt>` or JSON `{"encrypt"}`. invalid_input "malformed".
[[nodiscard]] Result<std::string> encrypted_in(std::string_view body);

/// Verifies the signature, then decrypts. `keys`: all that are valid now (two while a rotation lasts). forbidden
/// "forbidden" for whatever is wrong: signature, cipher text, padding, length, receive id; the same work is done for
/// each.
[[nodiscard]] Result<Bytes> open(std::vector<Keys> const& keys, Signed const& query, std::string_view encrypted,
                                 std::string_view receive_id);

/// The cipher text of `message`; `random`: 16 bytes.
[[nodiscard]] std::string encrypt(Keys const& keys, std::string_view message, std::string_view receive_id,
                                  std::string_view random);

/// The XML envelope of an encrypted message, as WeCom sends it and expects it back.
[[nodiscard]] std::string seal(Keys const& keys, std::string_view message, std::string_view receive_id,
                               std::string_view timestamp, std::string_view nonce, std::string_view random);

/// Names the same message however often and however encrypted it arrives: 32 bytes.
[[nodiscard]] Bytes dedupe_key(std::string_view corp_id, std::string_view channel, std::int64_t agent_id,
                               std::string_view message);
/// The same for what carries a MsgId: two that carry it are one message even if their bytes differ. `message_id` is
/// MsgId and sender.
[[nodiscard]] Bytes message_dedupe_key(std::string_view corp_id, std::string_view channel, std::int64_t agent_id,
                                       std::string_view message_id);

/// A timestamp of exactly 10 digits and a nonce of 1 to 64 of [0-9A-Za-z_-]: digits cannot move between them unnoticed.
[[nodiscard]] bool is_well_formed(Signed const& query) noexcept;

/// Whether a message made at `created` is still acted upon at `now`: from 3 days before to 1 hour after.
[[nodiscard]] bool is_fresh(Instant created, Instant now) noexcept;

}  // namespace wescrm::wecom
