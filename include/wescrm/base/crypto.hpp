#pragma once
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include <wescrm/base/encoding.hpp>
#include <wescrm/base/result.hpp>

namespace wescrm {

[[nodiscard]] Bytes sha256(std::string_view data);  ///< 32 bytes
[[nodiscard]] Bytes sha1(std::string_view data);    ///< 20 bytes; WeCom's signatures only
[[nodiscard]] Bytes hmac_sha256(std::string_view key, std::string_view data);
[[nodiscard]] bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept;
/// From the system's generator. Tests that need fixed bytes hand their own to the code under test.
[[nodiscard]] Bytes random_bytes(std::size_t count);

/// Seals secrets for storage: AES-256-GCM, a fresh nonce each time. `context` (e.g. "wecom_app:12:secret") is authenticated, so
/// that a sealed value copied to another row or column does not open. Thread-safe.
class Sealer {
public:
    /// `master_key`: 32 bytes. invalid_input otherwise.
    [[nodiscard]] static Result<Sealer> with_key(Bytes master_key);

    [[nodiscard]] Bytes seal(std::string_view plain, std::string_view context) const;
    /// nullopt: altered, another key, another context.
    [[nodiscard]] std::optional<Bytes> open(std::string_view sealed, std::string_view context) const;

private:
    explicit Sealer(Bytes key) : key_{std::move(key)} {}
    Bytes key_;
};

}  // namespace wescrm
