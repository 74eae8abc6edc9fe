#pragma once
#include <wescrm/operation/catalogue.hpp>

namespace wescrm::operation {

/// An operation that changes a record refuses to empty what the company's form says must be filled: invalid_input
/// naming the fields. Asks the database only if something is emptied.
void keep_needed(Entry& change);

}  // namespace wescrm::operation
