#pragma once
#include "dues.hpp"

#include <wescrm/sales/high_sea_jobs.hpp>

namespace wescrm::sales {

/// Sets the due instants of every record of the company anew, after a change of rules or seats: the first thousand at
/// once, the others in the background. Whatever becomes due by it is due at the earliest after its shortest warning.
void recompute_all(operation::Context& ctx, PoolObject object);
/// The same from behind `after` on.
void recompute_from(operation::Context& ctx, PoolObject object, std::int64_t after);

/// The warnings about the due days that the rules give these records now.
[[nodiscard]] std::map<std::int64_t, std::vector<Warning>> warnings_of(operation::Context& ctx, PoolObject object,
                                                                       std::vector<OwnedRecord> const& records,
                                                                       RuleBook const& book);
/// Copies into the warnings when their pushes were sent.
void note_deliveries(operation::Context& ctx);

/// One night's step for some records: warns, postpones, recycles.
struct NightCounts {
    int warned = 0;
    int postponed = 0;
    int recycled = 0;
    int failed = 0;
    std::vector<std::int64_t> failures;
};
NightCounts work_night(operation::Context& ctx, PoolObject object, std::vector<std::int64_t> const& ids,
                       std::vector<PoolFollower> const& followers);

/// What is protected no longer comes due as the rules say.
void end_protections(operation::Context& ctx, PoolObject object);

/// Tells owners and superiors what was decided about their records in the run of `day`.
void tell_night(operation::Context& ctx, Date day, Instant started, hours tell_at);

}  // namespace wescrm::sales
