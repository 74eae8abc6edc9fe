#pragma once
#include "lines.hpp"
#include "order_money_store.hpp"

namespace wescrm::sales {

/// The columns of Order over d and the joins they need.
[[nodiscard]] std::string const& order_columns();
extern std::string const order_joins;
[[nodiscard]] std::optional<Order> find_order(operation::Context& ctx, OrderId id);
[[nodiscard]] OrderDetail order_detail(operation::Context& ctx, OrderId id);
Result<void> put_order_in_force(operation::Context& ctx, LockedDocument const& locked);

}  // namespace wescrm::sales
