#pragma once
#include "records.hpp"

namespace wescrm::sales {

// What people do with records of high seas; the operations around them answer the record.

/// What a claim came to.
struct Claimed {
    std::optional<Instant> decided_at;  ///< the pool collects claims: who gets it is decided then
};
/// By who has a seat: conflict "not_member", "taken" (names the winner and the time), "not_in_pool", and what
/// check_claim refuses; "duplicate" or "possible_duplicate" as the rules of duplicates say of claims.
Result<Claimed> claim_record(operation::Context& ctx, PoolObject object, std::int64_t id,
                             std::optional<std::string> const& duplicate_reason = {},
                             std::optional<std::string> const& over_cap_reason = {});
/// From the pool to somebody, by its admins. conflict "holding_cap".
Result<void> assign_from_pool(operation::Context& ctx, PoolObject object, PoolRecord const& record, EmployeeId to,
                              std::string const& reason, std::optional<std::string> const& over_cap_reason = {});
/// The same, and nobody is told.
Result<void> take_from_pool(operation::Context& ctx, PoolObject object, PoolRecord const& record, EmployeeId to,
                            std::string const& reason);
/// As insist_on_room; who administers the pool, or without one the company, may go beyond the cap and say why. The
/// reason as it is kept: with that one if it was needed. forbidden "over_cap" for others.
Result<std::string> make_room(operation::Context& ctx, PoolObject object, EmployeeId person,
                              std::optional<HighSea> const& pool, std::string const& reason,
                              std::optional<std::string> const& over_cap_reason);
/// "客户要求；超出持有上限：旺季临时支援".
[[nodiscard]] std::string beyond_cap(std::string const& reason, std::string const& over_cap_reason);
/// By the owner or who may change the record: into the pool that is named, or that of the owner.
Result<void> release_record(operation::Context& ctx, PoolObject object, std::int64_t id,
                            std::optional<HighSeaId> const& pool, std::string const& reason,
                            std::vector<PoolFollower> const& followers);
/// Taken from its owner by a pool admin or a superior; he is told.
Result<void> recall_record(operation::Context& ctx, PoolObject object, std::int64_t id,
                           std::optional<HighSeaId> const& pool, std::string const& reason,
                           std::vector<PoolFollower> const& followers);
/// From one pool into another, by an admin of the first.
Result<void> move_record(operation::Context& ctx, PoolObject object, std::int64_t id, HighSeaId pool,
                         std::string const& reason, std::vector<PoolFollower> const& followers);

/// not_found "customer" or "lead".
Error no_record(PoolObject object);
/// Told to who gets a record from somebody else.
void tell_gain(operation::Context& ctx, PoolObject object, PoolRecord const& record, EmployeeId to,
               std::string_view reason);

}  // namespace wescrm::sales
