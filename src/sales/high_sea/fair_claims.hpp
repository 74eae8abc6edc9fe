#pragma once
#include "records.hpp"

namespace wescrm::sales {

/// Who wants a record of a pool.
struct Claimant {
    EmployeeId person;
    bool is_admin = false;     ///< of the pool
    bool is_over_cap = false;  ///< an admin who said why he holds more than he may
};
/// Every limit of the pool and of the person, in the order of the domain.
Result<void> check_claim_of(operation::Context& ctx, PoolObject object, PoolRecord const& record, HighSea const& pool,
                            Claimant const& who);
/// The record is his, with a first contact planned.
void give_claimed(operation::Context& ctx, PoolObject object, PoolRecord const& record, EmployeeId to,
                  std::string reason = {});

/// Notes that the actor wants the record of a pool that collects claims; the first who does opens the round. When it is
/// decided. Twice changes nothing. conflict "claim_closed" while the round that is over waits to be decided.
Result<Instant> put_bid(operation::Context& ctx, PoolObject object, PoolRecord const& record, HighSea const& pool);
/// When the round is decided in which the actor wants this record; nullopt if there is none.
[[nodiscard]] std::optional<Instant> own_bid_until(operation::Context& ctx, PoolObject object, std::int64_t id);
/// high_sea_round: gives the record to the best of those who may still have it, and tells everybody who wanted it.
/// Nothing if the round is over or the record has gone meanwhile.
Result<void> decide_round(operation::Context& ctx, std::int64_t round);

}  // namespace wescrm::sales
