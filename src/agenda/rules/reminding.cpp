#include <wescrm/agenda/reminders.hpp>

namespace wescrm::agenda {
namespace {

constexpr auto still_punctual = minutes{15};
constexpr auto morning = hours{9};

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

Instant tomorrow_morning(Instant now, Zone const& zone) { return zone.instant({add_days(zone.date(now), 1), morning}); }

}  // namespace wescrm::agenda
