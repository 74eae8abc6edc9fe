#pragma once
#include <wescrm/operation/catalogue.hpp>

namespace wescrm::sales {

/// stage.list
void add_stage_list(operation::Catalogue& catalogue);

}  // namespace wescrm::sales
