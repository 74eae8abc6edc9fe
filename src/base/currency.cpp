#include <wescrm/base/currency.hpp>

#include <algorithm>
#include <array>

namespace wescrm {
namespace {

constexpr auto known = std::to_array<Currency>({{"CNY", "人民币"},
                                                {"USD", "美元"},
                                                {"EUR", "欧元"},
                                                {"HKD", "港元"},
                                                {"MOP", "澳门元"},
                                                {"TWD", "新台币"},
                                                {"JPY", "日元"},
                                                {"KRW", "韩元"},
                                                {"GBP", "英镑"},
                                                {"SGD", "新加坡元"},
                                                {"AUD", "澳大利亚元"},
                                                {"CAD", "加拿大元"},
                                                {"CHF", "瑞士法郎"},
                                                {"THB", "泰铢"},
                                                {"MYR", "马来西亚林吉特"},
                                                {"VND", "越南盾"}});

}  // namespace

std::span<Currency const> currencies() { return known; }

bool is_currency(std::string_view code) { return std::ranges::find(known, code, &Currency::code) != known.end(); }

std::string format_for_people(Money amount, std::string_view currency) {
    if (!is_foreign(currency)) return format_for_people(amount);
    auto const hundredths = amount.fen() < 0 ? -amount.fen() : amount.fen();
    auto whole = std::to_string(hundredths / 100);
    for (auto at = static_cast<int>(whole.size()) - 3; at > 0; at -= 3) whole.insert(static_cast<std::size_t>(at), ",");
    auto const rest = std::to_string(hundredths % 100);
    return std::string{currency} + (amount.fen() < 0 ? " -" : " ") + whole + "." +
           (rest.size() == 1 ? "0" + rest : rest);
}

}  // namespace wescrm
