#pragma once
#include <wescrm/base/text.hpp>

#include <cstdlib>
#include <string_view>

namespace wescrm::fuzz {

inline void require(bool condition) {
    if (!condition) std::abort();
}

/// What came from outside and is no text for the database.
inline void require_text(std::string_view value) {
    require(text::is_valid_utf8(value) && value.find('\0') == std::string_view::npos);
}

}  // namespace wescrm::fuzz
