#include <wescrm/base/text.hpp>
#include <wescrm/base/unit_price.hpp>

#include <charconv>
#include <stdexcept>
#include <string_view>

namespace wescrm {
namespace {

constexpr std::int64_t e4_per_yuan = 10'000;
constexpr std::int64_t e4_per_fen = 100;
constexpr std::size_t decimals = 4;
constexpr std::int64_t most_yuan = 10'000'000'000'000;

std::optional<std::int64_t> digits(std::string_view text) {
    auto number = std::int64_t{0};
    auto const [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (problem != std::errc{} || end != text.data() + text.size() || number < 0) return std::nullopt;
    return number;
}

}  // namespace

UnitPrice UnitPrice::of(Money money) { return UnitPrice{money.scaled(e4_per_fen, 1).fen()}; }

Money UnitPrice::rounded() const { return Money::from_fen(e4_).scaled(1, e4_per_fen); }

Money UnitPrice::times(std::int64_t numerator, std::int64_t denominator) const {
    return Money::from_fen(e4_).scaled(numerator, denominator * e4_per_fen);
}

UnitPrice UnitPrice::scaled(std::int64_t numerator, std::int64_t denominator) const {
    return UnitPrice{Money::from_fen(e4_).scaled(numerator, denominator).fen()};
}

std::string format_unit_price(UnitPrice price) {
    auto const amount = price.e4() < 0 ? -price.e4() : price.e4();
    auto whole = std::to_string(amount / e4_per_yuan);
    for (auto at = static_cast<int>(whole.size()) - 3; at > 0; at -= 3) whole.insert(static_cast<std::size_t>(at), ",");
    auto rest = std::to_string(amount % e4_per_yuan);
    rest.insert(0, decimals - rest.size(), '0');
    while (rest.size() > 2 && rest.back() == '0') rest.pop_back();
    return (price.e4() < 0 ? "-" : "") + whole + "." + rest;
}

std::optional<UnitPrice> parse_unit_price(std::string_view typed) {
    auto plain = std::string{typed};
    for (auto const* separator : {",", "，", " "}) plain = text::replace_all(std::move(plain), separator, "");
    auto const dot = plain.find('.');
    auto rest = dot == std::string::npos ? std::string{} : plain.substr(dot + 1);
    if (rest.size() > decimals || plain.empty() || plain == ".") return std::nullopt;
    rest.resize(decimals, '0');
    auto const whole = plain.substr(0, dot);
    auto const yuan = whole.empty() ? std::optional<std::int64_t>{0} : digits(whole);
    auto const part = digits(rest);
    if (!yuan || !part || *yuan > most_yuan) return std::nullopt;
    return UnitPrice::from_e4(*yuan * e4_per_yuan + *part);
}

}  // namespace wescrm
