#pragma once
#include <wescrm/operation/catalogue.hpp>
#include <wescrm/sales/limits.hpp>

namespace wescrm::sales {

/// lead_assignment_rule.*: to whom new leads go.
void add_assignment_operations(operation::Catalogue& catalogue, MatchWeights const& weights);

}  // namespace wescrm::sales
