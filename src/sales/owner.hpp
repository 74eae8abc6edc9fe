#pragma once
#include <wescrm/sales/customer.hpp>

namespace wescrm::sales {

/// Takes back a transfer with what moved along, as it is kept with the write: the caller has checked that the actor
/// made it and that nobody changed the customer since. conflict "owner_left".
Result<void> give_back(operation::Context& ctx, CustomerId id, json::Value const& before);

}  // namespace wescrm::sales
