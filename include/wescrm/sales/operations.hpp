#pragma once
#include <wescrm/operation/catalogue.hpp>
#include <wescrm/operation/handover.hpp>

namespace wescrm::sales {

/// customer.*, contact.*, followup.*, ownership_event.list.
void add_operations(operation::Catalogue& catalogue);
/// A leaver's customers.
void add_handovers(operation::HandoverKinds& kinds);

}  // namespace wescrm::sales
