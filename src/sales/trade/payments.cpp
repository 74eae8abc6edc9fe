#include "payments.hpp"

#include "currency.hpp"
#include "followups.hpp"
#include "money_bearer.hpp"
#include "numbers.hpp"

#include <wescrm/sales/custom_field.hpp>
#include <wescrm/sales/sales_rules.hpp>

namespace wescrm::sales {
namespace {

using database::bind;

struct OfPayment {
    OrderId order;
    std::optional<PaymentId> refund_of;
};

OfPayment links_of(operation::Context& ctx, PaymentId id) {
    auto const row = ctx.sql().row<OrderId, std::optional<PaymentId>>(
        "select order_id, refund_of_id from payment where tenant_id = :tenant and id = :id",
        {bind("tenant", ctx.tenant()), bind("id", id)});
    return {std::get<0>(row.value()), std::get<1>(row.value())};
}

// Before an order is in force only where the company takes money in advance.
Result<void> insist_live(operation::Context& ctx, LockedDocument const& order) {
    if (is_live(order.status)) return {};
    if (order.status != "void" && sales_rules(ctx).prepayment) return {};
    return Error{Errc::conflict, "order_state",
                 called(ctx, order) + " 现在是「" + std::string{status_label(order.status)} + "」，生效后才能登记回款"};
}

// A payment may bring what is outstanding; a refund gives back what is left of its payment.
Result<void> insist_amount(operation::Context& ctx, OrderId order, std::optional<PaymentId> const& refund_of,
                           Money amount, std::string const& currency) {
    if (!refund_of) {
        auto const sums = sums_of(ctx, order);
        if (amount <= Money{}) return invalid_field("amount_fen", "应大于 0；退款请选择要退的回款并填负数");
        if (amount > sums.amount - sums.received)
            return invalid_field("amount_fen",
                                 "超过未回款金额 " + format_for_people(sums.amount - sums.received, currency));
        return {};
    }
    if (amount >= Money{}) return invalid_field("amount_fen", "退款金额应为负数");
    auto const left = ctx.sql().value<Money>(
        "select sum(amount_fen)::bigint from payment where tenant_id = :tenant and order_id = :order and status = "
        "'approved' and (id = :of or refund_of_id = :of)",
        {bind("tenant", ctx.tenant()), bind("order", order), bind("of", *refund_of)});
    auto const is_counted = ctx.sql().value<int>(
        "select 1 from payment where tenant_id = :tenant and order_id = :order and id = :of and status = 'approved' "
        "and "
        "amount_fen > 0",
        {bind("tenant", ctx.tenant()), bind("order", order), bind("of", *refund_of)});
    if (!is_counted || !left)
        return invalid_field("refund_of_id", "该" + std::string{bearer_title(ctx)} + "没有这笔已通过的回款");
    if (Money{} - amount > *left)
        return invalid_field("amount_fen", "超过该笔回款可退的 " + format_for_people(*left, currency));
    return {};
}

Result<void> insist_plan(operation::Context& ctx, OrderId order, std::optional<PaymentPlanId> const& plan) {
    if (!plan) return {};
    if (ctx.sql().value<int>("select 1 from payment_plan where tenant_id = :tenant and order_id = :order and id = :id "
                             "and status <> 'void'",
                             {bind("tenant", ctx.tenant()), bind("order", order), bind("id", *plan)}))
        return {};
    return invalid_field("plan_id", "该" + std::string{bearer_title(ctx)} + "没有这个回款计划");
}

// The order first, then the payment: always in this order, so that two never wait for each other.
Result<LockedDocument> lock_payment(operation::Context& ctx, PaymentId id) {
    if (!ctx.scope().allows("payment", operation::Power::read, id.value())) return no_document(payment_kind);
    static_cast<void>(lock_unasked(ctx, order_kind, links_of(ctx, id).order.value()));
    return lock_document(ctx, payment_kind, id.value(), Need::write);
}

std::optional<Payment> shown(operation::Context& ctx, PaymentId id) {
    auto const found = show_payment(ctx, {id, {}});
    if (!found) return std::nullopt;
    return *found;
}

PaymentId insert(operation::Context& ctx, CreatePayment const& input, LockedDocument const& order, EmployeeId owner) {
    auto const actor = ctx.actor().is_system() ? std::nullopt : std::optional{ctx.actor().employee};
    return ctx.sql()
        .value<PaymentId>(
            "insert into payment (tenant_id, no, order_id, customer_id, plan_id, refund_of_id, owner_id, "
            "owner_department_id, currency, amount_fen, paid_on, method, payer, bank_account, remark, created_at, "
            "updated_at, "
            "created_by) select :tenant, :no, :order::bigint, :customer::bigint, :plan::bigint, :refund::bigint, "
            ":owner::bigint, e.main_department_id, :currency, :amount::bigint, :paid::date, :method, :payer, :bank, "
            ":remark, "
            ":now::timestamptz, :now::timestamptz, :actor::bigint from employee e where e.tenant_id = :tenant and e.id "
            "= "
            ":owner::bigint returning id",
            {bind("tenant", ctx.tenant()), bind("no", next_number(ctx, "payment")), bind("order", order.id),
             bind("customer", order.customer), bind("plan", input.plan_id), bind("refund", input.refund_of_id),
             bind("owner", owner), bind("currency", order.currency), bind("amount", input.amount_fen),
             bind("paid", input.paid_on.value_or(ctx.today())), bind("method", input.method.value_or("")),
             bind("payer", input.payer.value_or("")), bind("bank", input.bank_account.value_or("")),
             bind("remark", input.remark.value_or("")), bind("now", ctx.now()), bind("actor", actor)})
        .value();
}

}  // namespace

Result<void> count_payment(operation::Context& ctx, LockedDocument const& locked) {
    auto const links = links_of(ctx, PaymentId{locked.id});
    auto const order = lock_unasked(ctx, order_kind, links.order.value());
    if (auto const live = insist_live(ctx, order.value()); !live) return live.error();
    if (auto const right = insist_amount(ctx, links.order, links.refund_of, locked.amount, locked.currency); !right)
        return Error{Errc::conflict, "amount", "回款 " + locked.no + "：" + right.error().fields.front().message};
    auto const moved = move_to(ctx, payment_kind, locked, "approved", "count", {}, "approved_at = :now");
    if (!moved) return moved.error();
    recompute_order_money(ctx, links.order);
    return {};
}

Result<Payment> create_payment(operation::Context& ctx, CreatePayment const& input) {
    auto const order = lock_bearer(ctx, input.order_id, input.contract_id, Need::read);
    if (!order) return order.error();
    return make_payment(ctx, input, *order);
}

Result<Payment> make_payment(operation::Context& ctx, CreatePayment const& input, LockedDocument const& order) {
    if (auto const live = insist_live(ctx, order); !live) return live.error();
    auto const owner = document_owner(ctx, input.owner_user_id);
    if (!owner) return owner.error();
    auto const order_id = OrderId{order.id};
    if (auto const right = insist_amount(ctx, order_id, input.refund_of_id, input.amount_fen, order.currency); !right)
        return right.error();
    if (auto const right = insist_plan(ctx, order_id, input.plan_id); !right) return right.error();
    if (input.paid_on && std::chrono::sys_days{*input.paid_on} > std::chrono::sys_days{ctx.today()})
        return invalid_field("paid_on", "回款日期不能晚于今天");
    auto const id = insert(ctx, input, order, *owner);
    if (auto const own = insist_own_or_below(ctx, payment_kind, id.value()); !own) return own.error();
    if (auto const kept = write_custom(ctx, {"payment", "payment", id.value()}, input.custom, CustomWrite::create);
        !kept)
        return kept.error();
    auto made = shown(ctx, id).value();
    audit_document(ctx, payment_kind, id.value(), "payment.create", json::Document{rapidjson::kObjectType},
                   operation::write_output(made));
    return made;
}

Result<Payment> change_payment(operation::Context& ctx, ChangePayment const& input) {
    auto const locked = lock_payment(ctx, input.id);
    if (!locked) return locked.error();
    auto const may =
        insist_state(payment_kind, *locked, input.version, {"draft", "rejected"}, "修改；已通过的请作废后重新登记");
    if (!may) return may.error();
    auto const before = shown(ctx, input.id).value();
    auto const links = links_of(ctx, input.id);
    auto const amount = input.amount_fen.value_or(before.amount_fen);
    if (auto const right = insist_amount(ctx, links.order, links.refund_of, amount, locked->currency); !right)
        return right.error();
    auto const plan = patched(input.plan_id, before.plan_id);
    if (auto const right = insist_plan(ctx, links.order, plan); !right) return right.error();
    if (input.paid_on && std::chrono::sys_days{*input.paid_on} > std::chrono::sys_days{ctx.today()})
        return invalid_field("paid_on", "回款日期不能晚于今天");
    ctx.sql().execute(
        "update payment set amount_fen = :amount, plan_id = :plan, paid_on = :paid, method = :method, payer = :payer, "
        "bank_account = :bank, remark = :remark, version = version + 1, updated_at = :now where tenant_id = :tenant "
        "and id "
        "= :id",
        {bind("tenant", ctx.tenant()), bind("id", input.id), bind("amount", amount), bind("plan", plan),
         bind("paid", input.paid_on.value_or(before.paid_on)), bind("method", patched(input.method, before.method)),
         bind("payer", patched(input.payer, before.payer)),
         bind("bank", patched(input.bank_account, before.bank_account)),
         bind("remark", patched(input.remark, before.remark)), bind("now", ctx.now())});
    if (auto const kept =
            write_custom(ctx, {"payment", "payment", input.id.value()}, input.custom, CustomWrite::change);
        !kept)
        return kept.error();
    auto after = shown(ctx, input.id).value();
    audit_document(ctx, payment_kind, input.id.value(), "payment.change", operation::write_output(before),
                   operation::write_output(after));
    return after;
}

Result<Nothing> delete_payment(operation::Context& ctx, OnePayment const& input) {
    auto const locked = lock_payment(ctx, input.id);
    if (!locked) return locked.error();
    auto const may = insist_state(payment_kind, *locked, input.version, {"draft", "rejected"}, "删除；已通过的请作废");
    if (!may) return may.error();
    auto const before = shown(ctx, input.id).value();
    ctx.sql().execute("delete from payment where tenant_id = :tenant and id = :id",
                      {bind("tenant", ctx.tenant()), bind("id", input.id)});
    drop_followups_of(ctx, TargetType::payment, RecordId{input.id.value()});
    audit_document(ctx, payment_kind, input.id.value(), "payment.delete", operation::write_output(before),
                   json::Document{rapidjson::kObjectType});
    return Nothing{};
}

Result<Payment> submit_payment(operation::Context& ctx, OnePayment const& input) {
    auto const locked = lock_payment(ctx, input.id);
    if (!locked) return locked.error();
    auto const may = insist_state(payment_kind, *locked, input.version, {"draft", "rejected"}, "提交");
    if (!may) return may.error();
    auto const size = locked->amount < Money{} ? Money{} - locked->amount : locked->amount;
    auto const* const title = locked->amount < Money{} ? "退款" : "回款";
    auto const links = links_of(ctx, input.id);
    if (auto const right = insist_amount(ctx, links.order, links.refund_of, locked->amount, locked->currency); !right)
        return right.error();
    auto const done = submit(ctx, payment_kind, *locked, {amount_trigger("payment", title, size, locked->currency)},
                             [&ctx](LockedDocument const& payment) { return count_payment(ctx, payment); });
    if (!done) return done.error();
    return shown(ctx, input.id).value();
}

Result<Payment> void_payment(operation::Context& ctx, VoidPayment const& input) {
    auto const locked = lock_payment(ctx, input.id);
    if (!locked) return locked.error();
    auto const may = insist_state(payment_kind, *locked, std::nullopt, {"draft", "rejected", "approved"}, "作废");
    if (!may) return may.error();
    if (ctx.sql().value<int>(
            "select 1 from payment where tenant_id = :tenant and refund_of_id = :id and status in ('approved', "
            "'in_review') limit 1",
            {bind("tenant", ctx.tenant()), bind("id", input.id)}))
        return Error{Errc::conflict, "refunded", "回款 " + locked->no + " 有退款，请先作废退款"};
    auto const links = links_of(ctx, input.id);
    if (links.refund_of && locked->status == "approved") {
        auto const sums = sums_of(ctx, links.order);
        if (sums.received - locked->amount > sums.amount)
            return Error{Errc::conflict, "amount",
                         "作废这笔退款后，回款会超过" + std::string{bearer_title(ctx)} + "金额"};
    }
    if (auto const moved = move_to(ctx, payment_kind, *locked, "void", "void", input.reason); !moved)
        return moved.error();
    recompute_order_money(ctx, links.order);
    return shown(ctx, input.id).value();
}

}  // namespace wescrm::sales
