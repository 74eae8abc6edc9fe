#pragma once
#include <wescrm/operation/context.hpp>
#include <wescrm/sales/ids.hpp>

namespace wescrm::sales {

/// Closed while an order or contract of the customer counts or an opportunity is won, with the first and last instant
/// of that. Called after every event that may change it, in the same transaction. Derived: the customer's version stays.
void recompute_deal_status(operation::Context& ctx, CustomerId customer);

}  // namespace wescrm::sales
