#include <algorithm>
#include <cmath>

#include "numerals.hpp"
#include "times.hpp"

#include <wescrm/language/entities.hpp>

namespace wescrm::language {
namespace {

bool is_word_before(Characters const& text, std::size_t at) {
    return at > 0 && (is_latin(text[at - 1]) || is_digit(text[at - 1]) || text[at - 1] == U'_');
}

// ---- phones -----------------------------------------------------------------------------------------------------------------

int spoken_digit(char32_t c) {
    if (is_digit(c)) return static_cast<int>(c - U'0');
    if (c == U'幺' || c == U'妖') return 1;
    if (c == U'洞') return 0;
    if (c == U'拐') return 7;
    if (c == U'勾') return 9;
    return digit_of(c);
}

struct Digits {
    std::string value;
    std::size_t end = 0;
};

// Digits with the marks that people put between them. Spoken digits only when the number begins with them.
Digits digits_from(Characters const& text, std::size_t at, std::size_t most) {
    auto found = Digits{{}, at};
    auto const is_spoken = !is_digit(text[at]) && text[at] != U'+' && text[at] != U'(';
    for (auto position = at; position < text.size() && found.value.size() < most; ++position) {
        auto const c = text[position];
        auto const digit = is_spoken || digit_of(c) >= 0 ? spoken_digit(c) : is_digit(c) ? static_cast<int>(c - U'0') : -1;
        if (digit >= 0) {
            found.value += static_cast<char>('0' + digit);
            found.end = position + 1;
        } else if (!(c == U'-' || c == U' ' || c == U'(' || c == U')' || c == U'（' || c == U'）') || found.value.empty()) {
            if (!(found.value.empty() && (c == U'(' || c == U'+' || c == U'（'))) break;
        }
    }
    return found;
}

std::optional<Entity> phone(Characters const& text, std::size_t at) {
    if (is_word_before(text, at) || (at > 0 && (text[at - 1] == U'-' || text[at - 1] == U'¥'))) return std::nullopt;
    auto start = at;
    if (text[start] == U'+') ++start;
    if (spoken_digit(text[start]) < 0 && text[start] != U'(' && text[start] != U'（') return std::nullopt;
    auto found = digits_from(text, at, 24);
    auto digits = found.value;
    auto prefix = std::size_t{0};
    if (digits.starts_with("0086")) prefix = 4;
    else if (digits.size() >= 13 && digits.starts_with("86")) prefix = 2;
    digits.erase(0, prefix);
    auto const is_mobile = [](std::string const& value) { return value.size() >= 11 && value[0] == '1' && value[1] >= '3'; };
    auto const cut = [&](std::size_t size) {
        auto const exact = digits_from(text, at, prefix + size);
        return is_digit(text[exact.end]) ? std::nullopt : std::optional{Entity{PhoneValue{digits.substr(0, size)}, {}, at, exact.end - at}};
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

// ---- mail and web -----------------------------------------------------------------------------------------------------------

bool is_mail_character(char32_t c) { return is_latin(c) || is_digit(c) || c == U'.' || c == U'_' || c == U'-' || c == U'+' || c == U'%'; }

std::optional<Entity> email(Characters const& text, std::size_t at) {
    if (!(is_latin(text[at]) || is_digit(text[at])) || (at > 0 && is_mail_character(text[at - 1]))) return std::nullopt;
    auto position = at;
    while (is_mail_character(text[position])) ++position;
    if (text[position] != U'@') return std::nullopt;
    auto end = position + 1;
    while (is_latin(text[end]) || is_digit(text[end]) || text[end] == U'-' || (text[end] == U'.' && (is_latin(text[end + 1]) || is_digit(text[end + 1])))) ++end;
    if (text.view().substr(position, end - position).find(U'.') == std::u32string_view::npos) return std::nullopt;
    return Entity{EmailValue{text.original(at, end)}, {}, at, end - at};
}

std::optional<Entity> url(Characters const& text, std::size_t at) {
    if (!text.starts(at, U"http://") && !text.starts(at, U"https://") && !text.starts(at, U"www.")) return std::nullopt;
    auto end = at;
    while (end < text.size() && text[end] > U' ' && text[end] < 0x7F && text[end] != U'"' && text[end] != U'<' && text[end] != U'>') ++end;
    while (end > at && std::u32string_view{U".,;!?)"}.find(text[end - 1]) != std::u32string_view::npos) --end;
    return Entity{UrlValue{text.original(at, end)}, {}, at, end - at};
}

// ---- amounts ----------------------------------------------------------------------------------------------------------------

struct Currency {
    std::u32string_view word;
    std::string_view code;
};
constexpr std::array<Currency, 14> currencies{{{U"人民币", "CNY"}, {U"元人民币", "CNY"}, {U"块钱", "CNY"}, {U"rmb", "CNY"}, {U"cny", "CNY"}, {U"美元", "USD"},
                                               {U"美金", "USD"}, {U"欧元", "EUR"}, {U"港币", "HKD"}, {U"日元", "JPY"}, {U"英镑", "GBP"}, {U"元", "CNY"},
                                               {U"块", "CNY"}, {U"圆", "CNY"}}};

std::int64_t to_fen(double amount) { return static_cast<std::int64_t>(std::llround(amount * 100)); }

std::optional<Entity> money(Characters const& text, std::size_t at) {
    if (is_word_before(text, at)) return std::nullopt;
    auto start = at;
    auto has_mark = false;
    auto code = std::string_view{"CNY"};
    if (text[start] == U'¥') has_mark = true, ++start;
    else if (text[start] == U'$') has_mark = true, code = "USD", ++start;
    else if (text.starts(start, U"rmb") || text.starts(start, U"cny")) has_mark = true, start += 3;
    while (has_mark && text[start] == U' ') ++start;
    auto const number = parse_number(text, start);
    if (!number) return std::nullopt;
    auto end = number->end;
    auto amount = number->value;
    auto has_unit_word = has_mark;
    for (auto const& currency : currencies)
        if (text.starts(end, currency.word)) {
            has_unit_word = true;
            code = currency.code;
            end += currency.word.size();
            // 五块八, 12元5角
            auto const rest = code == "CNY" ? parse_small(text, end) : std::nullopt;
            if (rest && rest->value < 100 && !number->has_unit) {
                auto const unit = text[rest->end];
                if (unit == U'角' || unit == U'毛') amount += rest->value / 10, end = rest->end + 1;
                else if (unit == U'分') amount += rest->value / 100, end = rest->end + 1;
                else if (currency.word == U"块" && rest->value < 10) amount += rest->value / 10, end = rest->end;
            }
            break;
        }
    if (!has_unit_word && (text[end] == U'角' || text[end] == U'毛')) return Entity{MoneyValue{to_fen(amount / 10), "CNY"}, {}, at, end + 1 - at};
    if (text[end] == U'整' && has_unit_word) ++end;
    // 万, k, w without a currency are amounts in a CRM; a bare number is one only where a key word says so.
    auto const is_amount_unit = number->scale >= 1'000 && number->has_unit;
    if (!has_unit_word && !is_amount_unit) return std::nullopt;
    auto value = MoneyValue{to_fen(amount), std::string{code}, number->is_approximate};
    for (std::u32string_view word : {U"左右", U"上下"})
        if (text.starts(end, word)) value.is_approximate = true;
    return Entity{std::move(value), {}, at, end - at};
}

std::optional<Entity> percent(Characters const& text, std::size_t at) {
    if (text.starts(at, U"百分之")) {
        auto const number = parse_number(text, at + 3);
        if (number) return Entity{PercentValue{number->value}, {}, at, number->end - at};
    }
    auto const number = parse_number(text, at);
    if (!number || is_word_before(text, at)) return std::nullopt;
    if (text[number->end] == U'%') return Entity{PercentValue{number->value}, {}, at, number->end + 1 - at};
    if (text.starts(number->end, U"个点")) return Entity{PercentValue{number->value}, {}, at, number->end + 2 - at};
    if (text[number->end] == U'成' && number->value <= 10 && text[number->end + 1] != U'交' && text[number->end + 1] != U'员')
        return Entity{PercentValue{number->value * 10}, {}, at, number->end + 1 - at};
    if (text[number->end] == U'折') return Entity{PercentValue{number->value < 10 ? number->value * 10 : number->value}, {}, at, number->end + 1 - at};
    return std::nullopt;
}

std::optional<Entity> number(Characters const& text, std::size_t at) {
    if (is_word_before(text, at) || (at > 0 && digit_of(text[at - 1]) >= 0)) return std::nullopt;
    auto const negative = text[at] == U'-' || text[at] == U'负';
    auto const found = parse_number(text, negative ? at + 1 : at);
    if (!found) return std::nullopt;
    if (found->is_chinese && found->end - at == 1 && !found->has_unit && text.size() > 1) return std::nullopt;  // 一 in 一下
    return Entity{NumberValue{negative ? -found->value : found->value}, {}, at, found->end - at};
}

std::optional<Entity> first_at(Characters const& text, std::size_t at, Reference const& reference) {
    if (auto found = url(text, at)) return found;
    if (auto found = email(text, at)) return found;
    if (auto found = phone(text, at)) return found;
    auto const amount = money(text, at);
    if (!is_word_before(text, at)) {
        auto const time = parse_time(text, at, reference);
        if (time && (!amount || time->end > at + amount->length)) return Entity{time->value, {}, at, time->end - at};
    }
    if (auto found = percent(text, at)) return found;
    if (amount) return amount;
    return number(text, at);
}

std::string two(long value) { return (value < 10 ? "0" : "") + std::to_string(value); }

}  // namespace

std::vector<Entity> find_entities(std::string_view utf8, Reference const& reference) {
    auto const text = Characters{utf8};
    auto found = std::vector<Entity>{};
    for (std::size_t at = 0; at < text.size();) {
        auto entity = first_at(text, at, reference);
        if (!entity || entity->length == 0) {
            ++at;
            continue;
        }
        entity->text = text.original(at, at + entity->length);
        at += entity->length;
        found.push_back(std::move(*entity));
    }
    return found;
}

std::string_view kind_of(EntityValue const& value) noexcept {
    static constexpr std::array<std::string_view, 11> names{"date", "datetime", "range", "duration", "money", "number", "percent", "phone", "email", "url", "yes_no"};
    return names[value.index()];
}

std::string format_moment(EntityValue const& value) {
    if (auto const* day = std::get_if<DateValue>(&value)) return format_date(day->date);
    if (auto const* range = std::get_if<RangeValue>(&value)) return format_date(range->start.date);
    auto const* moment = std::get_if<MomentValue>(&value);
    if (!moment) return {};
    auto const time = std::chrono::hh_mm_ss{moment->at.time_of_day};
    return format_date(moment->at.date) + "T" + two(time.hours().count()) + ":" + two(time.minutes().count());
}

}  // namespace wescrm::language
