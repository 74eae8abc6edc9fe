#pragma once
#include <wescrm/operation/catalogue.hpp>

namespace wescrm::sales {

/// customer.family.
void add_family_operations(operation::Catalogue& catalogue);
/// customer.set_deal.
void add_deal_operation(operation::Catalogue& catalogue);
/// recycle_bin.list.
void add_recycle_bin_operations(operation::Catalogue& catalogue);

}  // namespace wescrm::sales
