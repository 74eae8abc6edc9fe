#include "numerals.hpp"

#include <string_view>

namespace wescrm::language {
namespace {

std::int64_t small_unit(char32_t c) {
    switch (c) {
        case U'十':
        case U'拾':
            return 10;
        case U'百':
        case U'佰':
            return 100;
        case U'千':
        case U'仟':
            return 1'000;
        default:
            return 0;
    }
}

std::int64_t large_unit(Characters const& text, std::size_t at) {
    auto const c = text[at];
    if (c == U'万') return 10'000;
    if (c == U'亿') return 100'000'000;
    if (c == U'兆') return 1'000'000'000'000;
    if (is_latin(text[at + 1])) return 0;
    if (c == U'w') return 10'000;
    if (c == U'k') return 1'000;
    if (c == U'm') return 1'000'000;
    return 0;
}

constexpr int longest_section = 8;  // digits; more are a phone number or a code

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
            if (digits == longest_section) return std::nullopt;
            if (digits > 0 && current >= 0 && last_unit == 0)
                plain = plain * 10 + digit;
            else
                plain = digit;
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
    if (current >= 0)
        number.value += last_unit > 0
                            ? static_cast<double>(current * (after_zero || last_unit == 10 ? 1 : last_unit / 10))
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
        if (is_digit(c))
            digits += static_cast<char>(c);
        else if ((c == U',' || c == U'，') && number.end > at && is_digit(text[number.end + 1]) &&
                 is_digit(text[number.end + 2]) && is_digit(text[number.end + 3]) && !is_digit(text[number.end + 4]))
            continue;
        else if (c == U'.' && digits.find('.') == std::string::npos && is_digit(text[number.end + 1]))
            digits += '.';
        else
            break;
    }
    if (digits.size() > 18) return std::nullopt;
    number.value = std::stod(digits);
    return number;
}

bool is_numeral(Characters const& text, std::size_t at) { return is_digit(text[at]) || digit_of(text[at]) >= 0; }

// Reads a number of several units from left to right: 四千五百六十九万八千, 5万4千6百, 一点五万, 36万5, 十几万.
class NumeralReader {
public:
    NumeralReader(Characters const& text, std::size_t at) : text_{text}, start_{at}, at_{at} {}

    std::optional<Numeral> read() {
        if (!begins()) return std::nullopt;
        while (digits() || small() || large() || vague()) {
        }
        if (at_ == start_) return std::nullopt;
        auto number =
            Numeral{total_ + section_ + tail(), at_, !is_digit(text_[start_]), has_unit_, is_approximate_, scale_};
        return number;
    }

private:
    [[nodiscard]] bool begins() const {
        auto const c = text_[start_];
        if (is_digit(c) || (digit_of(c) >= 0)) return true;
        if (c == U'十' || c == U'几') return c == U'十' || small_unit(text_[start_ + 1]) > 0;
        return c == U'拾' && (is_numeral(text_, start_ + 1) || large_unit(text_, start_ + 1) > 0);
    }

    bool digits() {
        if (is_digit(text_[at_])) {
            if (pending_ >= 0) return false;
            auto const number = arabic(text_, at_);
            if (!number) return false;
            pending_ = number->value;
            width_ = number->end - at_;
            at_ = number->end;
            return true;
        }
        auto const digit = digit_of(text_[at_]);
        if (digit < 0) return fraction();
        if (pending_ >= 0 && (is_digit(text_[at_ - 1]) || has_fraction_ || width_ > 12)) return false;
        if (pending_ < 0 && digit == 0 && at_ > start_)
            after_zero_ = true;
        else
            pending_ = pending_ < 0 ? digit : pending_ * 10 + digit, ++width_;
        ++at_;
        return true;
    }

    // 十五点七, 一点五万: the digits after the point.
    bool fraction() {
        if (text_[at_] != U'点' || at_ == start_ || digit_of(text_[at_ + 1]) < 0 || has_fraction_) return false;
        auto value = 0.0;
        auto scale = 0.1;
        auto end = at_ + 1;
        for (; digit_of(text_[end]) >= 0; ++end, scale /= 10) value += digit_of(text_[end]) * scale;
        if (small_unit(text_[end]) > 0 || text_[end] == U'分') return false;
        pending_ = section_ + tail() + value;
        section_ = 0;
        has_fraction_ = true;
        at_ = end;
        return true;
    }

    bool small() {
        auto const unit = small_unit(text_[at_]);
        if (unit == 0 || (last_small_ > 0 && unit >= last_small_)) return false;
        if (pending_ < 0 && unit > 10 && at_ == start_) return false;
        section_ += (pending_ < 0 ? 1 : pending_) * static_cast<double>(unit);
        if (is_digit(text_[start_]) && unit == 1'000) scale_ = unit;
        used(unit);
        last_small_ = unit;
        return true;
    }

    bool large() {
        if (at_ == start_ || (pending_ < 0 && section_ == 0 && total_ == 0)) return false;
        auto const at = text_[at_] == U'个' ? at_ + 1 : at_;
        auto const is_letter = is_latin(text_[at]);
        if (is_letter && !is_digit(text_[at_ - 1])) return false;
        auto const unit = large_unit(text_, at);
        if (unit == 0) return false;
        auto const chunk = section_ + (pending_ < 0 ? 0 : pending_);
        if (last_large_ == 0 || unit <= last_large_)
            total_ += chunk * static_cast<double>(unit);
        else
            total_ = (total_ + chunk) * static_cast<double>(unit);
        at_ = at;
        section_ = 0;
        used(unit);
        last_small_ = 0;
        last_large_ = unit;
        scale_ = unit;
        return true;
    }

    // 多, 来, 余 after a unit; 几 as a digit that is not said.
    bool vague() {
        auto const c = text_[at_];
        if (c == U'几') {
            if (at_ > start_ && !has_unit_) return false;
            if (at_ == start_) pending_ = 3;
            is_approximate_ = true;
            ++at_;
            return true;
        }
        if (c != U'多' && c != U'来' && c != U'余') return false;
        auto const next = text_[at_ + 1];
        if (!has_unit_ && !is_digit(text_[at_ - 1])) return false;
        static constexpr std::u32string_view followers = U"万亿千百个元块天人家条wk套台分小周月年";
        if (followers.find(next) == std::u32string_view::npos || is_approximate_) return false;
        is_approximate_ = true;
        ++at_;
        return true;
    }

    void used(std::int64_t unit) {
        pending_ = -1;
        width_ = 0;
        after_zero_ = false;
        has_unit_ = true;
        last_unit_ = unit;
        ++at_;
    }

    // 两百五 = 250, 36万5 = 365,000; after 零, 十 or with several digits as it stands.
    [[nodiscard]] double tail() const {
        if (pending_ < 0) return 0;
        auto const is_short = has_unit_ && !after_zero_ && width_ == 1 && !has_fraction_ && last_unit_ > 10;
        return is_short ? pending_ * static_cast<double>(last_unit_) / 10 : pending_;
    }

    Characters const& text_;
    std::size_t start_;
    std::size_t at_;
    double total_ = 0;
    double section_ = 0;
    double pending_ = -1;
    std::size_t width_ = 0;
    std::int64_t last_small_ = 0;
    std::int64_t last_large_ = 0;
    std::int64_t last_unit_ = 1;
    std::int64_t scale_ = 1;
    bool after_zero_ = false;
    bool has_unit_ = false;
    bool has_fraction_ = false;
    bool is_approximate_ = false;
};

}  // namespace

int digit_of(char32_t c) noexcept {
    constexpr std::u32string_view plain = U"零一二三四五六七八九";
    constexpr std::u32string_view formal = U"〇壹贰叁肆伍陆柒捌玖";
    if (c == U'两') return 2;
    if (auto const at = plain.find(c); at != std::u32string_view::npos) return static_cast<int>(at);
    if (auto const at = formal.find(c); at != std::u32string_view::npos) return static_cast<int>(at);
    return -1;
}

std::optional<Numeral> parse_number(Characters const& text, std::size_t at) { return NumeralReader{text, at}.read(); }

std::optional<Numeral> parse_small(Characters const& text, std::size_t at) {
    if (is_digit(text[at])) {
        auto number = Numeral{0, at, false, false, false, 1};
        for (; is_digit(text[number.end]) && number.end - at < 5; ++number.end)
            number.value = number.value * 10 + static_cast<double>(text[number.end] - U'0');
        if (number.end - at > 4) return std::nullopt;
        return number;
    }
    auto number = chinese_section(text, at);
    if (number && number->is_approximate) return std::nullopt;
    return number;
}

}  // namespace wescrm::language
