#pragma once
#include <wescrm/operation/catalogue.hpp>

namespace wescrm::org {

/// departments, employees, roles, synchronisation: all of this module's operations.
void add_operations(operation::Catalogue& catalogue);

}  // namespace wescrm::org
