#include "holidays.hpp"

#include "lunar.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace wescrm::language {
namespace {

using std::chrono::sys_days;

enum class HolidayKind { fixed, lunar, nth_weekday, clear_and_bright, new_years_eve };

struct Name {
    std::u32string_view word;
    HolidayKind kind;
    int month;
    int day;       ///< of the month; for nth_weekday: which one
    int weekday;   ///< ISO, for nth_weekday
    int days_off;  ///< as usual, where the official table says nothing
};

constexpr auto names = std::to_array<Name>({{U"元旦节", HolidayKind::fixed, 1, 1, 0, 1},
                                            {U"元旦", HolidayKind::fixed, 1, 1, 0, 1},
                                            {U"情人节", HolidayKind::fixed, 2, 14, 0, 0},
                                            {U"妇女节", HolidayKind::fixed, 3, 8, 0, 0},
                                            {U"三八节", HolidayKind::fixed, 3, 8, 0, 0},
                                            {U"植树节", HolidayKind::fixed, 3, 12, 0, 0},
                                            {U"愚人节", HolidayKind::fixed, 4, 1, 0, 0},
                                            {U"清明节", HolidayKind::clear_and_bright, 4, 0, 0, 1},
                                            {U"清明", HolidayKind::clear_and_bright, 4, 0, 0, 1},
                                            {U"劳动节", HolidayKind::fixed, 5, 1, 0, 5},
                                            {U"五一", HolidayKind::fixed, 5, 1, 0, 5},
                                            {U"青年节", HolidayKind::fixed, 5, 4, 0, 0},
                                            {U"母亲节", HolidayKind::nth_weekday, 5, 2, 7, 0},
                                            {U"儿童节", HolidayKind::fixed, 6, 1, 0, 0},
                                            {U"六一", HolidayKind::fixed, 6, 1, 0, 0},
                                            {U"618", HolidayKind::fixed, 6, 18, 0, 0},
                                            {U"父亲节", HolidayKind::nth_weekday, 6, 3, 7, 0},
                                            {U"建党节", HolidayKind::fixed, 7, 1, 0, 0},
                                            {U"建军节", HolidayKind::fixed, 8, 1, 0, 0},
                                            {U"教师节", HolidayKind::fixed, 9, 10, 0, 0},
                                            {U"国庆节", HolidayKind::fixed, 10, 1, 0, 7},
                                            {U"国庆", HolidayKind::fixed, 10, 1, 0, 7},
                                            {U"十一", HolidayKind::fixed, 10, 1, 0, 7},
                                            {U"万圣节", HolidayKind::fixed, 10, 31, 0, 0},
                                            {U"双十一", HolidayKind::fixed, 11, 11, 0, 0},
                                            {U"双11", HolidayKind::fixed, 11, 11, 0, 0},
                                            {U"感恩节", HolidayKind::nth_weekday, 11, 4, 4, 0},
                                            {U"双十二", HolidayKind::fixed, 12, 12, 0, 0},
                                            {U"双12", HolidayKind::fixed, 12, 12, 0, 0},
                                            {U"平安夜", HolidayKind::fixed, 12, 24, 0, 0},
                                            {U"圣诞节", HolidayKind::fixed, 12, 25, 0, 0},
                                            {U"圣诞", HolidayKind::fixed, 12, 25, 0, 0},
                                            {U"除夕", HolidayKind::new_years_eve, 1, 1, 0, 8},
                                            {U"大年三十", HolidayKind::new_years_eve, 1, 1, 0, 8},
                                            {U"大年初一", HolidayKind::lunar, 1, 1, 0, 7},
                                            {U"农历新年", HolidayKind::lunar, 1, 1, 0, 7},
                                            {U"春节", HolidayKind::lunar, 1, 1, 0, 7},
                                            {U"元宵节", HolidayKind::lunar, 1, 15, 0, 0},
                                            {U"元宵", HolidayKind::lunar, 1, 15, 0, 0},
                                            {U"端午节", HolidayKind::lunar, 5, 5, 0, 1},
                                            {U"端午", HolidayKind::lunar, 5, 5, 0, 1},
                                            {U"七夕", HolidayKind::lunar, 7, 7, 0, 0},
                                            {U"中秋节", HolidayKind::lunar, 8, 15, 0, 1},
                                            {U"中秋", HolidayKind::lunar, 8, 15, 0, 1},
                                            {U"重阳", HolidayKind::lunar, 9, 9, 0, 0}});

Date on(int year, int month, int day) {
    return Date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                std::chrono::day{static_cast<unsigned>(day)}};
}

struct DaysOff {
    int first;  ///< 20260215
    int count;
};
// The holidays that the State Council has announced, and the weekend days that are worked for them.
constexpr auto announced = std::to_array<DaysOff>({{20250101, 1},
                                                   {20250128, 8},
                                                   {20250404, 3},
                                                   {20250501, 5},
                                                   {20250531, 3},
                                                   {20251001, 8},
                                                   {20260101, 3},
                                                   {20260215, 9},
                                                   {20260404, 3},
                                                   {20260501, 5},
                                                   {20260619, 3},
                                                   {20260925, 3},
                                                   {20261001, 7}});
constexpr std::array<int, 11> worked{20250126, 20250208, 20250427, 20250928, 20251011, 20260104,
                                     20260214, 20260228, 20260509, 20260920, 20261010};

bool has_announcement(Date day) {
    auto const year = static_cast<int>(day.year());
    return year == 2025 || year == 2026;
}

int number(Date day) {
    return static_cast<int>(day.year()) * 10'000 + static_cast<int>(static_cast<unsigned>(day.month())) * 100 +
           static_cast<int>(static_cast<unsigned>(day.day()));
}

Date day_of_number(int value) { return on(value / 10'000, value / 100 % 100, value % 100); }

Date nth_weekday(Name const& name, int year) {
    auto const first = on(year, name.month, 1);
    auto const weekday = static_cast<int>(std::chrono::weekday{sys_days{first}}.iso_encoding());
    return add_days(first, (name.weekday - weekday + 7) % 7 + (name.day - 1) * 7);
}

std::optional<Date> day_of(Name const& name, int year) {
    switch (name.kind) {
        case HolidayKind::fixed:
            return on(year, name.month, name.day);
        case HolidayKind::nth_weekday:
            return nth_weekday(name, year);
        // The solar term Qingming in the 21st century: 4 or 5 April.
        case HolidayKind::clear_and_bright:
            return on(year, 4, static_cast<int>((year % 100) * 0.2422 + 4.81) - year % 100 / 4);
        case HolidayKind::lunar:
            return from_lunar(year, name.month, name.day);
        case HolidayKind::new_years_eve:
            break;
    }
    auto const new_year = from_lunar(year, 1, 1);
    return new_year ? std::optional{add_days(*new_year, -1)} : std::nullopt;
}

struct Off {
    Date first;
    int count = 0;
};

// The days off that cover `day`, if any.
std::optional<Off> days_off_around(Date day) {
    if (has_announcement(day)) {
        for (auto const& off : announced)
            if (auto const first = day_of_number(off.first); day >= first && day < add_days(first, off.count))
                return Off{first, off.count};
        return std::nullopt;
    }
    for (auto const& name : names) {
        if (name.days_off == 0) continue;
        auto const first = day_of(name, static_cast<int>(day.year()));
        if (first && day >= *first && day < add_days(*first, name.days_off)) return Off{*first, name.days_off};
    }
    return std::nullopt;
}

}  // namespace

std::optional<Holiday> holiday_at(Characters const& text, std::size_t at) {
    auto found = std::optional<Holiday>{};
    for (std::size_t index = 0; index < names.size(); ++index)
        if (auto const end = at + names[index].word.size();
            text.starts(at, names[index].word) && (!found || end > found->end))
            found = Holiday{index, end};
    return found;
}

std::optional<Date> day_of(Holiday const& holiday, int year) { return day_of(names[holiday.index], year); }

bool is_working_day(Date day) {
    if (std::find(worked.begin(), worked.end(), number(day)) != worked.end()) return true;
    return std::chrono::weekday{sys_days{day}}.iso_encoding() <= 5 && !days_off_around(day);
}

Date next_working_day(Date after) {
    do after = add_days(after, 1);
    while (!is_working_day(after));
    return after;
}

Date previous_working_day(Date before) {
    do before = add_days(before, -1);
    while (!is_working_day(before));
    return before;
}

Date working_day_after_off(Date day) {
    auto const off = days_off_around(day);
    return next_working_day(off ? add_days(off->first, off->count - 1) : day);
}

Date working_day_before_off(Date day) {
    auto const off = days_off_around(day);
    return previous_working_day(off ? off->first : day);
}

std::optional<Date> next_days_off(Date today) {
    for (auto day = today; day < add_days(today, 400); day = add_days(day, 1))
        if (auto const off = days_off_around(day); off && (off->count > 1 || off->first == day)) return off->first;
    return std::nullopt;
}

}  // namespace wescrm::language
