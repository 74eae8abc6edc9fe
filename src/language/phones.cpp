#include "numerals.hpp"
#include "recognisers.hpp"
#include "words.hpp"

namespace wescrm::language {
namespace {

int spoken_digit(char32_t c) {
    if (is_digit(c)) return static_cast<int>(c - U'0');
    if (c == U'幺' || c == U'妖') return 1;
    if (c == U'洞') return 0;
    if (c == U'拐') return 7;
    if (c == U'勾') return 9;
    return digit_of(c);
}

struct PhoneDigits {
    std::string value;
    std::size_t end = 0;
};

// Digits with the marks that people put between them. Spoken digits only when the number begins with them.
PhoneDigits digits_from(Characters const& text, std::size_t at, std::size_t most) {
    auto found = PhoneDigits{{}, at};
    auto const is_spoken = !is_digit(text[at]) && text[at] != U'+' && text[at] != U'(';
    for (auto position = at; position < text.size() && found.value.size() < most; ++position) {
        auto const c = text[position];
        auto const digit = is_spoken || digit_of(c) >= 0 ? spoken_digit(c)
                           : is_digit(c)                 ? static_cast<int>(c - U'0')
                                                         : -1;
        if (digit >= 0) {
            found.value += static_cast<char>('0' + digit);
            found.end = position + 1;
        } else if (!(c == U'-' || c == U' ' || c == U'(' || c == U')' || c == U'（' || c == U'）') ||
                   found.value.empty()) {
            if (!(found.value.empty() && (c == U'(' || c == U'+' || c == U'（'))) break;
        }
    }
    return found;
}

}  // namespace

std::optional<Entity> find_phone(Characters const& text, std::size_t at) {
    if (is_inside_word(text, at) || (at > 0 && (text[at - 1] == U'-' || text[at - 1] == U'¥'))) return std::nullopt;
    auto start = at;
    if (text[start] == U'+') ++start;
    if (spoken_digit(text[start]) < 0 && text[start] != U'(' && text[start] != U'（') return std::nullopt;
    auto found = digits_from(text, at, 24);
    auto digits = found.value;
    auto prefix = std::size_t{0};
    if (digits.starts_with("0086"))
        prefix = 4;
    else if (digits.size() >= 13 && digits.starts_with("86"))
        prefix = 2;
    digits.erase(0, prefix);
    auto const has_landline = prefix > 0 && digits.size() >= 9 && digits[0] >= '1' &&
                              !(digits.size() == 11 && digits[0] == '1' && digits[1] >= '3');
    if (has_landline) return Entity{PhoneValue{"0" + digits}, at, found.end - at};
    if (prefix == 0 && (text[at] == U'+' || digits.starts_with("00")) && digits.size() >= 8 && digits.size() <= 17)
        return Entity{PhoneValue{(text[at] == U'+' ? "+" : "") + digits}, at, found.end - at};
    auto const is_mobile = [](std::string const& value) {
        return value.size() >= 11 && value[0] == '1' && value[1] >= '3';
    };
    auto const cut = [&](std::size_t size) {
        auto const exact = digits_from(text, at, prefix + size);
        return is_digit(text[exact.end])
                   ? std::nullopt
                   : std::optional{Entity{PhoneValue{digits.substr(0, size)}, at, exact.end - at}};
    };
    if (is_mobile(digits)) return cut(11);
    if (digits.starts_with("400") || digits.starts_with("800")) return digits.size() >= 10 ? cut(10) : std::nullopt;
    if (digits.size() >= 10 && digits[0] == '0' && digits[1] != '0') {
        auto const area = digits[1] == '1' || digits[1] == '2' ? std::size_t{3} : std::size_t{4};
        auto const size = std::min(digits.size(), area + 8);
        auto result = cut(size);
        if (!result) return result;
        auto& value = std::get<PhoneValue>(result->value).digits;
        value.insert(area, "-");
        auto end = at + result->length;
        for (std::u32string_view word : {U"转", U"-", U"#"})
            if (text.starts(end, word) && is_digit(text[end + 1])) {
                auto const extension = parse_small(text, end + 1);
                if (extension) {
                    value += "-" + text.original(end + 1, extension->end);
                    result->length = extension->end - at;
                }
                break;
            }
        return result;
    }
    return std::nullopt;
}

}  // namespace wescrm::language
