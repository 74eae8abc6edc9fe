#pragma once
#include "documents.hpp"

#include <wescrm/operation/catalogue.hpp>
#include <wescrm/sales/order_flow.hpp>

namespace wescrm::sales {

/// order_flow.*, order_state.list, order.next_states, order.move
void add_order_flow_operations(operation::Catalogue& catalogue);
/// What the company allows of a move that the life of an order allows: conflict "order_state", forbidden "order_move",
/// invalid_input reason.
Result<void> insist_move(operation::Context& ctx, LockedDocument const& locked, std::string const& to,
                         std::string const& reason);

}  // namespace wescrm::sales
