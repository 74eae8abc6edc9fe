#pragma once
#include <wescrm/operation/catalogue.hpp>
#include <wescrm/operation/handover.hpp>

namespace wescrm::org {

/// departments, employees, roles, synchronisation: all of this module's operations.
void add_operations(operation::Catalogue& catalogue);
/// Handing over what somebody owns, in all the ways that the modules registered, and deleting who owns nothing.
void add_handover_operations(operation::Catalogue& catalogue, operation::SharedHandoverKinds const& kinds);

}  // namespace wescrm::org
