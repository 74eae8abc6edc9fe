#include <wescrm/base/text.hpp>
#include <wescrm/tables/cells.hpp>

#include <array>
#include <charconv>
#include <cmath>

namespace wescrm::tables {
namespace {

constexpr double seconds_a_day = 86'400;
constexpr double last_serial = 2'958'465;  // 9999-12-31
constexpr int days_1904 = 1'462;
constexpr double exact_integers = 9'007'199'254'740'992;  // 2^53
constexpr std::size_t shown_digits = 6;                   // of a number that a spreadsheet writes with an exponent

std::optional<double> number_of(std::string_view text) {
    auto value = 0.0;
    if (text.starts_with('+')) text.remove_prefix(1);
    auto const [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (problem != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
    return value;
}

std::string two(std::int64_t value) { return (value < 10 ? "0" : "") + std::to_string(value); }

std::string clock_text(std::int64_t second) {
    auto text = two(second / 3'600) + ":" + two(second / 60 % 60);
    if (second % 60 != 0) text += ":" + two(second % 60);
    return text;
}

// Groups of digits with one of the separators between them: {2026, 1, 5}.
std::optional<std::array<int, 3>> three_numbers(std::string_view text) {
    auto numbers = std::array<int, 3>{};
    auto const* at = text.data();
    auto const* const end = text.data() + text.size();
    for (auto i = std::size_t{0}; i < numbers.size(); ++i) {
        auto const [next, problem] = std::from_chars(at, end, numbers.at(i));
        if (problem != std::errc{} || numbers.at(i) < 0) return std::nullopt;
        at = next;
        if (i == 2) break;
        if (at == end || (*at != '-' && *at != '/' && *at != '.')) return std::nullopt;
        ++at;
    }
    return at == end ? std::optional{numbers} : std::nullopt;
}

std::optional<seconds> time_of_day(std::string_view text) {
    auto parts = text::split(text, ':');
    if (parts.size() < 2 || parts.size() > 3) return std::nullopt;
    auto total = std::int64_t{0};
    for (auto i = std::size_t{0}; i < 3; ++i) {
        auto value = 0;
        if (i < parts.size()) {
            auto const& part = parts[i];
            auto const [end, problem] = std::from_chars(part.data(), part.data() + part.size(), value);
            if (problem != std::errc{} || end != part.data() + part.size()) return std::nullopt;
        }
        if (value < 0 || value > (i == 0 ? 23 : 59)) return std::nullopt;
        total = total * 60 + value;
    }
    return seconds{total};
}

std::string one_form(std::string_view text) {
    auto plain = std::string{text::trim(text)};
    for (auto const* word : {"年", "月"}) plain = text::replace_all(plain, word, "-");
    return text::replace_all(plain, "日", "");
}

bool begins_formula(std::string_view text) {
    static constexpr auto starts =
        std::to_array<std::string_view>({"=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"});
    for (auto const start : starts)
        if (text.starts_with(start)) return true;
    return false;
}

// Apostrophes before what begins a formula; each way adds or takes one of them.
std::size_t quotes_before_formula(std::string_view text) {
    auto const first = text.find_first_not_of('\'');
    return first != std::string_view::npos && begins_formula(text.substr(first)) ? first : std::string_view::npos;
}

}  // namespace

std::optional<std::string> plain_number(std::string_view text) {
    auto const value = number_of(text::trim(text));
    if (!value) return std::nullopt;
    auto buffer = std::array<char, 400>{};
    auto const is_whole = std::floor(*value) == *value && std::abs(*value) < exact_integers;
    auto const written =
        is_whole ? std::to_chars(buffer.data(), buffer.data() + buffer.size(), static_cast<std::int64_t>(*value))
                 : std::to_chars(buffer.data(), buffer.data() + buffer.size(), *value, std::chars_format::fixed);
    return std::string{buffer.data(), written.ptr};
}

std::optional<std::string> date_of_serial(double serial, bool since_1904) {
    if (!(serial >= 0) || serial > last_serial) return std::nullopt;
    auto second = std::llround(serial * seconds_a_day);
    auto day = second / static_cast<std::int64_t>(seconds_a_day);
    second %= static_cast<std::int64_t>(seconds_a_day);
    if (day == 0 && !since_1904) return clock_text(second);
    if (since_1904) day += days_1904;
    // The 29 February 1900 of spreadsheets never was: before it their count is one day behind.
    if (!since_1904 && day < 60) ++day;
    using namespace std::chrono_literals;
    auto const date = Date{std::chrono::sys_days{1899y / 12 / 30} + days{day}};
    auto const text = format_date(date);
    return second == 0 ? text : text + " " + clock_text(second);
}

bool is_date_format(std::string_view format) {
    auto in_quotes = false;
    for (auto i = std::size_t{0}; i < format.size(); ++i) {
        auto const c = format[i];
        if (c == '"') in_quotes = !in_quotes;
        if (in_quotes || c == '"') continue;
        if (c == '\\' || c == '_' || c == '*') {
            ++i;
        } else if (c == '[') {
            // [h]:mm counts hours; colours, conditions and locales stand in brackets as well.
            auto const close = format.find(']', i);
            if (close == std::string_view::npos) return false;
            auto const inside = text::to_lower(format.substr(i + 1, close - i - 1));
            if (inside == "h" || inside == "hh" || inside == "mm" || inside == "ss") return true;
            i = close;
        } else if (c == ';') {
            return false;
        } else if (std::string_view{"yYdDhHsSmM"}.find(c) != std::string_view::npos) {
            return true;
        }
    }
    return false;
}

std::optional<Date> read_date(std::string_view typed) {
    auto text = one_form(typed);
    text = text.substr(0, text.find_first_of(" T"));
    if (text.size() == 8 && text.find_first_not_of("0123456789") == std::string::npos)
        text = text.substr(0, 4) + "-" + text.substr(4, 2) + "-" + text.substr(6);
    if (auto const serial = number_of(text); serial && *serial >= 1) {
        auto const day = date_of_serial(*serial);
        return day ? parse_date(day->substr(0, 10)) : std::nullopt;
    }
    auto const numbers = three_numbers(text);
    if (!numbers) return std::nullopt;
    auto const [year, month, day] = *numbers;
    auto const date = Date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                           std::chrono::day{static_cast<unsigned>(day)}};
    return date.ok() && year >= 1900 && year <= 9999 ? std::optional{date} : std::nullopt;
}

std::optional<Instant> read_instant(std::string_view typed, Zone const& zone) {
    if (auto const exact = parse_rfc3339(text::trim(typed))) return exact;
    auto text = one_form(typed);
    if (auto const serial = number_of(text); serial && *serial >= 1 && text.size() != 8)
        text = date_of_serial(*serial).value_or("");
    auto const day = read_date(text);
    if (!day) return std::nullopt;
    auto const space = text.find_first_of(" T");
    if (space == std::string::npos) return zone.start_of(*day);
    auto const clock = time_of_day(text::trim(std::string_view{text}.substr(space + 1)));
    return clock ? std::optional{zone.instant({*day, *clock})} : std::nullopt;
}

std::optional<std::string> phone_of(std::string_view typed) {
    auto const text = std::string{text::trim(typed)};
    auto const is_number = text.find_first_not_of("0123456789.eE+") == std::string::npos;
    auto const exponent = text.find_first_of("eE");
    auto const has_point = text.find('.') != std::string::npos;
    if (!is_number || (exponent == std::string::npos && !has_point)) return text;
    auto const plain = plain_number(text);
    if (!plain || plain->find('.') != std::string::npos) return text;
    if (exponent != std::string::npos) {
        auto significant = std::size_t{0};
        for (auto const c : text.substr(0, exponent)) significant += c >= '0' && c <= '9' ? 1 : 0;
        if (significant <= shown_digits && significant < plain->size()) return std::nullopt;
    }
    return plain;
}

std::string safe_text(std::string_view text) {
    auto const quotes = quotes_before_formula(text);
    if (quotes == std::string_view::npos || (quotes == 0 && number_of(text))) return std::string{text};
    return "'" + std::string{text};
}

std::string original_text(std::string_view text) {
    auto const quotes = quotes_before_formula(text);
    if (quotes == 0 || quotes == std::string_view::npos) return std::string{text};
    return std::string{text.substr(1)};
}

}  // namespace wescrm::tables
