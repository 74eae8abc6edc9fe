#include "claiming.hpp"

#include <algorithm>

namespace wescrm::sales {
namespace {

std::string when(Instant at, Instant now, Zone const& zone) { return format_for_people(at, zone, now); }

std::string number(std::int64_t value) { return std::to_string(value); }

constexpr int points_of_room = 40;
constexpr int points_of_success = 40;
constexpr int points_of_patience = 20;
constexpr int points_of_a_claim = 5;
constexpr std::int64_t least_gained = 5;

}  // namespace

Result<void> check_claim(ClaimLimits const& limits, ClaimFacts const& facts, Instant now, Zone const& zone) {
    if (limits.holding_cap && facts.held + 1 > *limits.holding_cap)
        return Error{Errc::conflict, "holding_cap",
                     "您持有的" + facts.title + "已达上限 " + number(*limits.holding_cap) + "（" +
                         (limits.cap_whose.empty() ? std::string{} : limits.cap_whose + "，") + "现有 " +
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

Result<void> check_view(std::optional<int> daily_limit, std::int64_t opened_today, Instant now, Zone const& zone) {
    if (!daily_limit || opened_today + 1 <= *daily_limit) return {};
    return Error{Errc::conflict, "view_limit",
                 "每日查看上限 " + number(*daily_limit) + " 已用完，" +
                     when(zone.start_of(add_days(zone.date(now), 1)), now, zone) + " 后可再查看；今天看过的仍可打开"};
}

int bid_score(BidFacts const& facts) {
    auto room = points_of_room;
    if (facts.holding_cap) {
        auto const left = std::max(std::int64_t{0}, *facts.holding_cap - facts.held);
        room = *facts.holding_cap == 0 ? 0 : static_cast<int>(points_of_room * left / *facts.holding_cap);
    }
    // Who got little so far is judged in the middle.
    auto success = points_of_success / 2;
    if (facts.gained >= least_gained)
        success = static_cast<int>(points_of_success * std::min(facts.converted, facts.gained) / facts.gained);
    auto const spent = std::min<std::int64_t>(points_of_patience, facts.claimed_today * points_of_a_claim);
    return room + success + points_of_patience - static_cast<int>(spent);
}

}  // namespace wescrm::sales
