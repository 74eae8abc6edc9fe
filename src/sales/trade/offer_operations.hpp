#pragma once
#include <wescrm/operation/catalogue.hpp>

namespace wescrm::sales {

/// quote.*, invoice_title.*, invoice.*.
void add_offer_operations(operation::Catalogue& catalogue);

}  // namespace wescrm::sales
