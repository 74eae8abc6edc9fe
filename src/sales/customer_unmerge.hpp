#pragma once
#include <wescrm/operation/context.hpp>
#include <wescrm/sales/ids.hpp>
#include <wescrm/sales/undo.hpp>

#include <string>

namespace wescrm::sales {

/// How two customers and everything that hangs on the first are before a merge: JSON for unmerge(). What hangs on a
/// customer is asked of the schema (foreign keys to it, and columns target_type and target_id), so that the records of
/// modules above are kept as well.
[[nodiscard]] std::string before_merge(operation::Context& ctx, CustomerId from, CustomerId into);

/// Puts both back. What came to the customer that stayed after the merge stays with it. conflict "duplicate" if another
/// customer has the name or phone of the restored one by now.
Result<void> unmerge(operation::Context& ctx, UndoEntry const& entry, json::Value const& before);

}  // namespace wescrm::sales
