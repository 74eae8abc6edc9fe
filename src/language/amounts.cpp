#include "numerals.hpp"
#include "recognisers.hpp"
#include "words.hpp"

#include <array>
#include <cmath>
#include <span>

namespace wescrm::language {
namespace {

struct Currency {
    std::u32string_view word;
    std::string_view code;
};
// Longer words before those that begin like them.
constexpr std::array<Currency, 36> currencies{
    {{U"元人民币", "CNY"}, {U"人民币", "CNY"},   {U"块钱", "CNY"}, {U"rmb", "CNY"},  {U"cny", "CNY"},
     {U"美元", "USD"},     {U"美圆", "USD"},     {U"美金", "USD"}, {U"美刀", "USD"}, {U"usd", "USD"},
     {U"欧元", "EUR"},     {U"港币", "HKD"},     {U"港幣", "HKD"}, {U"港元", "HKD"}, {U"港纸", "HKD"},
     {U"日元", "JPY"},     {U"日圆", "JPY"},     {U"日币", "JPY"}, {U"英镑", "GBP"}, {U"新台币", "TWD"},
     {U"台币", "TWD"},     {U"韩元", "KRW"},     {U"韩币", "KRW"}, {U"泰铢", "THB"}, {U"印度卢布", "INR"},
     {U"印度卢比", "INR"}, {U"卢布", "RUB"},     {U"澳元", "AUD"}, {U"加元", "CAD"}, {U"新加坡元", "SGD"},
     {U"新币", "SGD"},     {U"瑞士法郎", "CHF"}, {U"瑞郎", "CHF"}, {U"元", "CNY"},   {U"块", "CNY"},
     {U"圆", "CNY"}}};
constexpr std::array<Currency, 12> currency_marks{{{U"¥", "CNY"},
                                                   {U"hk$", "HKD"},
                                                   {U"us$", "USD"},
                                                   {U"$", "USD"},
                                                   {U"£", "GBP"},
                                                   {U"€", "EUR"},
                                                   {U"rmb", "CNY"},
                                                   {U"cny", "CNY"},
                                                   {U"人民币", "CNY"},
                                                   {U"港币", "HKD"},
                                                   {U"港幣", "HKD"},
                                                   {U"usd", "USD"}}};

std::int64_t to_fen(double amount) {
    auto const fen = amount * 100;
    return std::abs(fen) < 9e17 ? static_cast<std::int64_t>(std::llround(fen)) : 0;
}

Currency const* currency_at(Characters const& text, std::size_t at, std::span<Currency const> among) {
    for (auto const& currency : among)
        if (text.starts(at, currency.word)) {
            // 元旦, 一块儿 are no currency.
            auto const next = text[at + currency.word.size()];
            if ((currency.word == U"元" && (next == U'旦' || next == U'宵')) ||
                (currency.word == U"块" && next == U'儿'))
                return nullptr;
            return &currency;
        }
    return nullptr;
}

struct Amount {
    double value = 0;
    Numeral number;
    std::string_view code = "CNY";
    bool has_currency = false;
    std::size_t end = 0;

    [[nodiscard]] bool is_amount() const { return has_currency || (number.scale >= 1'000 && number.has_unit); }
};

// 五块八, 12元5角, 六角七分钱: what follows the unit. Gives what it adds.
double small_change(Characters const& text, std::size_t& end, bool is_block) {
    auto added = 0.0;
    for (auto const& [units, share] :
         {std::pair{std::u32string_view{U"角毛"}, 0.1}, std::pair{std::u32string_view{U"分"}, 0.01}}) {
        auto const rest = parse_small(text, end);
        if (!rest || rest->value >= 100 || units.find(text[rest->end]) == std::u32string_view::npos) continue;
        added += rest->value * share;
        end = rest->end + 1;
    }
    if (added == 0 && is_block) {
        auto const rest = parse_small(text, end);
        auto const next = rest ? text[rest->end] : U'\0';
        if (rest && rest->value < 10 && rest->end == end + 1 &&
            (next == U'\0' || is_separator(next) || next == U'钱' || next == U'的'))
            added = rest->value / 10, end = rest->end;
    }
    if (text[end] == U'钱' || text[end] == U'整') ++end;
    return added;
}

std::optional<Amount> amount_at(Characters const& text, std::size_t at) {
    auto result = Amount{};
    if (auto const* mark = currency_at(text, at, currency_marks)) {
        result.has_currency = true;
        result.code = mark->code;
        at += mark->word.size();
        while (text[at] == U' ') ++at;
    }
    auto const number = parse_number(text, at);
    if (!number) return std::nullopt;
    result.number = *number;
    result.value = number->value;
    result.end = number->end;
    if (!result.has_currency && (text[result.end] == U'角' || text[result.end] == U'毛')) {
        static constexpr std::u32string_view places = U"大落度色形膜斗逐铁马";
        if (places.find(text[result.end + 1]) != std::u32string_view::npos) return std::nullopt;
        result.end = number->end;
        result.value = small_change(text, result.end, false);
        result.has_currency =
            result.end > number->end ||
            (result.end = at, result.value = small_change(text, result.end, false), result.end > number->end);
        return result;
    }
    auto end = result.end;
    while (text[end] == U' ') ++end;
    if (auto const* unit = currency_at(text, end, currencies);
        unit && (end == result.end || unit->word.size() > 1 || unit->word == U"元")) {
        result.has_currency = true;
        if (unit->word.size() > 1 || result.code == "CNY") result.code = unit->code;
        result.end = end + unit->word.size();
        if (result.code == "CNY" && number->scale == 1)
            result.value += small_change(text, result.end, unit->word == U"块");
        if (text[result.end] == U'整' || text[result.end] == U'正') ++result.end;
    }
    return result;
}

// 到, 至, -, —, ~ between two values; the position behind it.
std::optional<std::size_t> connector(Characters const& text, std::size_t at) {
    auto const start = at;
    while (text[at] == U' ') ++at;
    auto const from = at;
    while (at < from + 2 && std::u32string_view{U"到至-–—~～"}.find(text[at]) != std::u32string_view::npos) ++at;
    if (at == from || at > start + 4) return std::nullopt;
    while (text[at] == U' ') ++at;
    return at;
}

Entity money_range(double low, double high, Amount const& unit, std::size_t at, std::size_t end) {
    return Entity{MoneyRangeValue{to_fen(low), to_fen(high), std::string{unit.code}}, at, end - at};
}

// 三五万, 八九千, 三五百块: the first digit stands for the same unit.
std::optional<Entity> neighbours(Characters const& text, std::size_t at) {
    auto const low = digit_of(text[at]);
    auto const high = digit_of(text[at + 1]);
    if (low < 1 || high <= low || high - low > 2 || digit_of(text[at + 2]) >= 0) return std::nullopt;
    auto const amount = amount_at(text, at + 1);
    if (!amount || !amount->number.has_unit || !(amount->has_currency || amount->number.scale >= 1'000))
        return std::nullopt;
    return money_range(amount->value * low / high, amount->value, *amount, at, amount->end);
}

}  // namespace

std::optional<Entity> find_money(Characters const& text, std::size_t at) {
    if (is_inside_word(text, at)) return std::nullopt;
    if (auto range = neighbours(text, at)) return range;
    auto const amount = amount_at(text, at);
    if (!amount) return std::nullopt;
    if (auto const next = connector(text, amount->end)) {
        auto const right = amount_at(text, *next);
        if (right && right->is_amount()) {
            auto low = amount->value;
            auto const unit = static_cast<double>(right->number.scale);
            if (amount->number.scale == 1 && low * unit < right->value)
                low *= unit;
            else if (!amount->number.has_unit && digit_of(text[*next]) >= 0 && low < 10 && right->value >= 100 &&
                     right->number.has_unit && unit == 1)
                low *= right->value >= 1'000 ? 1'000 : 100;
            if (low < right->value) return money_range(low, right->value, *right, at, right->end);
        }
    }
    if (!amount->is_amount()) return std::nullopt;
    if (auto const end = after_any(text, amount->end, {U"以上", U"及以上", U"起"}))
        return Entity{MoneyRangeValue{to_fen(amount->value), {}, std::string{amount->code}}, at, *end - at};
    if (auto const end = after_any(text, amount->end, {U"以下", U"及以下", U"以内", U"封顶"}))
        return Entity{MoneyRangeValue{{}, to_fen(amount->value), std::string{amount->code}}, at, *end - at};
    if (ends_any(text, at, {U"至少", U"超过", U"不低于", U"大于", U"最少", U"不少于", U"≥"}))
        return Entity{MoneyRangeValue{to_fen(amount->value), {}, std::string{amount->code}}, at, amount->end - at};
    if (ends_any(text, at, {U"最多", U"不超过", U"不到", U"少于", U"低于", U"小于", U"≤"}))
        return Entity{MoneyRangeValue{{}, to_fen(amount->value), std::string{amount->code}}, at, amount->end - at};
    auto value = MoneyValue{to_fen(amount->value), std::string{amount->code},
                            amount->number.is_approximate || ends_any(text, at, {U"约", U"大概", U"差不多", U"小"})};
    if (after_any(text, amount->end, {U"左右", U"上下"})) value.is_approximate = true;
    return Entity{std::move(value), at, amount->end - at};
}

}  // namespace wescrm::language
