#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace wescrm::http {

/// Decoded once; nullopt: a broken escape. `plus_is_space`: form encoding.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space);
/// Everything but letters, digits and "-._~" becomes %XX.
[[nodiscard]] std::string percent_encode(std::string_view text);

}  // namespace wescrm::http
