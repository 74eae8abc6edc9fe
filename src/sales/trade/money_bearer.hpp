#pragma once
#include "documents.hpp"

// What plans, payments and invoices hang on: an order, or where the company has none its contract. Such a contract has
// one order out of sight, its mirror (sales_order.mirrors), which the database keeps like the contract; see migration
// 0891. So there is one way for money, whatever bears it.
namespace wescrm::sales {

/// Whether contracts bear the money, as the company has switched orders off.
[[nodiscard]] bool is_borne_by_contracts(operation::Context& ctx);
/// 订单 or 合同.
[[nodiscard]] std::string_view bearer_title(operation::Context& ctx);
/// "订单 DD-1", of an order that may be a contract's mirror.
[[nodiscard]] std::string called(operation::Context& ctx, LockedDocument const& order);

/// The order that is asked for, locked, or the mirror of the contract. invalid_input "order_id" or "contract_id" if it
/// is missing, not there or not to be seen, or the other one is asked for; forbidden if it may only be read.
Result<LockedDocument> lock_bearer(operation::Context& ctx, std::optional<OrderId> const& order,
                                   std::optional<ContractId> const& contract, Need need);

/// The contract's mirror, if it has one.
[[nodiscard]] std::optional<OrderId> mirror_of(operation::Context& ctx, ContractId id);
/// Works out anew what follows for the money from a contract that has changed.
void follow_contract(operation::Context& ctx, ContractId id);
/// conflict "received", "invoiced" while money has come in, or waits to, by the order.
Result<void> insist_no_money(operation::Context& ctx, LockedDocument const& order);
/// The order's plans, void from now on.
void void_plans(operation::Context& ctx, OrderId id);
/// invalid_input "amount_fen" below what was received, planned or invoiced.
Result<void> insist_covers(operation::Context& ctx, OrderId id, Money amount, std::string const& currency);
/// Takes away an order that nobody has paid anything by, with its plans; conflict "received".
Result<void> take_away_order(operation::Context& ctx, LockedDocument const& order);

/// Orders from now on or none. invalid_input "orders" while orders are open that are not the only ones of their
/// contracts; contracts without an order get their mirrors.
Result<void> switch_orders(operation::Context& ctx, bool are_on);

}  // namespace wescrm::sales
