#include "refunds.hpp"

#include "payments.hpp"

#include <wescrm/operation/catalogue.hpp>
#include <wescrm/sales/refund.hpp>

namespace wescrm::sales {
namespace {

using operation::Effect;
using operation::Operation;

constexpr std::int64_t most_money = 100'000'000'000'000;  // fen: a trillion yuan

constexpr Operation<RefundPayment, Payment> payment_refund{
    "payment.refund", "退款", "payment.create", Effect::writes, refund_payment, {"POST", "/payments/{id}/refund", 201}};

CreatePayment refund_of(Payment const& payment, RefundPayment const& input, Money amount) {
    auto made = CreatePayment{};
    made.amount_fen = Money{} - amount;
    made.refund_of_id = payment.id;
    made.paid_on = input.refunded_on;
    made.method = input.method.value_or(payment.method);
    made.payer = payment.payer;
    made.bank_account = payment.bank_account;
    made.remark = input.remark;
    for (auto* text : {&made.method, &made.payer, &made.bank_account})
        if (*text && (*text)->empty()) text->reset();
    return made;
}

}  // namespace

std::vector<operation::FieldRule> field_rules(RefundPayment const*) {
    return {{"amount_fen", "退款金额", {.min = 1, .max = most_money}},
            {"refunded_on", "退款日期"},
            {"method", "退款方式", {.max_length = 50}, "银行转账"},
            {"remark", "备注", {.max_length = 2'000}}};
}

Result<Payment> refund_payment(operation::Context& ctx, RefundPayment const& input) {
    auto const payment = show_payment(ctx, {input.id, {}});
    if (!payment) return payment.error();
    if (payment->status != "approved" || payment->refund_of_id)
        return Error{Errc::conflict, "payment_state", "只有已入账的回款可以退款"};
    auto const left = payment->amount_fen - payment->refunded_fen;
    if (left <= Money{}) return Error{Errc::conflict, "refunded", "回款 " + payment->no + " 已全部退回"};
    // Whoever sees the payment need not see what it was for.
    auto const order = lock_unasked(ctx, order_kind, payment->order_id.value()).value();
    auto const made = make_payment(ctx, refund_of(*payment, input, input.amount_fen.value_or(left)), order);
    if (!made) {
        auto error = made.error();
        for (auto& field : error.fields)
            if (field.field == "paid_on") field = {"refunded_on", "退款日期不能晚于今天"};
        return error;
    }
    if (!ctx.may("payment.submit")) return made;
    return submit_payment(ctx, {made->id, {}});
}

void add_refund_operation(operation::Catalogue& catalogue) { catalogue.add(payment_refund); }

}  // namespace wescrm::sales
