#pragma once
#include <wescrm/operation/catalogue.hpp>
#include <wescrm/sales/high_sea_jobs.hpp>

namespace wescrm::sales {

/// high_sea.dry_run.
void add_dry_run(operation::Catalogue& catalogue);
/// high_sea.records, high_sea.statistics, high_sea.runs.
void add_pool_lists(operation::Catalogue& catalogue);
/// high_sea.recommended.
void add_recommended(operation::Catalogue& catalogue, RecommendConfig const& config, MatchWeights const& weights);
/// customer.extend, lead.extend, recycle_extension.*.
void add_extensions(operation::Catalogue& catalogue);
/// customer.protect, customer.unprotect, lead.protect, lead.unprotect.
void add_protection(operation::Catalogue& catalogue);
/// calendar_day.*.
void add_calendar(operation::Catalogue& catalogue);
/// holding_cap.*.
void add_holding_caps(operation::Catalogue& catalogue);
/// high_sea.claim_batch, high_sea.assign_batch, high_sea.move.
void add_batches(operation::Catalogue& catalogue, std::vector<PoolFollower> followers);

}  // namespace wescrm::sales
