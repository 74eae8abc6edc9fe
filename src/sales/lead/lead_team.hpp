#pragma once
#include <wescrm/operation/catalogue.hpp>

namespace wescrm::sales {

/// Sharing a lead with a person (its team) or a department.
void add_lead_team_operations(operation::Catalogue& catalogue);

}  // namespace wescrm::sales
