#include "unit_prices.hpp"

namespace wescrm::sales {

Result<std::optional<UnitPrice>> given_price(std::optional<Money> const& fen, std::optional<std::int64_t> const& e4,
                                             std::string const& field) {
    if (!e4) return fen ? std::optional{UnitPrice::of(*fen)} : std::nullopt;
    auto const exact = UnitPrice::from_e4(*e4);
    if (fen && *fen != exact.rounded())
        return invalid_field(field, "与以万分之一元表示的单价（price_e4 等）不一致，请只填写其中一个");
    return std::optional{exact};
}

}  // namespace wescrm::sales
