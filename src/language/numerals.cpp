#include "numerals.hpp"

#include <string_view>

namespace wescrm::language {
namespace {

std::int64_t small_unit(char32_t c) {
    switch (c) {
        case U'十': case U'拾': return 10;
        case U'百': case U'佰': return 100;
        case U'千': case U'仟': return 1'000;
        default: return 0;
    }
}

std::int64_t large_unit(Characters const& text, std::size_t at) {
    auto const c = text[at];
    if (c == U'万') return 10'000;
    if (c == U'亿') return 100'000'000;
    if (is_latin(text[at + 1])) return 0;
    if (c == U'w') return 10'000;
    if (c == U'k') return 1'000;
    return 0;
}

// Chinese numerals below 10,000: 三百五十六, 两百五 (250), 二零二六.
std::optional<Numeral> chinese_section(Characters const& text, std::size_t at) {
    auto number = Numeral{0, at, true, false, false, 1};
    auto current = std::int64_t{-1};
    auto last_unit = std::int64_t{0};
    auto after_zero = false;
    auto digits = 0;
    auto plain = std::int64_t{0};
    for (; number.end < text.size(); ++number.end) {
        auto const c = text[number.end];
        if (auto const digit = digit_of(c); digit >= 0) {
            if (digits > 0 && current >= 0 && last_unit == 0) plain = plain * 10 + digit;
            else plain = digit;
            if (digit == 0 && last_unit > 0) after_zero = true;
            current = digit;
            ++digits;
        } else if (auto const unit = small_unit(c); unit > 0) {
            if (last_unit > 0 && unit >= last_unit) break;
            number.value += static_cast<double>((current < 0 ? 1 : current) * unit);
            if (current < 0 && number.end > at && last_unit == 0) break;
            last_unit = unit;
            current = -1;
            after_zero = false;
            number.has_unit = true;
        } else if (c == U'几' && (last_unit > 0 || small_unit(text[number.end + 1]) > 0)) {
            number.is_approximate = true;
            if (last_unit == 0) current = 3;
        } else {
            break;
        }
    }
    if (number.end == at) return std::nullopt;
    if (current >= 0) number.value += last_unit > 0 ? static_cast<double>(current * (after_zero || last_unit == 10 ? 1 : last_unit / 10))
                                                    : static_cast<double>(plain);
    number.scale = 1;
    return number;
}

std::optional<Numeral> arabic(Characters const& text, std::size_t at) {
    if (!is_digit(text[at])) return std::nullopt;
    auto number = Numeral{0, at, false, false, false, 1};
    auto digits = std::string{};
    for (; number.end < text.size(); ++number.end) {
        auto const c = text[number.end];
        if (is_digit(c)) digits += static_cast<char>(c);
        else if ((c == U',' || c == U'，') && number.end > at && is_digit(text[number.end + 1]) && is_digit(text[number.end + 2]) &&
                 is_digit(text[number.end + 3]) && !is_digit(text[number.end + 4])) continue;
        else if (c == U'.' && digits.find('.') == std::string::npos && is_digit(text[number.end + 1])) digits += '.';
        else break;
    }
    if (digits.size() > 18) return std::nullopt;
    number.value = std::stod(digits);
    return number;
}

void apply_units(Characters const& text, Numeral& number) {
    auto const skip_approximate = [&] {
        if (text[number.end] == U'多' || text[number.end] == U'来' || text[number.end] == U'余') {
            number.is_approximate = true;
            ++number.end;
        }
    };
    skip_approximate();
    auto scale = std::int64_t{1};
    if (!number.is_chinese)
        if (auto const unit = small_unit(text[number.end]); unit > 0) {
            scale = unit;
            ++number.end;
        }
    auto at = number.end;
    if (text[at] == U'个' && large_unit(text, at + 1) > 0) ++at;
    auto large = large_unit(text, at);
    while (large > 0) {
        scale *= large;
        number.end = at + 1;
        at = number.end;
        large = text[at] == U'亿' ? large_unit(text, at) : 0;
    }
    if (scale > 1) {
        number.value *= static_cast<double>(scale);
        number.has_unit = true;
        number.scale = scale;
        skip_approximate();
    }
}

}  // namespace

int digit_of(char32_t c) noexcept {
    constexpr std::u32string_view plain = U"零一二三四五六七八九";
    constexpr std::u32string_view formal = U"〇壹贰叁肆伍陆柒捌玖";
    if (c == U'两') return 2;
    if (auto const at = plain.find(c); at != std::u32string_view::npos) return static_cast<int>(at);
    if (auto const at = formal.find(c); at != std::u32string_view::npos) return static_cast<int>(at);
    return -1;
}

std::optional<Numeral> parse_number(Characters const& text, std::size_t at) {
    auto number = arabic(text, at);
    if (!number) number = chinese_section(text, at);
    if (!number) return std::nullopt;
    apply_units(text, *number);
    // 36万5 = 365,000; 一万五 = 15,000; 四万三千五 = 43,500; 1亿2000万
    if (number->scale >= 1'000) {
        auto rest = number->is_chinese || digit_of(text[number->end]) >= 0 ? chinese_section(text, number->end) : arabic(text, number->end);
        if (rest) {
            apply_units(text, *rest);
            auto const is_tail = rest->scale == 1 && rest->value < 10 && !rest->has_unit && text[number->end] != U'零' && text[number->end] != U'〇';
            number->value += is_tail ? rest->value * static_cast<double>(number->scale) / 10 : rest->value;
            number->end = rest->end;
            number->is_approximate = number->is_approximate || rest->is_approximate;
        }
    }
    return number;
}

std::optional<Numeral> parse_small(Characters const& text, std::size_t at) {
    if (is_digit(text[at])) {
        auto number = Numeral{0, at, false, false, false, 1};
        for (; is_digit(text[number.end]) && number.end - at < 5; ++number.end) number.value = number.value * 10 + static_cast<double>(text[number.end] - U'0');
        if (number.end - at > 4) return std::nullopt;
        return number;
    }
    auto number = chinese_section(text, at);
    if (number && number->is_approximate) return std::nullopt;
    return number;
}

}  // namespace wescrm::language
