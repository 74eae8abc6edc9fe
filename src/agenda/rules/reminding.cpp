#include <wescrm/agenda/reminders.hpp>

namespace wescrm::agenda {
namespace {

constexpr auto still_punctual = minutes{15};
constexpr auto morning = hours{9};
constexpr auto longest_rest = 60;  // days; a calendar without working days must not hold anything for ever

}  // namespace

std::string lateness(Instant due, Instant now) {
    auto const late = now - due;
    if (late < still_punctual) return {};
    if (late < hours{1}) return "晚了 " + std::to_string(std::chrono::floor<minutes>(late).count()) + " 分钟";
    if (late < hours{24}) return "晚了 " + std::to_string(std::chrono::floor<hours>(late).count()) + " 小时";
    return "晚了 " + std::to_string(std::chrono::floor<days>(late).count()) + " 天";
}

Instant after_quiet_hours(Instant at, std::optional<QuietHours> const& quiet, Zone const& zone) {
    if (!quiet || quiet->from == quiet->to) return at;
    auto const local = zone.local(at);
    auto const time = local.time_of_day;
    if (quiet->from < quiet->to)
        return time >= quiet->from && time < quiet->to ? zone.instant({local.date, quiet->to}) : at;
    if (time >= quiet->from) return zone.instant({add_days(local.date, 1), quiet->to});
    return time < quiet->to ? zone.instant({local.date, quiet->to}) : at;
}

Instant after_rest(Instant at, std::optional<QuietHours> const& quiet, Zone const& zone,
                   std::function<bool(Date)> const& is_working) {
    auto moved = after_quiet_hours(at, quiet, zone);
    for (auto day = 0; day < longest_rest && !is_working(zone.date(moved)); ++day)
        moved = zone.instant({add_days(zone.date(moved), 1), quiet ? quiet->to : seconds{morning}});
    return moved;
}

std::optional<seconds> time_of_day(std::string_view text) {
    auto const is_digit = [&text](std::size_t at) { return text[at] >= '0' && text[at] <= '9'; };
    if (text.size() != 5 || text[2] != ':' || !is_digit(0) || !is_digit(1) || !is_digit(3) || !is_digit(4))
        return std::nullopt;
    auto const two = [&text](std::size_t at) { return (text[at] - '0') * 10 + (text[at + 1] - '0'); };
    if (two(0) > 24 || two(3) > 59 || (two(0) == 24 && two(3) > 0)) return std::nullopt;
    return hours{two(0)} + minutes{two(3)};
}

Instant tomorrow_morning(Instant now, Zone const& zone) { return zone.instant({add_days(zone.date(now), 1), morning}); }

}  // namespace wescrm::agenda
