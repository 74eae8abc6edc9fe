#pragma once
#include <wescrm/operation/catalogue.hpp>

namespace wescrm::sales {

/// numbering_rule.list, numbering_rule.change.
void add_numbering_operations(operation::Catalogue& catalogue);

}  // namespace wescrm::sales
