#pragma once
#include <wescrm/operation/catalogue.hpp>

namespace wescrm::insight {

/// report.sales_brief, report.lead_conversion, report.records.
void add_operations(operation::Catalogue& catalogue);

}  // namespace wescrm::insight
