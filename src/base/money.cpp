#include <cstdlib>
#include <stdexcept>

#include <wescrm/base/money.hpp>

namespace wescrm {

Money Money::operator+(Money other) const {
    std::int64_t sum = 0;
    if (__builtin_add_overflow(fen_, other.fen_, &sum)) throw std::overflow_error{"money"};
    return Money{sum};
}

Money Money::operator-(Money other) const {
    std::int64_t difference = 0;
    if (__builtin_sub_overflow(fen_, other.fen_, &difference)) throw std::overflow_error{"money"};
    return Money{difference};
}

Money Money::scaled(std::int64_t numerator, std::int64_t denominator) const {
    __extension__ using Wide = __int128;
    auto product = static_cast<Wide>(fen_) * numerator;
    auto divisor = static_cast<Wide>(denominator);
    if (divisor < 0) {
        product = -product;
        divisor = -divisor;
    }
    auto const half = divisor / 2;
    auto const rounded = product >= 0 ? (product + half) / divisor : (product - half) / divisor;
    if (rounded > INT64_MAX || rounded < INT64_MIN) throw std::overflow_error{"money"};
    return Money{static_cast<std::int64_t>(rounded)};
}

namespace {

std::string with_two_decimals(std::int64_t hundredths) {
    auto whole = std::to_string(hundredths / 100);
    for (auto at = static_cast<int>(whole.size()) - 3; at > 0; at -= 3) whole.insert(static_cast<std::size_t>(at), ",");
    auto const rest = std::to_string(hundredths % 100);
    return whole + "." + (rest.size() == 1 ? "0" + rest : rest);
}

}  // namespace

std::string format_for_people(Money amount) {
    auto const negative = amount.fen() < 0;
    auto const fen = negative ? -amount.fen() : amount.fen();
    auto const ten_thousand_yuan = std::int64_t{10'000 * 100};
    auto const hundred_million_yuan = 10'000 * ten_thousand_yuan;
    auto const shown = fen >= hundred_million_yuan ? with_two_decimals((fen + 50'000'000) / 100'000'000) + " 亿元"
                       : fen >= ten_thousand_yuan  ? with_two_decimals((fen + 5'000) / 10'000) + " 万元"
                                                   : with_two_decimals(fen) + " 元";
    return negative ? "-" + shown : shown;
}

}  // namespace wescrm
