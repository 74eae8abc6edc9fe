#pragma once
#include <wescrm/sales/payment.hpp>

namespace wescrm::sales {

/// Gives back a counted payment, wholly or in part.
struct RefundPayment {
    PaymentId id;
    std::optional<Money> amount_fen;  ///< positive; absent: all that is left of the payment
    std::optional<Date> refunded_on;  ///< absent: today
    std::optional<std::string> method;
    std::optional<std::string> remark;
};
BOOST_DESCRIBE_STRUCT(RefundPayment, (), (id, amount_fen, refunded_on, method, remark))
std::vector<operation::FieldRule> field_rules(RefundPayment const*);

/// A payment of a negative amount that refers to it, submitted as any payment is if the actor may submit: the answer.
/// conflict "payment_state" unless the payment is counted; conflict "refunded" if nothing is left of it.
Result<Payment> refund_payment(operation::Context& ctx, RefundPayment const& input);

}  // namespace wescrm::sales
