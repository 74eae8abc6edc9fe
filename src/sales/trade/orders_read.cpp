#include "fields/store.hpp"
#include "orders.hpp"

namespace wescrm::sales {
namespace {

using database::bind;
using operation::SortField;

struct OrderRow : Order {
    std::string sort_key;
};
BOOST_DESCRIBE_STRUCT(OrderRow, (Order), (sort_key))

void add_order_filters(ListOrders const& input, Filter& filter) {
    filter.where_given(input.opportunity_id, "d.opportunity_id = :opportunity", "opportunity");
    filter.where_given(input.contract_id, "d.contract_id = :contract", "contract");
    filter.where_given(input.product_id,
                       "exists (select 1 from order_line l where l.tenant_id = d.tenant_id and l.order_id = d.id and "
                       "l.product_id = :product)",
                       "product");
    if (!input.state.empty()) filter.where("d.state_id = any(:state::bigint[])", "state", input.state);
    if (input.outstanding)
        filter.where("d.status in ('in_force', 'executing', 'completed') and d.received_fen < d.amount_fen");
}

}  // namespace

std::string const order_joins =
    " from sales_order d join customer c on c.tenant_id = d.tenant_id and c.id = d.customer_id join employee o on "
    "o.tenant_id = d.tenant_id and o.id = d.owner_id left join contact p on p.tenant_id = d.tenant_id and p.id = "
    "d.contact_id left join contract t on t.tenant_id = d.tenant_id and t.id = d.contract_id left join employee k on "
    "k.tenant_id = d.tenant_id and k.id = d.created_by left join order_state w on w.tenant_id = d.tenant_id and w.id = "
    "d.state_id";

std::string const& order_columns() {
    static auto const columns =
        "d.id, d.no, d.name, d.customer_id, c.name, d.contact_id, p.name, d.opportunity_id, d.contract_id, t.no, "
        "d.quote_id, o.user_id, o.name, d.ordered_on, d.ends_on, d.delivery_on, d.payment_terms, d.remark, "
        "d.discount_bp::float8 / 100, d.currency, d.amount_fen, "
        "d.received_fen, d.amount_fen - d.received_fen, d.planned_fen, d.invoiced_fen, d.status, d.state_id, "
        "coalesce(w.name, (select f.settings -> 'names' ->> d.status from order_flow f where f.tenant_id = "
        "d.tenant_id), ''), d.status_reason, "
        "d.changing, " +
        pending_approval(order_kind) + ", d.in_force_at, " + shown_custom("order", "d") +
        ", d.version, d.created_at, d.updated_at, k.user_id";
    return columns;
}

std::optional<Order> find_order(operation::Context& ctx, OrderId id) {
    return ctx.sql().record<Order>(
        "select " + order_columns() + order_joins + " where d.tenant_id = :tenant and d.id = :id",
        {bind("tenant", ctx.tenant()), bind("id", id)});
}

OrderDetail order_detail(operation::Context& ctx, OrderId id) {
    auto detail = OrderDetail{};
    static_cast<Order&>(detail) = find_order(ctx, id).value();
    detail.lines = shown_lines(stored_lines(ctx, order_lines, id.value()), detail.discount_percent, detail.currency);
    detail.plans = plans_of(ctx, id);
    detail.payments = payments_of(ctx, id);
    return detail;
}

Result<OrderDetail> show_order(operation::Context& ctx, OneOrder const& input) {
    if (!ctx.scope().allows("order", operation::Power::read, input.id.value())) return no_document(order_kind);
    return order_detail(ctx, input.id);
}

Result<OrderPage> list_orders(operation::Context& ctx, ListOrders const& input) {
    auto const paging = operation::Paging::from(input.sort, input.limit, input.cursor,
                                                {SortField{"created_at", "d.created_at", "timestamptz"},
                                                 {"updated_at", "d.updated_at", "timestamptz"},
                                                 {"ordered_on", "d.ordered_on::text", "text"},
                                                 {"amount_fen", "d.amount_fen", "bigint"},
                                                 {"no", "d.no", "text"}},
                                                "-created_at", "d.id");
    if (!paging) return paging.error();
    auto const dated = date_column(input.date_field, {{"created_at", "d.created_at"},
                                                      {"ordered_on", "d.ordered_on"},
                                                      {"ends_on", "d.ends_on"},
                                                      {"in_force_at", "d.in_force_at"}});
    if (!dated) return dated.error();
    auto filter = Filter{ctx.tenant()};
    add_common(ctx, filter, order_kind,
               {input.q,
                input.owner,
                input.department,
                input.customer_id,
                words_of(input.status),
                input.from,
                input.to,
                *dated,
                dated->ends_with("_on"),
                {"d.no", "d.name"}});
    add_order_filters(input, filter);
    if (auto const good = add_custom_filters(ctx, filter, "order", "d.id", input.custom); !good) return good.error();
    return document_page<OrderPage, OrderRow>(ctx, order_kind, filter, *paging, order_columns(), order_joins,
                                              input.customer_id);
}

}  // namespace wescrm::sales
