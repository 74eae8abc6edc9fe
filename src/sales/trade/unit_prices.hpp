#pragma once
#include <wescrm/base/result.hpp>
#include <wescrm/base/unit_price.hpp>

namespace wescrm::sales {

/// The price as it was given: exactly, in fen, or not at all. invalid_input `field` if both are given and differ.
Result<std::optional<UnitPrice>> given_price(std::optional<Money> const& fen, std::optional<std::int64_t> const& e4,
                                             std::string const& field);

/// For columns that may be empty.
[[nodiscard]] inline std::optional<std::int64_t> e4_of(std::optional<UnitPrice> const& price) {
    return price ? std::optional{price->e4()} : std::nullopt;
}
[[nodiscard]] inline std::optional<Money> rounded(std::optional<UnitPrice> const& price) {
    return price ? std::optional{price->rounded()} : std::nullopt;
}
[[nodiscard]] inline std::optional<UnitPrice> unit_price(std::optional<std::int64_t> const& e4) {
    return e4 ? std::optional{UnitPrice::from_e4(*e4)} : std::nullopt;
}

}  // namespace wescrm::sales
