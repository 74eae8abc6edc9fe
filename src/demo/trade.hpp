#pragma once
#include <wescrm/database/session.hpp>
#include <wescrm/demo/demo.hpp>

namespace wescrm::demo {

/// What the company sells, with a price book; before any order.
void insert_products(database::Session& sql, TenantId tenant, Instant now);
/// Orders of the last year, `count` of them spread over the company's customers: contracts, lines, plans and payments
/// in every state that such have, with sums that add up. Numbers go on from `first`.
void insert_orders(database::Session& sql, TenantId tenant, std::size_t first, std::size_t count, Instant now,
                   Zone const& zone);

}  // namespace wescrm::demo
