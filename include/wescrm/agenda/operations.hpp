#pragma once
#include <wescrm/operation/catalogue.hpp>

namespace wescrm::agenda {

/// task.*, agenda.today, chat.undo.
void add_operations(operation::Catalogue& catalogue);

}  // namespace wescrm::agenda
