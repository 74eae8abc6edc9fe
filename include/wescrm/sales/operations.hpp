#pragma once
#include <wescrm/operation/catalogue.hpp>

namespace wescrm::sales {

/// customer.*, contact.*, followup.*, ownership_event.list.
void add_operations(operation::Catalogue& catalogue);

}  // namespace wescrm::sales
