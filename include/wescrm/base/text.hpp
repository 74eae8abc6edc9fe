#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace wescrm::text {

[[nodiscard]] bool is_valid_utf8(std::string_view text) noexcept;
/// Code points in valid UTF-8.
[[nodiscard]] std::size_t length(std::string_view utf8) noexcept;
/// At most `bytes` bytes, cut between two characters; "…" at the end (within the limit) if anything was cut.
[[nodiscard]] std::string truncate_bytes(std::string_view utf8, std::size_t bytes);
/// At most `count` code points, "…" included if anything was cut.
[[nodiscard]] std::string truncate(std::string_view utf8, std::size_t count);
/// Without white space at both ends (ASCII and U+3000, U+00A0, zero-width characters).
[[nodiscard]] std::string_view trim(std::string_view text) noexcept;
[[nodiscard]] std::vector<std::string> split(std::string_view text, char separator);
[[nodiscard]] std::string join(std::vector<std::string> const& parts, std::string_view separator);
[[nodiscard]] std::string replace_all(std::string text, std::string_view from, std::string_view to);
/// ASCII only; other bytes stay.
[[nodiscard]] std::string to_lower(std::string_view text);
/// For log lines and headers: control characters become spaces.
[[nodiscard]] std::string one_line(std::string_view text);

}  // namespace wescrm::text
