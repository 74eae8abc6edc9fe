#pragma once
#include "customers.hpp"

#include <wescrm/sales/trade_ids.hpp>

// What hangs on a record that is to go: it would be left behind with a link to nothing.
namespace wescrm::sales {

/// "商机 2 个、订单 1 张", or empty: opportunities that are not in the recycle bin and documents in any state.
[[nodiscard]] std::string hanging_on(operation::Context& ctx, CustomerId id);
/// conflict "has_children" that names what hangs on the customer.
Result<void> insist_nothing_hangs(operation::Context& ctx, CustomerId id, std::string const& name);

/// What hangs on an opportunity: documents, follow-ups, tasks, files; or empty.
[[nodiscard]] std::string hanging_on(operation::Context& ctx, OpportunityId id);
/// What refers to a contact: opportunities, documents, follow-ups, tasks, files; or empty.
[[nodiscard]] std::string hanging_on(operation::Context& ctx, ContactId id);

}  // namespace wescrm::sales
