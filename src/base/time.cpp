#include <date/tz.h>

#include <array>
#include <cstdio>
#include <stdexcept>

#include <wescrm/base/clock.hpp>
#include <wescrm/base/time.hpp>

namespace wescrm {
namespace {

date::time_zone const* as_zone(void const* zone) { return static_cast<date::time_zone const*>(zone); }

std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
    if (at + count > text.size()) return std::nullopt;
    auto value = 0;
    for (auto c : text.substr(at, count)) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    return value;
}

char const* weekday_name(Date day) {
    static constexpr std::array names{"周日", "周一", "周二", "周三", "周四", "周五", "周六"};
    return names.at(std::chrono::weekday{std::chrono::sys_days{day}}.c_encoding());
}

template <class... Args>
std::string print(char const* format, Args... args) {
    std::array<char, 64> buffer{};
    auto const size = std::snprintf(buffer.data(), buffer.size(), format, args...);
    return {buffer.data(), static_cast<std::size_t>(size)};
}

std::string format_local(LocalTime at, microseconds fraction) {
    auto const time = std::chrono::hh_mm_ss{at.time_of_day};
    auto text = format_date(at.date) + print("T%02d:%02d:%02d", static_cast<int>(time.hours().count()),
                                             static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()));
    if (fraction != microseconds{0}) text += print(".%06d", static_cast<int>(fraction.count()));
    return text;
}

}  // namespace

Instant SystemClock::now() const { return std::chrono::floor<microseconds>(std::chrono::system_clock::now()); }

Instant ControllableClock::now() const { return machine_.now() + microseconds{offset_us_.load()}; }

void ControllableClock::advance(microseconds step) {
    if (step.count() > 0) offset_us_ += step.count();
}

Zone::Zone() : zone_{date::locate_zone("Asia/Shanghai")} {}

Result<Zone> Zone::named(std::string_view iana_name) {
    try {
        return Zone{date::locate_zone(std::string{iana_name})};
    } catch (std::runtime_error const&) {
        return Error{Errc::invalid_input, "zone", "没有这个时区：" + std::string{iana_name}};
    }
}

std::string_view Zone::name() const { return as_zone(zone_)->name(); }

LocalTime Zone::local(Instant at) const {
    auto const local = as_zone(zone_)->to_local(std::chrono::floor<seconds>(at));
    auto const day = date::floor<date::days>(local);
    return {Date{std::chrono::sys_days{days{day.time_since_epoch().count()}}}, local - day};
}

Instant Zone::instant(LocalTime at) const {
    auto const local = date::local_seconds{std::chrono::sys_days{at.date}.time_since_epoch() + at.time_of_day};
    return as_zone(zone_)->to_sys(local, date::choose::earliest);
}

Date add_months(Date day, int count) {
    auto const month = std::chrono::year_month{day.year(), day.month()} + std::chrono::months{count};
    auto const last = (month / std::chrono::last).day();
    return month / (day.day() < last ? day.day() : last);
}

std::string format_rfc3339(Instant at) {
    auto const whole = std::chrono::floor<seconds>(at);
    auto const day = std::chrono::floor<days>(whole);
    return format_local({Date{day}, whole - day}, at - whole) + "Z";
}

std::string format_rfc3339(Instant at, Zone const& in) {
    auto const whole = std::chrono::floor<seconds>(at);
    auto const local = in.local(at);
    auto const offset = std::chrono::sys_days{local.date} + local.time_of_day - whole;
    auto const sign = offset < seconds{0} ? '-' : '+';
    auto const minutes_off = static_cast<int>(std::chrono::abs(std::chrono::duration_cast<minutes>(offset)).count());
    return format_local(local, at - whole) + print("%c%02d:%02d", sign, minutes_off / 60, minutes_off % 60);
}

std::optional<Date> parse_date(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    auto const year = digits(text, 0, 4);
    auto const month = digits(text, 5, 2);
    auto const day = digits(text, 8, 2);
    if (!year || !month || !day || *year < 1) return std::nullopt;
    auto const date = Date{std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(*month)},
                           std::chrono::day{static_cast<unsigned>(*day)}};
    if (!date.ok()) return std::nullopt;
    return date;
}

std::optional<Instant> parse_rfc3339(std::string_view text) {
    if (text.size() < 20 || (text[10] != 'T' && text[10] != 't' && text[10] != ' ')) return std::nullopt;
    auto const date = parse_date(text.substr(0, 10));
    auto const hour = digits(text, 11, 2);
    auto const minute = digits(text, 14, 2);
    auto const second = digits(text, 17, 2);
    if (!date || !hour || !minute || !second || text[13] != ':' || text[16] != ':') return std::nullopt;
    if (*hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
    auto at = std::size_t{19};
    auto fraction = microseconds{0};
    if (text[at] == '.') {
        auto scale = 100'000;
        for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, scale /= 10)
            fraction += microseconds{(text[at] - '0') * scale};
    }
    auto offset = minutes{0};
    if (at < text.size() && (text[at] == 'Z' || text[at] == 'z')) {
        if (at + 1 != text.size()) return std::nullopt;
    } else {
        if (at + 6 != text.size() || (text[at] != '+' && text[at] != '-') || text[at + 3] != ':') return std::nullopt;
        auto const off_hour = digits(text, at + 1, 2);
        auto const off_minute = digits(text, at + 4, 2);
        if (!off_hour || !off_minute || *off_hour > 23 || *off_minute > 59) return std::nullopt;
        offset = minutes{*off_hour * 60 + *off_minute};
        if (text[at] == '-') offset = -offset;
    }
    return Instant{std::chrono::sys_days{*date}} + hours{*hour} + minutes{*minute} + seconds{*second} + fraction - offset;
}

std::string format_date(Date day) {
    return print("%04d-%02u-%02u", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                 static_cast<unsigned>(day.day()));
}

std::string format_for_people(Instant at, Zone const& in, Instant now, bool with_time) {
    auto const local = in.local(at);
    auto text = std::string{};
    if (local.date.year() != in.date(now).year()) text += std::to_string(static_cast<int>(local.date.year())) + "年";
    text += print("%u月%u日 ", static_cast<unsigned>(local.date.month()), static_cast<unsigned>(local.date.day()));
    text += weekday_name(local.date);
    if (with_time) {
        auto const time = std::chrono::hh_mm_ss{local.time_of_day};
        text += print(" %02d:%02d", static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()));
    }
    return text;
}

}  // namespace wescrm
