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

Instant tomorrow_morning(Instant now, Zone const& zone) { return zone.instant({add_days(zone.date(now), 1), morning}); }

}  // namespace wescrm::agenda
