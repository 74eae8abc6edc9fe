#pragma once
#include <wescrm/operation/catalogue.hpp>

namespace wescrm::sales {

/// quote.transfer, contract.transfer, order.transfer, payment_plan.transfer, payment.transfer, invoice.transfer
void add_transfer_operations(operation::Catalogue& catalogue);

}  // namespace wescrm::sales
