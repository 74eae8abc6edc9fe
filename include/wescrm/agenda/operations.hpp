#pragma once
#include <wescrm/operation/catalogue.hpp>
#include <wescrm/operation/handover.hpp>

namespace wescrm::agenda {

/// task.*, agenda.today, chat.undo.
void add_operations(operation::Catalogue& catalogue);
/// A leaver's open tasks.
void add_handovers(operation::HandoverKinds& kinds);

}  // namespace wescrm::agenda
