#include "fields/store.hpp"
#include "order_money_store.hpp"

namespace wescrm::sales {
namespace {

using database::bind;
using operation::SortField;

struct PaymentRow : Payment {
    std::string sort_key;
};
BOOST_DESCRIBE_STRUCT(PaymentRow, (Payment), (sort_key))

std::string const& payment_columns() {
    static auto const all =
        "d.id, d.no, d.order_id, " + std::string{shown_order_no} +
        ", s.contract_id, x.no, d.customer_id, c.name, l.id, l.period, d.refund_of_id, o.user_id, o.name, "
        "d.currency, d.amount_fen, coalesce((select -sum(w.amount_fen)::bigint from payment w where w.tenant_id = "
        "d.tenant_id and "
        "w.refund_of_id = d.id and w.status = 'approved'), 0), d.paid_on, d.method, d.payer, d.bank_account, d.remark, "
        "d.status, d.status_reason, " +
        pending_approval(payment_kind) + ", d.approved_at, " + shown_custom("payment", "d") +
        ", d.version, d.created_at, d.updated_at, k.user_id";
    return all;
}
// The plan that a payment settles, or the first of several. Its id is found first, apart, so that the plan is then
// taken by its key.
std::string const payment_joins =
    " from payment d join sales_order s on s.tenant_id = d.tenant_id and s.id = d.order_id left join "
    "contract x on x.tenant_id = s.tenant_id and x.id = s.contract_id join customer c on "
    "c.tenant_id = d.tenant_id and c.id = d.customer_id join employee o on o.tenant_id = d.tenant_id and o.id = "
    "d.owner_id cross join lateral (select coalesce(d.plan_id, (select a.plan_id from payment_allocation a join "
    "payment_plan b on b.tenant_id = a.tenant_id and b.id = a.plan_id where a.tenant_id = d.tenant_id and a.payment_id "
    "= d.id order by b.due_on, b.period limit 1)) as id offset 0) n left join payment_plan l on l.tenant_id = "
    "d.tenant_id and l.id = n.id left join employee k on k.tenant_id = d.tenant_id and k.id = d.created_by";

}  // namespace

std::vector<Payment> payments_of(operation::Context& ctx, OrderId order) {
    return ctx.sql().records<Payment>(
        "select " + payment_columns() + payment_joins +
            " where d.tenant_id = :tenant and d.order_id = :order order by d.paid_on desc, d.id desc limit 200",
        {bind("tenant", ctx.tenant()), bind("order", order)});
}

Payment find_payment(operation::Context& ctx, PaymentId id) {
    return ctx.sql()
        .record<Payment>("select " + payment_columns() + payment_joins + " where d.tenant_id = :tenant and d.id = :id",
                         {bind("tenant", ctx.tenant()), bind("id", id)})
        .value();
}

Result<Payment> show_payment(operation::Context& ctx, OnePayment const& input) {
    if (!ctx.scope().allows("payment", operation::Power::read, input.id.value())) return no_document(payment_kind);
    return find_payment(ctx, input.id);
}

Result<PaymentPage> list_payments(operation::Context& ctx, ListPayments const& input) {
    auto const paging = operation::Paging::from(input.sort, input.limit, input.cursor,
                                                {SortField{"created_at", "d.created_at", "timestamptz"},
                                                 {"updated_at", "d.updated_at", "timestamptz"},
                                                 {"paid_on", "d.paid_on::text", "text"},
                                                 {"amount_fen", "d.amount_fen", "bigint"},
                                                 {"no", "d.no", "text"}},
                                                "-created_at", "d.id");
    if (!paging) return paging.error();
    auto const dated = date_column(input.date_field, {{"created_at", "d.created_at"}, {"paid_on", "d.paid_on"}});
    if (!dated) return dated.error();
    auto filter = Filter{ctx.tenant()};
    add_common(ctx, filter, payment_kind,
               {input.q,
                input.owner,
                input.department,
                input.customer_id,
                words_of(input.status),
                input.from,
                input.to,
                *dated,
                *dated == "d.paid_on",
                {"d.no", "d.payer", std::string{of_order_no}}});
    filter.where_given(input.order_id, "d.order_id = :order", "order");
    filter.where_given(input.contract_id, std::string{of_contract}, "contract");
    if (auto const good = add_custom_filters(ctx, filter, "payment", "d.id", input.custom); !good) return good.error();
    return document_page<PaymentPage, PaymentRow>(ctx, payment_kind, filter, *paging, payment_columns(), payment_joins,
                                                  input.customer_id);
}

}  // namespace wescrm::sales
