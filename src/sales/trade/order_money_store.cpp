#include "order_money_store.hpp"

#include <wescrm/sales/high_sea.hpp>

#include <map>

namespace wescrm::sales {
namespace {

using database::bind;

struct StoredPlan {
    std::int64_t id = 0;
    std::int64_t period = 0;
    Date due_on;
    Money amount;
    Money received;
    std::int64_t remind_days = 0;
    std::string status;
};
BOOST_DESCRIBE_STRUCT(StoredPlan, (), (id, period, due_on, amount, received, remind_days, status))

std::vector<StoredPlan> standing_plans(operation::Context& ctx, OrderId order) {
    return ctx.sql().records<StoredPlan>(
        "select id, period, due_on, amount_fen, received_fen, remind_days, status from payment_plan where tenant_id = "
        ":tenant and order_id = :order and status <> 'void' order by due_on, period",
        {bind("tenant", ctx.tenant()), bind("order", order)});
}

std::vector<PaymentFigures> counted_payments(operation::Context& ctx, OrderId order) {
    auto payments = std::vector<PaymentFigures>{};
    for (auto const& [id, on, amount, refund_of, plan] :
         ctx.sql().rows<std::int64_t, Date, Money, std::optional<std::int64_t>, std::optional<std::int64_t>>(
             "select id, paid_on, amount_fen, refund_of_id, plan_id from payment where tenant_id = :tenant and "
             "order_id = "
             ":order and status = 'approved'",
             {bind("tenant", ctx.tenant()), bind("order", order)}))
        payments.push_back({id, on, amount, refund_of, plan});
    return payments;
}

void write_allocations(operation::Context& ctx, OrderId order, std::vector<Allocation> const& allocations) {
    ctx.sql().execute(
        "delete from payment_allocation a using payment p where a.tenant_id = :tenant and p.tenant_id = :tenant and "
        "p.order_id = :order and a.payment_id = p.id",
        {bind("tenant", ctx.tenant()), bind("order", order)});
    auto payments = std::vector<std::int64_t>{};
    auto plans = payments, amounts = payments;
    for (auto const& one : allocations) {
        payments.push_back(one.payment);
        plans.push_back(one.plan);
        amounts.push_back(one.amount.fen());
    }
    ctx.sql().execute(
        "insert into payment_allocation (tenant_id, payment_id, plan_id, amount_fen) select :tenant, n.payment, "
        "n.plan, "
        "n.amount from unnest(:payments::bigint[], :plans::bigint[], :amounts::bigint[]) n(payment, plan, amount)",
        {bind("tenant", ctx.tenant()), bind("payments", payments), bind("plans", plans), bind("amounts", amounts)});
}

// A plan that waits for money reminds before it is due and becomes overdue the day after.
void set_timers(operation::Context& ctx, StoredPlan const& plan, bool is_open) {
    ctx.timers().cancel("payment_plan", plan.id);
    if (!is_open) return ctx.outbox().cancel("payment_plan", plan.id);
    auto const remind_at = ctx.zone().instant({add_days(plan.due_on, -static_cast<int>(plan.remind_days)), morning});
    if (remind_at > ctx.now()) ctx.timers().schedule({"payment_plan_due", "payment_plan", plan.id, remind_at, of_day});
    auto const late_at = ctx.zone().start_of(add_days(plan.due_on, 1));
    if (late_at > ctx.now()) ctx.timers().schedule({"payment_plan_overdue", "payment_plan", plan.id, late_at, of_day});
}

void write_plan(operation::Context& ctx, StoredPlan const& plan, Money received, std::string_view status) {
    ctx.sql().execute(
        "update payment_plan set received_fen = :received, status = :status, updated_at = :now, version = version + 1 "
        "where tenant_id = :tenant and id = :id and (received_fen, status) is distinct from (:received::bigint, "
        ":status::text)",
        {bind("tenant", ctx.tenant()), bind("id", plan.id), bind("received", received), bind("status", status),
         bind("now", ctx.now())});
}

}  // namespace

void recompute_order_money(operation::Context& ctx, OrderId order) {
    auto const plans = standing_plans(ctx, order);
    auto const payments = counted_payments(ctx, order);
    auto figures = std::vector<PlanFigures>{};
    auto planned = Money{};
    for (auto const& plan : plans) {
        figures.push_back({plan.id, plan.period, plan.due_on, plan.amount});
        planned = planned + plan.amount;
    }
    auto received = Money{};
    for (auto const& payment : payments) received = received + payment.amount;
    auto const allocations = allocate(figures, payments);
    write_allocations(ctx, order, allocations);
    auto const status = ctx.sql().value<std::string>(
        "update sales_order set received_fen = :received, planned_fen = :planned, updated_at = :now where tenant_id = "
        ":tenant and id = :order returning status",
        {bind("tenant", ctx.tenant()), bind("order", order), bind("received", received), bind("planned", planned),
         bind("now", ctx.now())});
    auto const live = is_live(status.value_or(""));
    for (auto const& plan : plans) {
        auto got = Money{};
        for (auto const& one : allocations)
            if (one.plan == plan.id) got = got + one.amount;
        auto const now = plan_status(plan.amount, got, plan.due_on, ctx.today(), live);
        write_plan(ctx, plan, got, now);
        set_timers(ctx, plan, live && now != "done");
    }
    auto const customer =
        ctx.sql().value<std::int64_t>("select customer_id from sales_order where tenant_id = :tenant and id = :order",
                                      {bind("tenant", ctx.tenant()), bind("order", order)});
    if (customer) recompute_due(ctx, PoolObject::customer, {*customer});
}

OrderSums sums_of(operation::Context& ctx, OrderId order) {
    auto const row = ctx.sql().row<Money, Money, Money, Money>(
        "select amount_fen, received_fen, planned_fen, invoiced_fen from sales_order where tenant_id = :tenant and id "
        "= "
        ":id",
        {bind("tenant", ctx.tenant()), bind("id", order)});
    auto const& [amount, received, planned, invoiced] = row.value();
    return {amount, received, planned, invoiced};
}

}  // namespace wescrm::sales
