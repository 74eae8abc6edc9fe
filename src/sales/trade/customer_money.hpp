#pragma once
#include <wescrm/operation/catalogue.hpp>

namespace wescrm::sales {

/// customer.money.
void add_customer_money(operation::Catalogue& catalogue);

}  // namespace wescrm::sales
