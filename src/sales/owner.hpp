#pragma once
#include <wescrm/sales/customer.hpp>

namespace wescrm::sales {

/// Takes back a transfer: the caller has checked that the actor made it and that nobody changed the customer since.
/// conflict "owner_left".
Result<void> give_back(operation::Context& ctx, CustomerId id, UserId const& former);

}  // namespace wescrm::sales
