#pragma once
#include "documents.hpp"

#include <wescrm/sales/payment.hpp>

namespace wescrm::sales {

/// Works out, from the plans and counted payments of an order that is locked, what each plan got, its status and
/// reminders, and the sums of the order. To be called after whatever may change them, in the same transaction.
void recompute_order_money(operation::Context& ctx, OrderId order);

[[nodiscard]] std::optional<PaymentPlan> find_plan(operation::Context& ctx, PaymentPlanId id);
/// One that is there.
[[nodiscard]] Payment find_payment(operation::Context& ctx, PaymentId id);
[[nodiscard]] std::vector<PaymentPlan> plans_of(operation::Context& ctx, OrderId order);
[[nodiscard]] std::vector<Payment> payments_of(operation::Context& ctx, OrderId order);

/// An order counts: money is due and may come in.
[[nodiscard]] inline bool is_live(std::string_view status) {
    return status == "in_force" || status == "executing" || status == "completed";
}

/// What an order's plans, payments and invoices must stay within.
struct OrderSums {
    Money amount;
    Money received;
    Money planned;
    Money invoiced;
};
[[nodiscard]] OrderSums sums_of(operation::Context& ctx, OrderId order);

}  // namespace wescrm::sales
