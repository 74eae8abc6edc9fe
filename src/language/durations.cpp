#include "durations.hpp"

#include "dates.hpp"
#include "holidays.hpp"
#include "numerals.hpp"
#include "words.hpp"

#include <array>
#include <cmath>

namespace wescrm::language {
namespace {

enum Unit { second = 1, minute, quarter_hour, hour, day, week, month, quarter, year, working_day };

constexpr double longest = 100'000;  // of any unit; keeps dates inside the calendar

struct DurationAmount {
    double value = 0;
    std::size_t end = 0;
    bool is_approximate = false;
};

// 两三天, 三五个: nobody said which.
bool is_vague_pair(Characters const& text, std::size_t at) {
    auto const low = digit_of(text[at]);
    auto const high = digit_of(text[at + 1]);
    return low >= 1 && high > low && high - low <= 2 && digit_of(text[at + 2]) < 0;
}

std::optional<DurationAmount> duration_amount_at(Characters const& text, std::size_t at) {
    if (text[at] == U'半') return DurationAmount{0.5, at + 1};
    if (text[at] == U'俩') return DurationAmount{2, at + 1};
    if (text[at] == U'仨') return DurationAmount{3, at + 1};
    if (is_vague_pair(text, at)) return std::nullopt;
    auto const number = parse_number(text, at);
    if (!number || number->value > longest || (number->is_approximate && number->value == 3 && text[at] == U'几'))
        return std::nullopt;
    return DurationAmount{number->value, number->end, number->is_approximate};
}

constexpr auto units = std::to_array<Word>({{U"秒", second},
                                            {U"秒钟", second},
                                            {U"分钟", minute},
                                            {U"刻钟", quarter_hour},
                                            {U"小时", hour},
                                            {U"钟头", hour},
                                            {U"天", day},
                                            {U"周", week},
                                            {U"星期", week},
                                            {U"礼拜", week},
                                            {U"季度", quarter},
                                            {U"年", year},
                                            {U"周年", year},
                                            {U"工作日", working_day},
                                            {U"交易日", working_day},
                                            {U"天时间", day}});

// 分, 时 and 月 alone and 日 have other meanings unless something else makes clear what is counted.
std::optional<std::pair<int, std::size_t>> unit_at(Characters const& text, std::size_t at, double value,
                                                   bool has_counter, bool is_inside) {
    if (auto const unit = word_at(text, at, units)) {
        auto const next = text[unit->second];
        if (unit->first == day && (next == U'津' || next == U'猫' || next == U'河')) return std::nullopt;
        if (unit->first == year && next == U'级') return std::nullopt;
        return unit;
    }
    if (text[at] == U'月' && (has_counter || value == 0.5)) return std::pair{static_cast<int>(month), at + 1};
    if (text[at] == U'分' && is_inside) return std::pair{static_cast<int>(minute), at + 1};
    if (text[at] == U'时' && is_inside) return std::pair{static_cast<int>(hour), at + 1};
    auto const is_span = value > 31 || after_any(text, at + 1, {U"内", U"以内", U"之内", U"后", U"以后", U"之后"});
    if (text[at] == U'日' && !has_counter && is_span && text[at + 1] != U'元')
        return std::pair{static_cast<int>(day), at + 1};
    return std::nullopt;
}

void add(Length& length, int unit, double value) {
    switch (unit) {
        case second:
            length.seconds += static_cast<std::int64_t>(value);
            break;
        case minute:
            length.seconds += static_cast<std::int64_t>(value * 60);
            break;
        case quarter_hour:
            length.seconds += static_cast<std::int64_t>(value * 900);
            break;
        case hour:
            length.seconds += static_cast<std::int64_t>(value * 3'600);
            break;
        case day:
            length.days += std::floor(value);
            if (value != std::floor(value)) length.seconds += 43'200, length.has_clock_unit = true;
            break;
        case week:
            length.days += value * 7;
            break;
        case month:
            length.months += value;
            break;
        case quarter:
            length.months += value * 3;
            break;
        case year:
            length.months += value * 12;
            break;
        default:
            length.working_days += static_cast<int>(value);
    }
    if (unit <= hour) length.has_clock_unit = true;
}

// One number with its unit. `above`: the unit before it, which must be a longer one.
std::optional<int> add_part(Characters const& text, std::size_t at, int above, Length& length) {
    auto const amount = duration_amount_at(text, at);
    if (!amount) return std::nullopt;
    auto position = skip_blanks(text, amount->end);
    auto value = amount->value;
    auto const has_counter = text[position] == U'个';
    if (has_counter) ++position;
    if (has_counter && text[position] == U'半') value += 0.5, ++position;
    if (has_counter && text[position] == U'多') length.is_approximate = true, ++position;
    auto const unit = unit_at(text, position, value, has_counter, above > 0);
    if (!unit || (unit->first == year && value >= 1'000) ||
        (above > 0 && (unit->first >= above || unit->first == working_day)))
        return std::nullopt;
    length.end = unit->second;
    length.is_approximate = length.is_approximate || amount->is_approximate;
    if (text[length.end] == U'半' && unit->first >= day && !is_one_of(text[length.end + 1], U"个天小")) {
        value += 0.5;
        ++length.end;
    }
    add(length, unit->first, value);
    return unit->first;
}

}  // namespace

std::int64_t Length::total_seconds() const {
    auto const years = std::floor(months / 12);
    auto const whole_days = years * 365 + (months - years * 12) * 30 + days + working_days;
    // Half a year is half of 365 days.
    auto const correction = months - years * 12 == 6 && std::floor(years) == years ? 2.5 : 0;
    return static_cast<std::int64_t>((whole_days + correction) * 86'400) + seconds;
}

std::optional<Length> parse_length(Characters const& text, std::size_t at) {
    auto length = Length{};
    auto unit = add_part(text, at, 0, length);
    if (!unit) return std::nullopt;
    while (unit && *unit != working_day) {
        auto const next = is_one_of(text[length.end], U"又零 ") ? length.end + 1 : length.end;
        unit = add_part(text, next, *unit, length);
    }
    return length;
}

Date shifted(Date day, Length const& length, int sign) {
    for (auto left = std::min(length.working_days, 400); left > 0; --left)
        day = sign > 0 ? next_working_day(day) : previous_working_day(day);
    auto const months = std::floor(length.months);
    auto const half_month = length.months - months > 0.4 ? 15 : 0;
    day = add_months(day, sign * static_cast<int>(std::min(months, 12'000.0)));
    return add_days(day, sign * (static_cast<int>(length.days) + half_month));
}

}  // namespace wescrm::language
