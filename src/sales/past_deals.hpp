#pragma once
#include "rules/matching.hpp"

#include <wescrm/operation/context.hpp>

namespace wescrm::sales {

/// What is asked of somebody's past besides the words of his customers.
struct PastAsked {
    bool products = false;  ///< what they have bought
    bool leads = false;     ///< how many of the last year became customers, and how many are open
};
/// What each of them has sold: by the customers of his that were won last, at most `most_deals` of them. One query.
[[nodiscard]] std::map<EmployeeId, PastDeals> past_deals(operation::Context& ctx, std::vector<EmployeeId> const& people,
                                                         PastAsked const& asked);

inline constexpr int most_deals = 300;

}  // namespace wescrm::sales
