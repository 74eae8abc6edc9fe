#include "times.hpp"

#include <array>
#include <utility>

#include "numerals.hpp"

namespace wescrm::language {
namespace {

using std::chrono::sys_days;

struct Word {
    std::u32string_view text;
    int value;
};

template <std::size_t N>
std::optional<std::pair<int, std::size_t>> one_of(Characters const& text, std::size_t at, std::array<Word, N> const& words) {
    for (auto const& word : words)
        if (text.starts(at, word.text)) return std::pair{word.value, at + word.text.size()};
    return std::nullopt;
}

constexpr std::array<Word, 13> relative_days{{{U"大前天", -3}, {U"前天", -2}, {U"昨天", -1}, {U"昨日", -1}, {U"今天", 0}, {U"今日", 0}, {U"当天", 0},
                                              {U"明天", 1}, {U"明日", 1}, {U"后天", 2}, {U"大后天", 3}, {U"次日", 1}, {U"第二天", 1}}};
// 今晚, 明早: a day with a part of it.
constexpr std::array<Word, 6> day_heads{{{U"昨", -1}, {U"今", 0}, {U"明", 1}, {U"当", 0}, {U"前", -2}, {U"后", 2}}};

struct Part {
    std::u32string_view text;
    int from;  ///< the hour that counts without a number
    int add;   ///< what a smaller hour gets
};
constexpr std::array<Part, 17> parts{{{U"凌晨", 2, 0},  {U"清晨", 6, 0},  {U"早上", 9, 0},  {U"早晨", 9, 0},  {U"上午", 9, 0},  {U"中午", 12, 12},
                                      {U"下午", 14, 12}, {U"午后", 14, 12}, {U"傍晚", 17, 12}, {U"晚上", 19, 12}, {U"夜里", 22, 12}, {U"半夜", 0, 12},
                                      {U"晚间", 19, 12}, {U"上班前", 9, 0}, {U"下班前", 18, 12}, {U"早", 9, 0},    {U"晚", 19, 12}}};

class Parser {
public:
    Parser(Characters const& text, Reference const& reference)
        : text_{text}, reference_{reference}, now_{reference.zone.local(reference.sent_at)} {}

    std::optional<FoundTime> at(std::size_t start) {
        if (auto found = period(start)) return finish(start, std::move(*found));
        if (auto found = offset(start)) return finish(start, std::move(*found));
        if (auto found = day_and_time(start)) return finish(start, std::move(*found));
        return std::nullopt;
    }

private:
    struct Day {
        Date date;
        std::size_t end = 0;
        bool is_open_past = false;  ///< the lean decides when the time of day has passed
    };
    struct Clock {
        seconds time{};
        std::size_t end = 0;
        int add_days = 0;
        bool is_vague = false;  ///< only a part of the day
    };

    [[nodiscard]] Date today() const { return now_.date; }
    [[nodiscard]] bool is_future() const { return reference_.lean != Lean::past; }
    static Date monday_of(Date day) { return add_days(day, -static_cast<int>(std::chrono::weekday{sys_days{day}}.iso_encoding() - 1)); }
    [[nodiscard]] std::size_t skip(std::size_t at) const {
        while (text_[at] == U' ' || text_[at] == U'的') ++at;
        return at;
    }

    FoundTime finish(std::size_t, FoundTime found) const {
        for (std::u32string_view word : {U"之前", U"以前", U"前", U"止", U"截止"})
            if (text_.starts(found.end, word) && !text_.starts(found.end, U"前面")) {
                found.end += word.size();
                found.is_deadline = true;
                break;
            }
        return found;
    }

    // ---- whole days -------------------------------------------------------------------------------------------------------

    std::optional<Day> day(std::size_t at) const {
        if (auto found = iso_day(at)) return found;
        if (auto const word = one_of(text_, at, std::array<Word, 1>{{{U"大后天", 3}}})) return Day{add_days(today(), word->first), word->second};
        if (auto const word = one_of(text_, at, relative_days)) return Day{add_days(today(), word->first), word->second};
        if (auto found = weekday(at)) return found;
        if (auto found = month_day(at)) return found;
        return edge(at);
    }

    std::optional<Day> iso_day(std::size_t at) const {
        auto const year = parse_small(text_, at);
        if (!year || year->is_chinese) return std::nullopt;
        auto const digits = year->end - at;
        auto const mark = text_[year->end];
        if (digits == 4 && (mark == U'-' || mark == U'/' || mark == U'.' || mark == U'·')) {
            auto const month = parse_small(text_, year->end + 1);
            if (!month || text_[month->end] != mark) return std::nullopt;
            auto const day = parse_small(text_, month->end + 1);
            if (!day || is_digit(text_[day->end])) return std::nullopt;
            return checked(static_cast<int>(year->value), static_cast<int>(month->value), static_cast<int>(day->value), day->end);
        }
        if (digits <= 2 && (mark == U'/' || mark == U'-')) {
            auto const day = parse_small(text_, year->end + 1);
            if (!day || day->is_chinese || is_digit(text_[day->end]) || text_[day->end] == mark) return std::nullopt;
            return this_or_next(static_cast<int>(year->value), static_cast<int>(day->value), day->end);
        }
        return std::nullopt;
    }

    static std::optional<Day> checked(int year, int month, int day, std::size_t end) {
        auto const date = Date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)}, std::chrono::day{static_cast<unsigned>(day)}};
        if (!date.ok()) return std::nullopt;
        return Day{date, end};
    }

    // A month and day without a year: the one on the side to which the slot leans.
    std::optional<Day> this_or_next(int month, int day, std::size_t end) const {
        auto found = checked(static_cast<int>(today().year()), month, day, end);
        if (!found) return std::nullopt;
        if (reference_.lean == Lean::future && sys_days{found->date} < sys_days{today()}) found->date = add_months(found->date, 12);
        if (reference_.lean == Lean::past && sys_days{found->date} > sys_days{today()}) found->date = add_months(found->date, -12);
        return found;
    }

    std::optional<std::pair<int, std::size_t>> year(std::size_t at) const {
        static constexpr std::array<Word, 6> words{{{U"今年", 0}, {U"明年", 1}, {U"后年", 2}, {U"去年", -1}, {U"前年", -2}, {U"本年", 0}}};
        if (auto const word = one_of(text_, at, words)) return std::pair{static_cast<int>(today().year()) + word->first, word->second};
        auto const number = parse_small(text_, at);
        if (!number || text_[number->end] != U'年' || number->has_unit) return std::nullopt;
        auto value = static_cast<int>(number->value);
        auto const digits = number->end - at;
        if (digits == 2) value += value < 70 ? 2'000 : 1'900;
        if ((digits != 2 && digits != 4) || value < 1'900 || value > 2'200) return std::nullopt;
        return std::pair{value, number->end + 1};
    }

    std::optional<std::pair<int, std::size_t>> month_number(std::size_t at) const {
        auto const number = parse_small(text_, at);
        if (!number || number->value < 1 || number->value > 12 || text_[number->end] != U'月') return std::nullopt;
        auto end = number->end + 1;
        if (text_[end] == U'份') ++end;
        return std::pair{static_cast<int>(number->value), end};
    }

    std::optional<std::pair<int, std::size_t>> relative_month(std::size_t at) const {
        static constexpr std::array<Word, 14> words{{{U"下下个月", 2}, {U"上上个月", -2}, {U"下下月", 2}, {U"上上月", -2}, {U"下个月", 1}, {U"上个月", -1},
                                                     {U"这个月", 0}, {U"本月", 0}, {U"下月", 1}, {U"上月", -1}, {U"当月", 0}, {U"这月", 0}, {U"次月", 1}, {U"前月", -2}}};
        return one_of(text_, at, words);
    }

    std::optional<std::pair<int, std::size_t>> day_number(std::size_t at) const {
        auto const number = parse_small(text_, at);
        if (!number || number->value < 1 || number->value > 31) return std::nullopt;
        if (text_[number->end] != U'号' && text_[number->end] != U'日') return std::nullopt;
        return std::pair{static_cast<int>(number->value), number->end + 1};
    }

    // 2026年12月3日, 12月3号, 下月5号, 15号
    std::optional<Day> month_day(std::size_t at) const {
        auto position = at;
        auto const with_year = year(position);
        if (with_year) position = skip(with_year->second);
        if (auto const month = month_number(position)) {
            auto number = day_number(month->second);
            if (!number) {
                auto const bare = parse_small(text_, month->second);
                if (bare && bare->value >= 1 && bare->value <= 31 && text_[bare->end] != U'万' && text_[bare->end] != U'点') number = std::pair{static_cast<int>(bare->value), bare->end};
            }
            if (!number) return std::nullopt;
            if (with_year) return checked(with_year->first, month->first, number->first, number->second);
            return this_or_next(month->first, number->first, number->second);
        }
        if (with_year) return std::nullopt;
        if (auto const month = relative_month(position)) {
            auto const number = day_number(skip(month->second));
            if (!number) return std::nullopt;
            auto const first = add_months(today().year() / today().month() / std::chrono::day{1}, month->first);
            return checked(static_cast<int>(first.year()), static_cast<int>(static_cast<unsigned>(first.month())), number->first, number->second);
        }
        auto const number = day_number(position);
        if (!number) return std::nullopt;
        return nearest_day_of_month(number->first, number->second);
    }

    std::optional<Day> nearest_day_of_month(int day, std::size_t end) const {
        auto const first = today().year() / today().month() / std::chrono::day{1};
        for (auto step = 0; step < 14; ++step) {
            auto const month = add_months(first, reference_.lean == Lean::past ? -step : step);
            auto const found = checked(static_cast<int>(month.year()), static_cast<int>(static_cast<unsigned>(month.month())), day, end);
            if (!found) continue;
            if (reference_.lean == Lean::none || (reference_.lean == Lean::future ? found->date >= today() : found->date <= today())) return found;
        }
        return std::nullopt;
    }

    std::optional<Day> weekday(std::size_t at) const {
        auto position = at;
        auto weeks = 0;
        auto has_prefix = false;
        for (; text_[position] == U'下' || text_[position] == U'上'; ++position, has_prefix = true) weeks += text_[position] == U'下' ? 1 : -1;
        if (!has_prefix && (text_[position] == U'这' || text_[position] == U'本')) {
            ++position;
            has_prefix = true;
        }
        if (text_[position] == U'个') ++position;
        if (text_.starts(position, U"星期") || text_.starts(position, U"礼拜")) position += 2;
        else if (text_[position] == U'周') ++position;
        else return std::nullopt;
        auto const c = text_[position];
        auto number = c == U'日' || c == U'天' ? 7 : is_digit(c) ? static_cast<int>(c - U'0') : digit_of(c);
        if (c == U'末') number = 6;
        if (number < 1 || number > 7 || (c != U'末' && c != U'日' && c != U'天' && text_[position + 1] == U'年')) return std::nullopt;
        auto const in_week = add_days(monday_of(today()), weeks * 7 + number - 1);
        if (has_prefix || reference_.lean == Lean::none) return Day{in_week, position + 1};
        auto date = in_week;
        if (reference_.lean == Lean::future && sys_days{date} < sys_days{today()}) date = add_days(date, 7);
        if (reference_.lean == Lean::past && sys_days{date} > sys_days{today()}) date = add_days(date, -7);
        return Day{date, position + 1, reference_.lean == Lean::future && date == today()};
    }

    // 月底, 年底, 季度末, 下月初 …: a date when a date is wanted.
    std::optional<Day> edge(std::size_t at) const {
        auto position = at;
        auto month = today().year() / today().month() / std::chrono::day{1};
        auto has_month = false;
        if (auto const relative = relative_month(position)) {
            month = add_months(month, relative->first);
            position = relative->second;
            has_month = true;
        } else if (auto const number = month_number(position)) {
            month = today().year() / std::chrono::month{static_cast<unsigned>(number->first)} / std::chrono::day{1};
            if (reference_.lean == Lean::future && sys_days{add_months(month, 1)} <= sys_days{today()}) month = add_months(month, 12);
            position = number->second;
            has_month = true;
        } else if (text_[position] == U'月') {
            ++position;
            has_month = true;
        }
        if (has_month) {
            if (text_[position] == U'底' || text_[position] == U'末') return Day{add_days(add_months(month, 1), -1), position + 1};
            if (text_[position] == U'初') return Day{month, position + 1};
            if (text_[position] == U'中' && text_[position + 1] != U'午') return Day{add_days(month, 14), position + 1};
            return std::nullopt;
        }
        auto const with_year = year(position);
        auto const y = with_year ? with_year->first : static_cast<int>(today().year());
        auto const after_year = with_year ? with_year->second : text_[position] == U'年' ? position + 1 : 0;
        if (after_year == 0) return std::nullopt;
        if (text_[after_year] == U'底' || text_[after_year] == U'末') return checked(y, 12, 31, after_year + 1);
        if (text_[after_year] == U'初') return checked(y, 1, 1, after_year + 1);
        return std::nullopt;
    }

    // ---- times of day -----------------------------------------------------------------------------------------------------

    std::optional<Clock> clock(std::size_t at) const {
        auto position = at;
        auto const* part = static_cast<Part const*>(nullptr);
        for (auto const& known : parts)
            if (text_.starts(position, known.text)) {
                part = &known;
                position = skip(position + known.text.size());
                break;
            }
        if (part && part->text.size() == 1 && parse_small(text_, position) == std::nullopt && at == 0) return std::nullopt;
        auto found = hour(position, part);
        if (found) return found;
        if (!part) return std::nullopt;
        return Clock{hours{part->from}, position, 0, true};
    }

    std::optional<Clock> hour(std::size_t at, Part const* part) const {
        auto const number = parse_small(text_, at);
        if (!number || number->value > 24) return std::nullopt;
        auto result = Clock{};
        auto minute = 0;
        auto const mark = text_[number->end];
        if (mark == U':' && is_digit(text_[number->end + 1]) && is_digit(text_[number->end + 2])) {
            minute = static_cast<int>(parse_small(text_, number->end + 1)->value);
            result.end = number->end + 3;
        } else if (mark == U'点' || (mark == U'时' && text_[number->end + 1] != U'间')) {
            result.end = number->end + 1;
            if (text_[result.end] == U'钟' || text_[result.end] == U'整' || text_[result.end] == U'正') ++result.end;
            else minute = minutes_after(result.end);
        } else if (text_.starts(number->end, U"am") || text_.starts(number->end, U"pm")) {
            result.end = number->end + 2;
        } else {
            return std::nullopt;
        }
        if (minute > 59) return std::nullopt;
        auto hour = static_cast<int>(number->value);
        auto const suffix = skip(result.end);
        if (text_.starts(suffix, U"pm") || text_.starts(number->end, U"pm")) {
            if (hour < 12) hour += 12;
            if (text_.starts(suffix, U"pm")) result.end = suffix + 2;
        } else if (text_.starts(suffix, U"am") && !text_.starts(number->end, U"am")) {
            result.end = suffix + 2;
        } else if (part) {
            if (part->add == 12 && hour < 12 && !(part->text == U"中午" && hour > 10)) hour += 12;
            if (part->text == U"凌晨" && hour == 12) hour = 0;
            if ((part->text == U"晚上" || part->text == U"晚" || part->text == U"半夜") && number->value == 12) hour = 24;
        } else if (hour >= 1 && hour <= 6 && !(text_[at] == U'0') && !text_.starts(number->end, U"am")) {
            hour += 12;  // a bare 3点 is in business hours
        }
        result.add_days = hour / 24;
        result.time = hours{hour % 24} + minutes{minute};
        return result;
    }

    int minutes_after(std::size_t& end) const {
        if (text_[end] == U'半') return ++end, 30;
        if (text_.starts(end, U"一刻")) return end += 2, 15;
        if (text_.starts(end, U"三刻")) return end += 2, 45;
        auto const number = parse_small(text_, text_[end] == U'过' ? end + 1 : end);
        if (!number || number->value > 59 || text_[number->end] == U'号' || text_[number->end] == U'月' || text_[number->end] == U'个') return 0;
        end = number->end;
        if (text_[end] == U'分') ++end;
        return static_cast<int>(number->value);
    }

    std::optional<FoundTime> day_and_time(std::size_t start) const {
        auto found_day = day(start);
        auto time_from = start;
        if (!found_day)
            if (auto const head = one_of(text_, start, day_heads)) {
                auto const part = clock(head->second);
                auto const c = text_[head->second];
                if (part && (c == U'早' || c == U'晚' || c == U'天')) found_day = Day{add_days(today(), head->first), head->second};
            }
        if (found_day) time_from = skip(found_day->end);
        auto const time = clock(time_from);
        if (!found_day && (!time || time->is_vague)) return std::nullopt;
        if (found_day && !time) {
            auto date = found_day->date;
            if (found_day->is_open_past) date = add_days(date, 7);
            return FoundTime{DateValue{date}, found_day->end};
        }
        auto date = found_day ? found_day->date : today();
        if (!found_day && time->add_days == 0 && reference_.lean == Lean::future && time->time <= now_.time_of_day) date = add_days(date, 1);
        if (!found_day && reference_.lean == Lean::past && time->time > now_.time_of_day) date = add_days(date, -1);
        if (found_day && found_day->is_open_past && time->time <= now_.time_of_day) date = add_days(date, 7);
        auto const start_at = LocalTime{add_days(date, time->add_days), time->time};
        if (auto const until = end_of_span(*time, start_at)) return until;
        return FoundTime{MomentValue{start_at}, time->end};
    }

    // 下午2点到4点
    std::optional<FoundTime> end_of_span(Clock const& from, LocalTime start) const {
        auto at = from.end;
        if (text_[at] == U'到' || text_[at] == U'至' || text_[at] == U'-' || text_[at] == U'~') ++at;
        else return std::nullopt;
        auto const to = clock(at);
        if (!to || to->is_vague) return std::nullopt;
        auto end = LocalTime{start.date, to->time};
        if (end.time_of_day <= start.time_of_day && end.time_of_day + hours{12} > start.time_of_day && to->time < hours{12}) end.time_of_day += hours{12};
        if (end.time_of_day <= start.time_of_day || end.time_of_day >= hours{24}) {
            end.date = add_days(end.date, 1);
            end.time_of_day %= hours{24};
        }
        return FoundTime{RangeValue{start, end, false}, to->end};
    }

    // ---- offsets: 3天后, 半小时后, 过两周 ---------------------------------------------------------------------------------

    std::optional<FoundTime> offset(std::size_t start) const {
        auto position = start;
        auto const is_passing = text_.starts(position, U"过") || text_.starts(position, U"再过");
        if (is_passing) position += text_[position] == U'再' ? 2 : 1;
        auto amount = 0.0;
        if (text_[position] == U'半') {
            amount = 0.5;
            ++position;
        } else if (text_.starts(position, U"一刻钟")) {
            return shifted(15 * 60, position + 3, is_passing);
        } else {
            auto const number = parse_number(text_, position);
            if (!number || number->is_approximate) return std::nullopt;
            amount = number->value;
            position = number->end;
        }
        if (text_[position] == U'个') ++position;
        if (text_[position] == U'半') {
            amount += 0.5;
            ++position;
        }
        static constexpr std::array<Word, 12> units{{{U"分钟", 60}, {U"小时", 3'600}, {U"钟头", 3'600}, {U"天", 86'400}, {U"日后", 86'400}, {U"星期", 604'800},
                                                     {U"礼拜", 604'800}, {U"周", 604'800}, {U"月", -1}, {U"季度", -3}, {U"年", -12}, {U"工作日", 1}}};
        auto const unit = one_of(text_, position, units);
        if (!unit) return std::nullopt;
        auto const end = text_.starts(position, U"日后") ? unit->second - 1 : unit->second;
        if (unit->first == 1) return working_days(static_cast<int>(amount), end);
        if (unit->first < 0) return months(amount * -unit->first, end, is_passing);
        if (unit->first < 86'400) return shifted(static_cast<std::int64_t>(amount * unit->first), end, is_passing);
        return day_shift(static_cast<int>(amount * unit->first / 86'400), end, is_passing);
    }

    [[nodiscard]] std::optional<std::size_t> after_word(std::size_t at) const {
        for (std::u32string_view word : {U"以后", U"之后", U"后"})
            if (text_.starts(at, word)) return at + word.size();
        return std::nullopt;
    }
    [[nodiscard]] std::optional<std::size_t> within_word(std::size_t at) const {
        for (std::u32string_view word : {U"之内", U"以内", U"内"})
            if (text_.starts(at, word)) return at + word.size();
        return std::nullopt;
    }
    [[nodiscard]] std::optional<std::size_t> before_word(std::size_t at) const {
        for (std::u32string_view word : {U"以前", U"之前", U"前"})
            if (text_.starts(at, word)) return at + word.size();
        return std::nullopt;
    }

    std::optional<FoundTime> shifted(std::int64_t amount, std::size_t end, bool is_passing) const {
        auto const after = after_word(end);
        auto const within = within_word(end);
        auto const before = before_word(end);
        if (after || is_passing || within) {
            auto const at = reference_.zone.local(reference_.sent_at + seconds{amount});
            auto const minute = LocalTime{at.date, std::chrono::floor<std::chrono::minutes>(at.time_of_day)};
            return FoundTime{MomentValue{minute}, after ? *after : within ? *within : end, within.has_value()};
        }
        if (before) {
            auto const at = reference_.zone.local(reference_.sent_at - seconds{amount});
            return FoundTime{MomentValue{{at.date, std::chrono::floor<std::chrono::minutes>(at.time_of_day)}}, *before};
        }
        return FoundTime{DurationValue{amount}, end};
    }

    std::optional<FoundTime> with_clock(Date date, std::size_t end) const {
        auto const time = clock(skip(end));
        if (!time) return FoundTime{DateValue{date}, end};
        return FoundTime{MomentValue{{add_days(date, time->add_days), time->time}}, time->end};
    }

    std::optional<FoundTime> day_shift(int count, std::size_t end, bool is_passing) const {
        if (auto const after = after_word(end)) return with_clock(add_days(today(), count), *after);
        if (is_passing) return with_clock(add_days(today(), count), end);
        if (auto const within = within_word(end)) return FoundTime{DateValue{add_days(today(), count)}, *within, true};
        if (auto const before = before_word(end)) return with_clock(add_days(today(), -count), *before);
        return FoundTime{DurationValue{std::int64_t{count} * 86'400}, end};
    }

    std::optional<FoundTime> months(double count, std::size_t end, bool is_passing) const {
        auto const whole = static_cast<int>(count);
        auto const rest = count - whole > 0.4 ? 15 : 0;
        auto const shift = [&](int sign) { return add_days(add_months(today(), sign * whole), sign * rest); };
        if (auto const after = after_word(end)) return with_clock(shift(1), *after);
        if (is_passing) return with_clock(shift(1), end);
        if (auto const within = within_word(end)) return FoundTime{DateValue{shift(1)}, *within, true};
        if (auto const before = before_word(end)) return FoundTime{DateValue{shift(-1)}, *before};
        if (text_[end - 1] == U'年' || text_[end - 1] == U'度' || text_[end - 2] == U'个') return FoundTime{DurationValue{static_cast<std::int64_t>(count * 30 * 86'400)}, end};
        return std::nullopt;
    }

    std::optional<FoundTime> working_days(int count, std::size_t end) const {
        auto const after = after_word(end);
        auto const within = within_word(end);
        if (!after && !within) return std::nullopt;
        auto date = today();
        for (auto left = count; left > 0;) {
            date = add_days(date, 1);
            if (std::chrono::weekday{sys_days{date}}.iso_encoding() <= 5) --left;
        }
        return FoundTime{DateValue{date}, after ? *after : *within, within.has_value()};
    }

    // ---- periods ----------------------------------------------------------------------------------------------------------

    static FoundTime days_from(Date first, Date after_last, std::size_t end) {
        return {RangeValue{{first, seconds{0}}, {after_last, seconds{0}}, true}, end};
    }

    std::optional<FoundTime> period(std::size_t at) const {
        if (auto found = recent(at)) return found;
        if (auto found = week(at)) return found;
        if (auto found = quarter_or_half(at)) return found;
        return month_or_year(at);
    }

    std::optional<FoundTime> recent(std::size_t at) const {
        static constexpr std::array<Word, 6> past{{{U"最近", 0}, {U"过去", 0}, {U"近", 0}, {U"未来", 1}, {U"接下来", 1}, {U"今后", 1}}};
        auto const word = one_of(text_, at, past);
        if (!word) return std::nullopt;
        auto const number = parse_small(text_, word->second);
        if (!number) {
            if (text_.starts(at, U"最近")) return days_from(add_days(today(), -29), add_days(today(), 1), word->second);
            return std::nullopt;
        }
        auto position = number->end;
        if (text_[position] == U'个') ++position;
        static constexpr std::array<Word, 6> units{{{U"天", 1}, {U"日", 1}, {U"周", 7}, {U"星期", 7}, {U"月", -1}, {U"年", -12}}};
        auto const unit = one_of(text_, position, units);
        if (!unit) return std::nullopt;
        auto const count = static_cast<int>(number->value) * unit->first;
        if (word->first == 1) return days_from(add_days(today(), 1), add_days(count > 0 ? add_days(today(), count) : add_months(today(), -count), 1), unit->second);
        auto const first = count > 0 ? add_days(today(), 1 - count) : add_days(add_months(today(), count), 1);
        return days_from(first, add_days(today(), 1), unit->second);
    }

    std::optional<FoundTime> week(std::size_t at) const {
        static constexpr std::array<Word, 16> words{{{U"上上周", -2}, {U"下下周", 2}, {U"上个星期", -1}, {U"下个星期", 1}, {U"上个礼拜", -1}, {U"下个礼拜", 1},
                                                     {U"这个星期", 0}, {U"这个礼拜", 0}, {U"上星期", -1}, {U"下星期", 1}, {U"本星期", 0}, {U"上周", -1},
                                                     {U"下周", 1}, {U"本周", 0}, {U"这周", 0}, {U"这一周", 0}}};
        auto const word = one_of(text_, at, words);
        if (!word) return std::nullopt;
        auto const c = text_[word->second];
        auto const first = add_days(monday_of(today()), word->first * 7);
        if (c == U'末') return days_from(add_days(first, 5), add_days(first, 7), word->second + 1);
        if (digit_of(c) >= 1 || is_digit(c) || c == U'日' || c == U'天') return std::nullopt;
        return days_from(first, add_days(first, 7), word->second);
    }

    std::optional<FoundTime> quarter_or_half(std::size_t at) const {
        auto position = at;
        auto const with_year = year(position);
        if (with_year) position = skip(with_year->second);
        auto const y = std::chrono::year{with_year ? with_year->first : static_cast<int>(today().year())};
        auto const january = y / std::chrono::January / std::chrono::day{1};
        if (text_.starts(position, U"上半年")) return days_from(january, add_months(january, 6), position + 3);
        if (text_.starts(position, U"下半年")) return days_from(add_months(january, 6), add_months(january, 12), position + 3);
        static constexpr std::array<Word, 7> relative{{{U"上个季度", -1}, {U"下个季度", 1}, {U"这个季度", 0}, {U"本季度", 0}, {U"上季度", -1}, {U"下季度", 1}, {U"这季度", 0}}};
        if (auto const word = one_of(text_, position, relative)) {
            auto const current = static_cast<int>((static_cast<unsigned>(today().month()) - 1) / 3);
            auto const first = add_months(today().year() / std::chrono::January / std::chrono::day{1}, (current + word->first) * 3);
            if (text_[word->second] == U'末') return FoundTime{DateValue{add_days(add_months(first, 3), -1)}, word->second + 1};
            return days_from(first, add_months(first, 3), word->second);
        }
        if (text_[position] == U'第') ++position;
        auto quarter = 0;
        auto end = position;
        if (text_[position] == U'q' && text_[position + 1] >= U'1' && text_[position + 1] <= U'4' && !is_digit(text_[position + 2])) {
            quarter = static_cast<int>(text_[position + 1] - U'0');
            end = position + 2;
        } else if (auto const number = parse_small(text_, position); number && text_.starts(number->end, U"季度") && number->value >= 1 && number->value <= 4) {
            quarter = static_cast<int>(number->value);
            end = number->end + 2;
        } else {
            return std::nullopt;
        }
        auto const first = add_months(january, (quarter - 1) * 3);
        return days_from(first, add_months(first, 3), end);
    }

    std::optional<FoundTime> month_or_year(std::size_t at) const {
        if (day(at) && !year(at)) return std::nullopt;
        if (auto const relative = relative_month(at)) {
            auto const c = text_[relative->second];
            if (c == U'底' || c == U'末' || c == U'初' || (c == U'中' && text_[relative->second + 1] != U'午') || day_number(skip(relative->second))) return std::nullopt;
            auto const first = add_months(today().year() / today().month() / std::chrono::day{1}, relative->first);
            return days_from(first, add_months(first, 1), relative->second);
        }
        auto position = at;
        auto const with_year = year(position);
        if (with_year) position = skip(with_year->second);
        if (auto const month = month_number(position)) {
            auto const c = text_[month->second];
            auto const bare = parse_small(text_, month->second);
            if (c == U'底' || c == U'末' || c == U'初' || day_number(month->second) || (bare && bare->value <= 31 && text_[bare->end] != U'万')) return std::nullopt;
            auto first = std::chrono::year{with_year ? with_year->first : static_cast<int>(today().year())} / std::chrono::month{static_cast<unsigned>(month->first)} / std::chrono::day{1};
            if (!with_year && reference_.lean == Lean::future && sys_days{add_months(first, 1)} <= sys_days{today()}) first = add_months(first, 12);
            if (!with_year && reference_.lean == Lean::past && sys_days{first} > sys_days{today()}) first = add_months(first, -12);
            return days_from(first, add_months(first, 1), month->second);
        }
        if (!with_year) return std::nullopt;
        auto const c = text_[with_year->second];
        if (c == U'底' || c == U'末' || c == U'初') return std::nullopt;
        auto const january = std::chrono::year{with_year->first} / std::chrono::January / std::chrono::day{1};
        return days_from(january, add_months(january, 12), with_year->second);
    }

    Characters const& text_;
    Reference const& reference_;
    LocalTime now_;
};

}  // namespace

std::optional<FoundTime> parse_time(Characters const& text, std::size_t at, Reference const& reference) { return Parser{text, reference}.at(at); }

}  // namespace wescrm::language
