#pragma once
#include <wescrm/base/money.hpp>

#include <span>
#include <string>
#include <string_view>

namespace wescrm {

/// What companies count in: figures, targets and list prices are in it. Documents may be in another one; what is summed
/// up over documents is summed up of this one alone.
inline constexpr std::string_view home_currency = "CNY";

struct Currency {
    std::string_view code;  ///< ISO 4217
    std::string_view name;
};
/// What prices and documents can be in, the home currency first.
[[nodiscard]] std::span<Currency const> currencies();
[[nodiscard]] bool is_currency(std::string_view code);
[[nodiscard]] inline bool is_foreign(std::string_view code) { return !code.empty() && code != home_currency; }

/// For people: as without a currency at home, else exactly and with the code: "USD 1,234.50".
[[nodiscard]] std::string format_for_people(Money amount, std::string_view currency);

}  // namespace wescrm
