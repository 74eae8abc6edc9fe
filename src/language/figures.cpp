// Percentages and plain numbers.
#include "numerals.hpp"
#include "recognisers.hpp"
#include "words.hpp"

#include <array>

namespace wescrm::language {
namespace {

Entity percentage(double value, std::size_t at, std::size_t end) { return Entity{PercentValue{value}, at, end - at}; }

// 八折 = 80, 75折 = 75, 九九折 = 99, 三点一折 = 31, 七成六 = 76, 对折 = 50.
std::optional<Entity> share(Characters const& text, std::size_t at) {
    if (text.starts(at, U"对折")) return percentage(50, at, at + 2);
    auto const number = parse_number(text, at);
    if (!number) return std::nullopt;
    if (text[number->end] == U'折')
        return percentage(number->value < 10 ? number->value * 10 : number->value, at, number->end + 1);
    if (text[number->end] != U'成' || number->value > 10 ||
        std::u32string_view{U"交员为功本都立长果"}.find(text[number->end + 1]) != std::u32string_view::npos)
        return std::nullopt;
    auto const rest = digit_of(text[number->end + 1]);
    if (rest > 0 && digit_of(text[number->end + 2]) < 0)
        return percentage(number->value * 10 + rest, at, number->end + 2);
    return percentage(number->value * 10, at, number->end + 1);
}

// A single Chinese digit is a number only where it counts something: 一个, 三双, 前三, “五”.
bool counts(Characters const& text, std::size_t at) {
    static constexpr std::u32string_view measures = U"个只双对台套条件位家份张本辆箱吨名次张组批人";
    auto const next = text[at + 1];
    if (text.size() == 1 || measures.find(next) != std::u32string_view::npos) return true;
    return at > 0 && ((text[at - 1] == U'“' && next == U'”') || text[at - 1] == U'前');
}

}  // namespace

std::optional<Entity> find_percent(Characters const& text, std::size_t at) {
    if (is_inside_word(text, at)) return std::nullopt;
    if (text.starts(at, U"百分百")) return percentage(100, at, at + 3);
    auto const is_negative = text[at] == U'负' || text[at] == U'-';
    auto const from = is_negative ? at + 1 : at;
    auto const sign = is_negative ? -1.0 : 1.0;
    for (auto const& [word, scale] :
         {std::pair{std::u32string_view{U"百分之"}, 1.0}, std::pair{std::u32string_view{U"千分之"}, 0.1},
          std::pair{std::u32string_view{U"万分之"}, 0.01}}) {
        if (!text.starts(from, word)) continue;
        auto const number = parse_number(text, from + word.size());
        if (number) return percentage(sign * number->value * scale, at, number->end);
    }
    auto const number = parse_number(text, from);
    if (number && (text[number->end] == U'%' || text[number->end] == U'‰'))
        return percentage(sign * number->value / (text[number->end] == U'%' ? 1 : 10), at, number->end + 1);
    if (number)
        if (auto const end = after_any(text, number->end, {U"个百分点", U"百分点", U"个点"}); end)
            return percentage(sign * number->value, at, *end);
    return share(text, at);
}

std::optional<Entity> find_number(Characters const& text, std::size_t at) {
    if (is_inside_word(text, at) || (at > 0 && digit_of(text[at - 1]) >= 0)) return std::nullopt;
    auto const is_negative = text[at] == U'-' || text[at] == U'负';
    auto from = is_negative ? at + 1 : at;
    while (is_negative && text[from] == U' ') ++from;
    auto found = parse_number(text, from);
    if (!found) return std::nullopt;
    if (found->is_chinese && found->end - from == 1 && !found->has_unit && !is_negative && !counts(text, from))
        return std::nullopt;
    if (!found->is_chinese && !found->has_unit && text[found->end] == U' ' && text[found->end + 1] == U'm' &&
        !is_latin(text[found->end + 2]))
        found->value *= 1e6, found->end += 2;
    return Entity{NumberValue{is_negative ? -found->value : found->value}, at, found->end - at};
}

}  // namespace wescrm::language
