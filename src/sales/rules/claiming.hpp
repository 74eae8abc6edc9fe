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

}  // namespace wescrm::sales
