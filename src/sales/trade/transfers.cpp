#include "../handed_over.hpp"
#include "../loss.hpp"
#include "contracts.hpp"
#include "invoices.hpp"
#include "money_bearer.hpp"
#include "orders.hpp"
#include "quotes.hpp"
#include "transfer_operations.hpp"

#include <wescrm/sales/document_transfer.hpp>

namespace wescrm::sales {
namespace {

using database::bind;
using operation::Effect;
using operation::FieldRule;
using operation::Operation;

constexpr Operation<TransferDocument, Quote> quote_transfer{"quote.transfer", "转移报价单",
                                                            "quote.transfer", Effect::confirms,
                                                            transfer_quote,   {"POST", "/quotes/{id}/transfer"}};
constexpr Operation<TransferDocument, Contract> contract_transfer{
    "contract.transfer", "转移合同",        "contract.transfer",
    Effect::confirms,    transfer_contract, {"POST", "/contracts/{id}/transfer"}};
constexpr Operation<TransferDocument, Order> order_transfer{"order.transfer", "转移订单",
                                                            "order.transfer", Effect::confirms,
                                                            transfer_order,   {"POST", "/orders/{id}/transfer"}};
constexpr Operation<TransferDocument, PaymentPlan> plan_transfer{
    "payment_plan.transfer", "转移回款计划",        "payment_plan.transfer",
    Effect::confirms,        transfer_payment_plan, {"POST", "/payment-plans/{id}/transfer"}};
constexpr Operation<TransferDocument, Payment> payment_transfer{
    "payment.transfer", "转移回款",       "payment.transfer",
    Effect::confirms,   transfer_payment, {"POST", "/payments/{id}/transfer"}};
constexpr Operation<TransferDocument, Invoice> invoice_transfer{
    "invoice.transfer", "转移发票",       "invoice.transfer",
    Effect::confirms,   transfer_invoice, {"POST", "/invoices/{id}/transfer"}};

void tell_owner(operation::Context& ctx, DocumentKind const& kind, LockedDocument const& locked, EmployeeId to,
                std::string const& reason) {
    if (to == ctx.actor().employee) return;
    auto data = json::Document{rapidjson::kObjectType};
    auto& allocator = data.GetAllocator();
    json::set(data, "kind_title", kind.title, allocator);
    json::set(data, "no", locked.no, allocator);
    json::set(data, "name", locked.name, allocator);
    json::set(data, "customer_id", std::to_string(locked.customer.value()), allocator);
    json::set(data, "customer_name", locked.customer_name, allocator);
    json::set(data, "amount_text", format_for_people(locked.amount, locked.currency), allocator);
    json::set(data, "actor_name", ctx.actor().name, allocator);
    json::set(data, "reason", reason, allocator);
    json::set(data, "at_text", format_for_people(ctx.now(), ctx.zone(), ctx.now()), allocator);
    auto notice = operation::Notice{};
    notice.effect_key =
        "transfer:" + std::string{kind.kind} + ":" + std::to_string(locked.id) + ":" + std::to_string(locked.version);
    notice.to = to;
    notice.kind = "document_transferred";
    notice.data = std::move(data);
    notice.source_kind = kind.kind;
    notice.source_id = locked.id;
    ctx.outbox().tell(notice);
}

void tell_former(operation::Context& ctx, DocumentKind const& kind, LockedDocument const& locked, EmployeeId to,
                 std::string const& reason) {
    auto const name = &kind == &plan_kind ? locked.no + " " + locked.name : locked.no;
    tell_loss(ctx, {kind.kind, kind.title, locked.id, name, locked.owner, to, reason, locked.version});
}

/// Those of `ids` get the owner, and his department where the kind counts by one.
void set_owner(operation::Context& ctx, DocumentKind const& kind, OwnerChange const& change,
               std::vector<std::int64_t> const& ids) {
    ctx.sql().execute("update " + std::string{kind.table} + " set owner_id = :to, " +
                          (&kind == &plan_kind ? ""
                                               : "owner_department_id = (select main_department_id from employee where "
                                                 "tenant_id = :tenant and id = :to), ") +
                          "updated_at = :now, version = version + 1 where tenant_id = :tenant and id = "
                          "any(:ids::bigint[])",
                      {bind("tenant", ctx.tenant()), bind("ids", ids), bind("to", change.to), bind("now", ctx.now())});
    append_owner_change(ctx, change, ids);
}

/// What a transfer needs to know before and after it.
struct Move {
    LockedDocument locked;
    EmployeeId to;
    std::string reason;

    [[nodiscard]] OwnerChange change(std::string_view object) const {
        return {object, "transfer", locked.owner, to, reason};
    }
};

Result<Move> prepare(operation::Context& ctx, DocumentKind const& kind, TransferDocument const& input) {
    auto const locked = lock_document(ctx, kind, input.id.value(), Need::write);
    if (!locked) return locked.error();
    auto const called = std::string{kind.title} + " " + locked->no;
    if (locked->status == "void")
        return Error{Errc::conflict, std::string{kind.kind} + "_state", called + " 已作废，不能转移"};
    auto const to = active_employee(ctx, input.user_id);
    if (!to) return invalid_field("user_id", "没有这位在职员工");
    if (*to == locked->owner) return Error{Errc::conflict, "already_owner", called + " 已由该员工负责"};
    return Move{*locked, *to, input.reason.value_or("")};
}

template <class Record, class Find>
Result<Record> hand_on(operation::Context& ctx, DocumentKind const& kind, TransferDocument const& input, Find find) {
    auto const move = prepare(ctx, kind, input);
    if (!move) return move.error();
    auto const before = operation::write_output(find());
    set_owner(ctx, kind, move->change(kind.kind), {move->locked.id});
    auto after = find();
    audit_document(ctx, kind, move->locked.id, std::string{kind.kind} + ".transfer", before,
                   operation::write_output(after), move->reason);
    tell_owner(ctx, kind, move->locked, move->to, move->reason);
    tell_former(ctx, kind, move->locked, move->to, move->reason);
    return after;
}

// The plans of an order are asked for by whoever has the order.
void move_plans(operation::Context& ctx, OrderId order, OwnerChange change) {
    auto const plans = ctx.sql().values<std::int64_t>(
        "select id from payment_plan where tenant_id = :tenant and order_id = :order and owner_id = :from and status "
        "<> 'void' order by id for update",
        {bind("tenant", ctx.tenant()), bind("order", order), bind("from", change.from)});
    if (plans.empty()) return;
    change.object = plan_kind.kind;
    set_owner(ctx, plan_kind, change, plans);
}

}  // namespace

std::vector<FieldRule> field_rules(TransferDocument const*) {
    return {{"user_id", "新负责人", {.max_length = 64}}, {"reason", "原因", {.max_length = 500}}};
}

Result<Quote> transfer_quote(operation::Context& ctx, TransferDocument const& input) {
    return hand_on<Quote>(ctx, quote_kind, input,
                          [&]() -> Quote { return quote_detail(ctx, QuoteId{input.id.value()}); });
}

Result<Contract> transfer_contract(operation::Context& ctx, TransferDocument const& input) {
    auto const id = ContractId{input.id.value()};
    auto const former = lock_unasked(ctx, contract_kind, id.value());
    auto moved = hand_on<Contract>(ctx, contract_kind, input, [&] { return find_contract(ctx, id); });
    if (!moved) return moved;
    auto const to = lock_unasked(ctx, contract_kind, id.value())->owner;
    if (auto const mirror = mirror_of(ctx, id))
        move_plans(ctx, *mirror, {contract_kind.kind, "transfer", former->owner, to, input.reason.value_or("")});
    return moved;
}

Result<Order> transfer_order(operation::Context& ctx, TransferDocument const& input) {
    auto const id = OrderId{input.id.value()};
    auto const former = lock_unasked(ctx, order_kind, id.value());
    auto moved = hand_on<Order>(ctx, order_kind, input, [&] { return find_order(ctx, id).value(); });
    if (!moved) return moved;
    auto const to = lock_unasked(ctx, order_kind, id.value())->owner;
    move_plans(ctx, id, {order_kind.kind, "transfer", former->owner, to, input.reason.value_or("")});
    return moved;
}

Result<PaymentPlan> transfer_payment_plan(operation::Context& ctx, TransferDocument const& input) {
    return hand_on<PaymentPlan>(ctx, plan_kind, input,
                                [&] { return find_plan(ctx, PaymentPlanId{input.id.value()}).value(); });
}

Result<Payment> transfer_payment(operation::Context& ctx, TransferDocument const& input) {
    return hand_on<Payment>(ctx, payment_kind, input, [&] { return find_payment(ctx, PaymentId{input.id.value()}); });
}

Result<Invoice> transfer_invoice(operation::Context& ctx, TransferDocument const& input) {
    return hand_on<Invoice>(ctx, invoice_kind, input, [&] { return find_invoice(ctx, InvoiceId{input.id.value()}); });
}

void add_transfer_operations(operation::Catalogue& catalogue) {
    catalogue.add(quote_transfer);
    catalogue.add(contract_transfer);
    catalogue.add(order_transfer);
    catalogue.add(plan_transfer);
    catalogue.add(payment_transfer);
    catalogue.add(invoice_transfer);
}

}  // namespace wescrm::sales
