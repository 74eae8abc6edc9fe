#pragma once
#include <wescrm/operation/catalogue.hpp>
#include <wescrm/operation/handover.hpp>

namespace wescrm::sales {

/// process.*
void add_process_operations(operation::Catalogue& catalogue);
/// opportunity.*
void add_opportunity_operations(operation::Catalogue& catalogue);
/// A leaver's opportunities.
void add_opportunity_handover(operation::HandoverKinds& kinds);

}  // namespace wescrm::sales
