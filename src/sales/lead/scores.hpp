#pragma once
#include <wescrm/operation/catalogue.hpp>
#include <wescrm/sales/high_sea_jobs.hpp>
#include <wescrm/sales/lead.hpp>

namespace wescrm::sales {

/// Brings the stored scores of these leads in step with what is known of them, in the transaction of the change.
/// Derived: versions stay. Converted leads keep what they had.
void rescore_leads(operation::Context& ctx, std::vector<std::int64_t> const& ids);
/// After a change of the rules: the first thousand leads at once, the others by timers.
void rescore_all(operation::Context& ctx);
/// lead_rescore: the leads from behind the timer's record on.
void rescore_from(operation::Context& ctx, std::int64_t after);

/// lead_score_rule.*.
void add_score_operations(operation::Catalogue& catalogue);

}  // namespace wescrm::sales
