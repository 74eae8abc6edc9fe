#include "../handed_over.hpp"
#include "../opportunity/opportunity_operations.hpp"
#include "changes.hpp"
#include "contracts.hpp"
#include "invoices.hpp"
#include "orders.hpp"
#include "payments.hpp"
#include "quotes.hpp"

#include <wescrm/sales/trade.hpp>

// A leaver's documents. Their states and numbers stay as they are; figures count them with the receiver's department.
namespace wescrm::sales {
namespace {

using database::bind;
using operation::Context;
using operation::Handover;

// A contract's mirror goes with it.
std::string mirrors_left_out(DocumentKind const& kind) { return &kind == &order_kind ? " and not mirrors" : ""; }

constexpr std::string_view of_mirrors =
    " and order_id in (select s.id from sales_order s where s.tenant_id = :tenant and s.mirrors)";

std::int64_t count_of(Context& ctx, DocumentKind const& kind, EmployeeId from) {
    return ctx.sql()
        .value<std::int64_t>("select count(*) from " + std::string{kind.table} +
                                 " where tenant_id = :tenant and owner_id = :from and status <> 'void'" +
                                 mirrors_left_out(kind),
                             {bind("tenant", ctx.tenant()), bind("from", from)})
        .value_or(0);
}

std::int64_t move_all(Context& ctx, DocumentKind const& kind, Handover const& handover, std::string_view more = {}) {
    auto const moved = count_of(ctx, kind, handover.from);
    auto const ids = ctx.sql().values<std::int64_t>(
        "update " + std::string{kind.table} + " set owner_id = :to, " +
            (&kind == &plan_kind ? ""
                                 : "owner_department_id = (select main_department_id from employee where tenant_id = "
                                   ":tenant and id = :to), ") +
            "updated_at = :now, version = version + 1 where tenant_id = :tenant and owner_id = :from" +
            std::string{more} + mirrors_left_out(kind) + " returning id",
        {bind("tenant", ctx.tenant()), bind("from", handover.from), bind("to", handover.to), bind("now", ctx.now())});
    if (ids.empty()) return moved;
    append_handed_over(ctx, kind.kind, handover, ids);
    audit_handed_over(ctx, kind.kind, handover, ids);
    return moved;
}

operation::HandoverKind handover_of(DocumentKind const& kind, std::string hint,
                                    std::vector<DocumentKind const*> along) {
    auto made = operation::HandoverKind{};
    made.name = kind.kind;
    made.title = kind.title;
    made.hint = std::move(hint);
    made.count = [&kind](Context& ctx, EmployeeId from) { return count_of(ctx, kind, from); };
    made.move = [&kind, along = std::move(along)](Context& ctx, Handover const& handover) -> Result<std::int64_t> {
        auto const moved = move_all(ctx, kind, handover);
        for (auto const* other : along) move_all(ctx, *other, handover);
        if (&kind == &contract_kind) move_all(ctx, plan_kind, handover, of_mirrors);
        return moved;
    };
    return made;
}

}  // namespace

void add_trade_handovers(operation::HandoverKinds& kinds) {
    kinds.add(handover_of(quote_kind, "", {}));
    kinds.add(handover_of(contract_kind, "", {}));
    kinds.add(handover_of(order_kind, "回款计划随订单一起交接", {&plan_kind}));
    kinds.add(handover_of(payment_kind, "", {}));
    kinds.add(handover_of(invoice_kind, "", {}));
}

void add_approval_subjects(approval::Subjects& subjects) {
    subjects.add(with_changes(subject_of(order_kind, put_order_in_force)));
    subjects.add(with_changes(subject_of(contract_kind, put_contract_in_force)));
    subjects.add(subject_of(payment_kind, count_payment));
    subjects.add(subject_of(quote_kind, put_quote_in_force));
    subjects.add(subject_of(invoice_kind, put_invoice_waiting));
    add_opportunity_subject(subjects);
}

void follow_merge(Context& ctx, CustomerId from, CustomerId into) {
    for (auto const* kind : {&quote_kind, &contract_kind, &order_kind, &plan_kind, &payment_kind, &invoice_kind})
        ctx.sql().execute(
            "update " + std::string{kind->table} +
                " set customer_id = :into, updated_at = :now, version = version + 1 where tenant_id = "
                ":tenant and customer_id = :from",
            {bind("tenant", ctx.tenant()), bind("from", from), bind("into", into), bind("now", ctx.now())});
    // A title of the same name is there already.
    ctx.sql().execute(
        "delete from invoice_title t using invoice_title o where t.tenant_id = :tenant and o.tenant_id = :tenant and "
        "t.customer_id = :from and o.customer_id = :into and o.name = t.name",
        {bind("tenant", ctx.tenant()), bind("from", from), bind("into", into)});
    ctx.sql().execute(
        "update invoice_title t set customer_id = :into, is_default = t.is_default and not exists (select 1 from "
        "invoice_title o where o.tenant_id = :tenant and o.customer_id = :into and o.is_default) where t.tenant_id = "
        ":tenant and t.customer_id = :from",
        {bind("tenant", ctx.tenant()), bind("from", from), bind("into", into)});
    recompute_deal_status(ctx, from);
    recompute_deal_status(ctx, into);
}

}  // namespace wescrm::sales
