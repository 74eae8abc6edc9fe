#pragma once
#include <wescrm/http/message.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace wescrm::http {

struct Target {
    std::string path;  ///< decoded
    Parameters query;
};

/// Takes origin form and, if it names `host`, absolute form. nullopt: anything that two readers might read differently
/// — raw bytes outside visible ASCII, broken escapes, encoded slashes, dot segments, "//host", control characters, no
/// UTF-8.
[[nodiscard]] std::optional<Target> parse_target(std::string_view raw, std::string_view host);

/// A host name or address with an optional port, as a Host field must be.
[[nodiscard]] bool is_valid_host(std::string_view host) noexcept;

}  // namespace wescrm::http
