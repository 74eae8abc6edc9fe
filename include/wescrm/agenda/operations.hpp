#pragma once
#include <wescrm/operation/catalogue.hpp>
#include <wescrm/operation/handover.hpp>
#include <wescrm/sales/ids.hpp>

namespace wescrm::agenda {

/// task.*, agenda.today, chat.undo.
void add_operations(operation::Catalogue& catalogue);
/// A leaver's open tasks.
void add_handovers(operation::HandoverKinds& kinds);
/// Tasks about a customer that was merged into another one are about that one.
void follow_merge(operation::Context& ctx, sales::CustomerId from, sales::CustomerId into);

}  // namespace wescrm::agenda
