#pragma once
#include <wescrm/operation/context.hpp>

namespace wescrm::sales {

struct DuplicateScan {
    std::int64_t pairs = 0;    ///< that wait for somebody's decision now
    std::int64_t dropped = 0;  ///< that waited and are none any more
};

/// Looks through the company's customers for pairs that may be the same: one phone for both, one contact's phone with
/// both, a name that begins or ends like the other's. The `most` likeliest wait for a decision; pairs that somebody
/// ignored stay ignored. Reads all customers: once a night.
DuplicateScan scan_duplicates(operation::Context& ctx, std::int64_t most);

}  // namespace wescrm::sales
