#pragma once
#include <wescrm/database/session.hpp>
#include <wescrm/demo/demo.hpp>

namespace wescrm::demo {

/// What stands beside orders and opportunities: quotes in every state, titles and invoices, and the consent that some of
/// them wait for or had. After those are loaded; sums add up, and what is large enough waits for the owner's superior.
void insert_offers(database::Session& sql, TenantId tenant, Instant now, Zone const& zone);

}  // namespace wescrm::demo
