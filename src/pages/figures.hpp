#pragma once
#include <algorithm>
#include <cstdint>
#include <string>

namespace wescrm::pages {

/// "12,800"; from 0.
[[nodiscard]] inline std::string with_thousands(std::int64_t number) {
    auto text = std::to_string(number);
    for (auto at = static_cast<int>(text.size()) - 3; at > 0; at -= 3) text.insert(static_cast<std::size_t>(at), ",");
    return text;
}

/// In thousandths, rounded, yet 1000 only of the whole; `whole` is above 0.
[[nodiscard]] inline std::int64_t per_mille(std::int64_t part, std::int64_t whole) {
    auto const rounded = (part * 2000 / whole + 1) / 2;
    return part < whole ? std::min(rounded, std::int64_t{999}) : rounded;
}

/// "36.0%", and "—" of nothing.
[[nodiscard]] inline std::string share_text(std::int64_t part, std::int64_t whole) {
    if (whole <= 0) return "—";
    auto const share = per_mille(part, whole);
    return std::to_string(share / 10) + "." + std::to_string(share % 10) + "%";
}

}  // namespace wescrm::pages
