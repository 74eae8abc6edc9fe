#pragma once
#include <wescrm/operation/catalogue.hpp>

namespace wescrm::sales {

/// payment.refund
void add_refund_operation(operation::Catalogue& catalogue);

}  // namespace wescrm::sales
