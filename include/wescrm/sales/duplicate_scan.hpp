#pragma once
#include <wescrm/operation/context.hpp>

namespace wescrm::sales {

struct DuplicateScanConfig {
    std::int64_t most_pairs = 2'000;  ///< that wait for a decision: the likeliest ones
    std::int64_t piece = 5'000;       ///< names, phones or leads of one transaction
};

struct DuplicateScan {
    std::int64_t pairs = 0;  ///< of customers that wait for somebody's decision now
    std::int64_t leads = 0;  ///< the same of leads
};

/// Begins to look through the company's customers and open leads for those that may be the same: one phone for both,
/// one contact's phone with both, a name that begins or ends like the other's, a lead of a customer's company. What
/// somebody ignored stays ignored. Nightly; a scan that is under way begins anew.
void begin_duplicate_scan(operation::Context& ctx);
/// The next piece; what was found once all are through.
std::optional<DuplicateScan> duplicate_scan_piece(operation::Context& ctx, DuplicateScanConfig const& config);
/// All pieces in one transaction, for small companies and tests.
DuplicateScan scan_duplicates(operation::Context& ctx, DuplicateScanConfig const& config);

}  // namespace wescrm::sales
