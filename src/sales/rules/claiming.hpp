#pragma once
#include <wescrm/base/result.hpp>
#include <wescrm/base/time.hpp>

#include <cstdint>
#include <optional>
#include <string>

// Whether somebody may claim a record, in the order in which the checks count. Pure.
namespace wescrm::sales {

struct ClaimLimits {
    std::optional<std::int64_t> holding_cap;
    std::optional<int> claim_daily_limit;
    std::optional<int> cooldown_days;
    std::optional<int> quiet_hours;
    std::optional<int> claims_per_record;
    std::string cap_whose{};  ///< whose rule the cap is: 部门「销售一部」的规定
};

struct ClaimFacts {
    std::string title;                  ///< 客户, 线索
    std::int64_t held = 0;              ///< what the cap counts
    std::int64_t claimed_today = 0;     ///< in this pool
    std::optional<Instant> lost_at;     ///< when he last lost this very record
    std::optional<Instant> entered_at;  ///< the pool
    std::int64_t claimed_before = 0;    ///< this record by him
    bool is_admin = false;              ///< of the pool: no daily limit
};

/// conflict "holding_cap", "daily_limit", "cooldown", "quiet_period", "claims_per_record": the message names the rule,
/// its value and when it is possible again.
[[nodiscard]] Result<void> check_claim(ClaimLimits const& limits, ClaimFacts const& facts, Instant now,
                                       Zone const& zone);

/// Whether one more record of a pool may be opened today. conflict "view_limit".
[[nodiscard]] Result<void> check_view(std::optional<int> daily_limit, std::int64_t opened_today, Instant now,
                                      Zone const& zone);

/// Of somebody who wants a record of a pool that collects claims.
struct BidFacts {
    std::int64_t held = 0;                    ///< what the cap counts
    std::optional<std::int64_t> holding_cap;  ///< absent: room without end
    std::int64_t gained = 0;                  ///< claimed or assigned out of this pool in the last 90 days
    std::int64_t converted = 0;               ///< of those: closed, or converted
    std::int64_t claimed_today = 0;           ///< in this pool
};
/// 0–100: room that is left (40), what became of what he got before (40), few claims today (20). Among equals the
/// earlier bid wins.
[[nodiscard]] int bid_score(BidFacts const& facts);

}  // namespace wescrm::sales
