#include "clocks.hpp"

#include "dates.hpp"
#include "numerals.hpp"
#include "words.hpp"

#include <array>

namespace wescrm::language {
namespace {

constexpr auto parts = std::to_array<DayPart>(
    {{U"凌晨", 2, 0, true},    {U"清晨", 6, 0, false},     {U"清早", 6, 0, false},   {U"一大早", 7, 0, false},
     {U"一早", 8, 0, false},   {U"大清早", 6, 0, false},   {U"早上", 9, 0, false},   {U"早晨", 9, 0, false},
     {U"早间", 9, 0, false},   {U"上午", 9, 0, false},     {U"午前", 9, 0, false},   {U"中午", 12, 12, false},
     {U"正午", 12, 12, false}, {U"午间", 12, 12, false},   {U"下午", 14, 12, false}, {U"午后", 14, 12, false},
     {U"傍晚", 17, 12, false}, {U"黄昏", 17, 12, false},   {U"晚上", 19, 12, true},  {U"晚间", 19, 12, true},
     {U"夜晚", 19, 12, true},  {U"夜里", 22, 12, true},    {U"夜间", 20, 12, true},  {U"深夜", 23, 12, true},
     {U"半夜", 0, 12, true},   {U"午夜", 0, 12, true},     {U"上班前", 9, 0, false}, {U"下班前", 18, 12, false},
     {U"上班后", 9, 0, false}, {U"下班后", 18, 12, false}, {U"早", 9, 0, false},     {U"晚", 19, 12, true},
     {U"晨", 6, 0, false},     {U"夜", 22, 12, true}});

DayPart const* part_at(Characters const& text, std::size_t at) {
    auto const* found = static_cast<DayPart const*>(nullptr);
    for (auto const& part : parts)
        if (text.starts(at, part.word) && (!found || part.word.size() > found->word.size())) found = &part;
    return found;
}

struct Minutes {
    int minute = 0;
    int second = 0;
    std::size_t end = 0;
};

// :30, :30:15 behind the hour.
std::optional<Minutes> digital_minutes(Characters const& text, std::size_t at) {
    auto const two = [&](std::size_t from) {
        return is_digit(text[from]) && is_digit(text[from + 1]) && !is_digit(text[from + 2]);
    };
    auto const value = [&](std::size_t from) {
        return static_cast<int>((text[from] - U'0') * 10 + (text[from + 1] - U'0'));
    };
    if (text[at] != U':' || !two(at + 1)) return std::nullopt;
    auto found = Minutes{value(at + 1), 0, at + 3};
    if (text[found.end] == U':' && two(found.end + 1)) {
        found.second = value(found.end + 1);
        found.end += 3;
    }
    if (text[found.end] == U'时' || text[found.end] == U'分') ++found.end;
    return found.minute < 60 && found.second < 60 ? std::optional{found} : std::nullopt;
}

// 半, 一刻, 05, 零五分, 四十分二十秒, 整 behind 点. `is_certain`: the hour cannot be the whole part of a decimal.
std::optional<Minutes> spoken_minutes(Characters const& text, std::size_t at, bool is_chinese, bool is_certain) {
    auto found = Minutes{0, 0, at};
    auto next = after_any(text, at, {U"过"}).value_or(at);
    auto const number = parse_small(text, next);
    if (text[at] == U'半' && !is_one_of(text[at + 1], U"个天年月小")) {
        found = {30, 0, at + 1};
    } else if (number && text[number->end] == U'刻' && number->value >= 1 && number->value <= 3) {
        found = {static_cast<int>(number->value) * 15, 0, number->end + 1};
    } else if (number && number->value < 60) {
        auto const is_said = text[number->end] == U'分' && text[number->end + 1] != U'之';
        static constexpr std::u32string_view counted = U"个号月日年万千百元块家点台套天人%:.";
        auto const digits = number->end - next;
        // 十五点七 and 零点五 are decimals; 八点三十 and 三点零五 are not.
        auto const is_decimal = (!is_chinese && number->is_chinese && digits == 1) ||
                                (is_chinese && number->is_chinese && !number->has_unit && !is_certain &&
                                 !(digits == 2 && digit_of(text[next]) == 0));
        if (!is_said && (is_one_of(text[number->end], counted) || (is_decimal && !is_certain)))
            return is_decimal ? std::nullopt : std::optional{found};
        found = {static_cast<int>(number->value), 0, is_said ? number->end + 1 : number->end};
    } else if (number) {
        return std::nullopt;
    }
    auto const second = parse_small(text, found.end);
    if (found.end > at && second && second->value < 60 && text[second->end] == U'秒') {
        found.second = static_cast<int>(second->value);
        found.end = second->end + 1;
    }
    if (found.end == at) found.end = after_any(text, at, {U"钟", U"整", U"正", U"多钟", U"多"}).value_or(at);
    return found;
}

std::size_t behind_roughly(Characters const& text, std::size_t at) {
    return after_any(text, at, {U"左右", U"许", U"前后"}).value_or(at);
}

// am, pm, a.m., P.M.: 0 or 12, and the position behind it.
std::optional<std::pair<int, std::size_t>> meridiem(Characters const& text, std::size_t at) {
    static constexpr auto words =
        std::to_array<Word>({{U"am", 0}, {U"a.m.", 0}, {U"a.m", 0}, {U"pm", 12}, {U"p.m.", 12}, {U"p.m", 12}});
    auto const found = word_at(text, skip_blanks(text, at), words);
    if (!found || is_latin(text[found->second])) return std::nullopt;
    return found;
}

int hour_in(int hour, DayPart const* part, bool is_literal) {
    if (!part) return hour >= 1 && hour <= 6 && !is_literal ? hour + 12 : hour;  // a bare 3点 is in business hours
    if (hour == 12 && part->is_night) return part->add == 0 ? 0 : 24;
    if (part->word == U"中午" || part->word == U"正午" || part->word == U"午间") return hour < 10 ? hour + 12 : hour;
    if ((part->word == U"半夜" || part->word == U"午夜" || part->word == U"深夜" || part->word == U"夜里") && hour < 6)
        return hour == 0 ? 0 : 24 + hour;
    return hour < 12 ? hour + part->add : hour;
}

ClockTime at_hour(int hour, Minutes const& minutes, DayPart const* part) {
    auto clock = ClockTime{};
    clock.add_days = hour / 24;
    clock.time = hours{hour % 24} + std::chrono::minutes{minutes.minute} + seconds{minutes.second};
    clock.end = minutes.end;
    clock.part = part;
    return clock;
}

// 差5分3点, 3点差5分
std::optional<ClockTime> minutes_missing(Characters const& text, std::size_t at, DayPart const* part) {
    auto const is_before = text[at] == U'差';
    auto const first = parse_small(text, is_before ? at + 1 : at);
    if (!first) return std::nullopt;
    auto const mark = is_before ? after_any(text, first->end, {U"分钟", U"分", U"刻钟", U"刻"})
                                : after_any(text, first->end, {U"点差"});
    auto const second = mark ? parse_small(text, *mark) : std::nullopt;
    if (!second) return std::nullopt;
    auto const end = is_before ? after_any(text, second->end, {U"点"})
                               : after_any(text, second->end, {U"分钟", U"分", U"刻钟", U"刻"});
    auto const& hour = is_before ? *second : *first;
    auto const& gap = is_before ? *first : *second;
    auto const unit = is_before ? text[first->end] : text[second->end];
    auto const minutes = static_cast<int>(gap.value) * (unit == U'刻' ? 15 : 1);
    if (!end || hour.value < 1 || hour.value > 24 || minutes < 1 || minutes > 59) return std::nullopt;
    auto clock = at_hour(hour_in(static_cast<int>(hour.value), part, false), {0, 0, *end}, part);
    clock.time -= std::chrono::minutes{minutes};
    if (clock.time < seconds{0}) clock.time += hours{24}, --clock.add_days;
    return clock;
}

std::optional<ClockTime> hour_at(Characters const& text, std::size_t at, DayPart const* part, bool follows_day) {
    if (auto missing = minutes_missing(text, at, part)) return missing;
    auto const number = parse_small(text, at);
    if (!number || number->value > 24) return std::nullopt;
    auto const after_number = skip_blanks(text, number->end);
    auto minutes = std::optional<Minutes>{};
    auto const mark = text[after_number];
    if (mark == U':') {
        minutes = number->is_chinese ? std::nullopt : digital_minutes(text, number->end);
    } else if (mark == U'点' || (mark == U'时' && !is_one_of(text[after_number + 1], U"间候代期段"))) {
        minutes = spoken_minutes(text, after_number + 1, number->is_chinese, part || follows_day);
    } else if (meridiem(text, number->end)) {
        minutes = Minutes{0, 0, number->end};
    }
    if (!minutes || (number->value == 24 && minutes->minute > 0)) return std::nullopt;
    auto const hour = static_cast<int>(number->value);
    if (auto const half = meridiem(text, minutes->end); half && hour <= 12) {
        minutes->end = half->second;
        return at_hour(hour % 12 + half->first, *minutes, part);
    }
    minutes->end = behind_roughly(text, minutes->end);
    return at_hour(hour_in(hour, part, text[at] == U'0'), *minutes, part);
}

}  // namespace

std::optional<ClockTime> parse_clock(Characters const& text, std::size_t at, bool follows_day,
                                     DayPart const* inherited) {
    auto const* part = part_at(text, at);
    auto const after_part = part ? skip_soft(text, at + part->word.size()) : at;
    if (auto found = hour_at(text, after_part, part ? part : inherited, follows_day)) return found;
    if (!part) return std::nullopt;
    // 早 and 晚 alone belong to a day that stands before them, and begin other words.
    if (part->word.size() == 1 && (!follows_day || is_one_of(text[at + 1], U"点报餐期会年些饭于了")))
        return std::nullopt;
    auto clock = ClockTime{};
    clock.time = hours{part->from};
    clock.end = at + part->word.size();
    clock.part = part;
    clock.is_vague = true;
    return clock;
}

}  // namespace wescrm::language
