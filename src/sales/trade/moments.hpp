#pragma once
#include <wescrm/operation/catalogue.hpp>

namespace wescrm::sales {

/// customer.moments: what was begun and closed with a customer.
void add_moments(operation::Catalogue& catalogue);

}  // namespace wescrm::sales
