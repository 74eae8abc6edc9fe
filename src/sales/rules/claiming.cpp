#include "claiming.hpp"

namespace wescrm::sales {
namespace {

std::string when(Instant at, Instant now, Zone const& zone) { return format_for_people(at, zone, now); }

std::string number(std::int64_t value) { return std::to_string(value); }

}  // namespace

Result<void> check_claim(ClaimLimits const& limits, ClaimFacts const& facts, Instant now, Zone const& zone) {
    if (limits.holding_cap && facts.held + 1 > *limits.holding_cap)
        return Error{Errc::conflict, "holding_cap",
                     "您持有的" + facts.title + "已达上限 " + number(*limits.holding_cap) + "（现有 " +
                         number(facts.held) + "），退回或成交一部分后可再领取"};
    if (limits.claim_daily_limit && !facts.is_admin && facts.claimed_today + 1 > *limits.claim_daily_limit)
        return Error{Errc::conflict, "daily_limit",
                     "每日领取上限 " + number(*limits.claim_daily_limit) + " 已用完，" +
                         when(zone.start_of(add_days(zone.date(now), 1)), now, zone) + " 后可再领取"};
    if (limits.cooldown_days && facts.lost_at) {
        auto const until = *facts.lost_at + days{*limits.cooldown_days};
        if (now < until)
            return Error{Errc::conflict, "cooldown",
                         "您曾负责这条" + facts.title + "，失去后 " + number(*limits.cooldown_days) +
                             " 天内不能再领取，" + when(until, now, zone) + " 后可再领取"};
    }
    if (limits.quiet_hours && facts.entered_at && !facts.is_admin) {
        auto const until = *facts.entered_at + hours{*limits.quiet_hours};
        if (now < until)
            return Error{Errc::conflict, "quiet_period",
                         "进入公海后 " + number(*limits.quiet_hours) + " 小时内不能领取，" + when(until, now, zone) +
                             " 后可领取"};
    }
    if (limits.claims_per_record && facts.claimed_before >= *limits.claims_per_record)
        return Error{Errc::conflict, "claims_per_record",
                     "同一条" + facts.title + "每人最多领取 " + number(*limits.claims_per_record) + " 次"};
    return {};
}

}  // namespace wescrm::sales
