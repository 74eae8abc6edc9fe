#pragma once
#include <wescrm/operation/catalogue.hpp>
#include <wescrm/sales/undo.hpp>

namespace wescrm::sales {

/// Sharing a customer with a person (its team) or a department, and who has a part in a record of any kind.
void add_team_operations(operation::Catalogue& catalogue);
/// Takes a sharing back: the place that was there before, or none.
Result<void> unshare_as_before(operation::Context& ctx, UndoEntry const& entry, json::Value const& before);

}  // namespace wescrm::sales
