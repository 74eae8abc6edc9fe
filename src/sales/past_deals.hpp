#pragma once
#include "rules/matching.hpp"

#include <wescrm/operation/context.hpp>

namespace wescrm::sales {

/// What is asked of somebody's past besides the words of his customers.
struct PastAsked {
    bool products = false;  ///< what they have bought
    bool leads = false;     ///< how many of the last year became customers, and how many are open
    int deals = 300;        ///< customers of his that count, the last ones
};
/// What each of them has sold: by the customers of his that were won last, at most `deals` of them. One query.
[[nodiscard]] std::map<EmployeeId, PastDeals> past_deals(operation::Context& ctx, std::vector<EmployeeId> const& people,
                                                         PastAsked const& asked);

}  // namespace wescrm::sales
