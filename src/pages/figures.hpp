#pragma once
#include <cstdint>
#include <string>

namespace wescrm::pages {

/// "12,800"; from 0.
[[nodiscard]] inline std::string with_thousands(std::int64_t number) {
    auto text = std::to_string(number);
    for (auto at = static_cast<int>(text.size()) - 3; at > 0; at -= 3) text.insert(static_cast<std::size_t>(at), ",");
    return text;
}

}  // namespace wescrm::pages
