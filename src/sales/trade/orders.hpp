#pragma once
#include "lines.hpp"
#include "order_money_store.hpp"

#include <wescrm/sales/custom_field.hpp>

namespace wescrm::sales {

/// The columns of Order over d and the joins they need.
[[nodiscard]] std::string const& order_columns();
extern std::string const order_joins;
[[nodiscard]] std::optional<Order> find_order(operation::Context& ctx, OrderId id);
[[nodiscard]] OrderDetail order_detail(operation::Context& ctx, OrderId id);
/// create_order; of another document nobody is asked for the company's own fields.
Result<OrderDetail> make_order(operation::Context& ctx, CreateOrder const& input, CustomWrite how);
Result<void> put_order_in_force(operation::Context& ctx, LockedDocument const& locked);

}  // namespace wescrm::sales
