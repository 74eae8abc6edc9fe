#pragma once
#include <wescrm/approval/subject.hpp>
#include <wescrm/operation/catalogue.hpp>
#include <wescrm/operation/handover.hpp>
#include <wescrm/operation/timers.hpp>
#include <wescrm/sales/trade_ids.hpp>

#include <functional>
#include <map>
#include <string>

// Products, price books, contracts, orders, plans and payments, as one thing to the server.
namespace wescrm::sales {

/// product.*, product_category.*, price_book.*, numbering_rule.*, contract.*, order.*, payment_plan.*, payment.*,
/// quote.*, invoice_title.*, invoice.*
void add_trade_operations(operation::Catalogue& catalogue);
/// A leaver's quotes, contracts, orders, plans, payments and invoices.
void add_trade_handovers(operation::HandoverKinds& kinds);
/// What may wait for somebody's consent.
void add_approval_subjects(approval::Subjects& subjects);
/// By kind: quote_expiring, quote_expired, payment_plan_due, payment_plan_overdue, contract_ending_30,
/// contract_ending_7, contract_ended.
using TradeTimerHandler = std::function<Result<void>(operation::Context&, operation::Timer const&)>;
[[nodiscard]] std::map<std::string, TradeTimerHandler> trade_timer_handlers();
/// Documents of a customer that was merged into another one are that one's.
void follow_merge(operation::Context& ctx, CustomerId from, CustomerId into);
/// closed while an order or contract of the customer counts, with the first and last day of it. To be called after
/// whatever may change that.
void recompute_deal_status(operation::Context& ctx, CustomerId customer);

}  // namespace wescrm::sales
