#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace wescrm {

using Bytes = std::string;  ///< raw bytes

[[nodiscard]] std::string to_hex(std::string_view bytes);
[[nodiscard]] std::optional<Bytes> from_hex(std::string_view text);
/// Standard alphabet with padding, no line breaks.
[[nodiscard]] std::string to_base64(std::string_view bytes);
/// Strict: standard alphabet, correct padding, no white space. Non-zero trailing bits are accepted, as WeCom's keys have them.
[[nodiscard]] std::optional<Bytes> from_base64(std::string_view text);
/// URL-safe alphabet without padding: cursors, keys, session ids.
[[nodiscard]] std::string to_base64url(std::string_view bytes);
[[nodiscard]] std::optional<Bytes> from_base64url(std::string_view text);

}  // namespace wescrm
