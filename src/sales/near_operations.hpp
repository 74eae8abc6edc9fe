#pragma once
#include <wescrm/operation/catalogue.hpp>

namespace wescrm::sales {

/// customer.search_near: names that nearly read or sound like what was typed, for a question of "did you mean".
void add_near_operations(operation::Catalogue& catalogue);

}  // namespace wescrm::sales
