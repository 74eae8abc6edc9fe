#pragma once
#include <wescrm/operation/context.hpp>

namespace wescrm::org {

/// Deletes what is kept for taking synchronisations back, of runs that cannot be taken back any more.
void forget_undo_rows(operation::Context& ctx);

}  // namespace wescrm::org
