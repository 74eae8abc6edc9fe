#include "currency.hpp"
#include "money_bearer.hpp"
#include "orders.hpp"

namespace wescrm::sales {
namespace {

using database::bind;
using operation::SortField;

constexpr std::int64_t reminded_before = 3;

struct PlanRow : PaymentPlan {
    std::string sort_key;
};
BOOST_DESCRIBE_STRUCT(PlanRow, (PaymentPlan), (sort_key))

std::string const plan_columns =
    "d.id, d.order_id, " + std::string{shown_order_no} +
    ", s.contract_id, x.no, d.customer_id, c.name, o.user_id, o.name, d.period, d.due_on, d.currency, d.amount_fen, "
    "d.received_fen, "
    "case d.status when 'void' then 0 else d.amount_fen - d.received_fen end, d.method, d.remind_days, d.remark, "
    "d.status, "
    "d.version, d.created_at, d.updated_at, k.user_id";
std::string const plan_joins =
    " from payment_plan d join sales_order s on s.tenant_id = d.tenant_id and s.id = d.order_id left join contract x "
    "on "
    "x.tenant_id = s.tenant_id and x.id = s.contract_id join customer c on c.tenant_id = d.tenant_id and c.id = "
    "d.customer_id join employee o on o.tenant_id = d.tenant_id and o.id = "
    "d.owner_id "
    "left join employee k on k.tenant_id = d.tenant_id and k.id = d.created_by";

}  // namespace

std::optional<PaymentPlan> find_plan(operation::Context& ctx, PaymentPlanId id) {
    return ctx.sql().record<PaymentPlan>(
        "select " + plan_columns + plan_joins + " where d.tenant_id = :tenant and d.id = :id",
        {bind("tenant", ctx.tenant()), bind("id", id)});
}

namespace {

// The order that plans are made for, or the contract: visible, changeable, not over.
template <class Input>
Result<LockedDocument> order_for_plans(operation::Context& ctx, Input const& input) {
    auto const locked = lock_bearer(ctx, input.order_id, input.contract_id, Need::write);
    if (!locked) return locked.error();
    if (locked->status == "void" || locked->status == "completed")
        return Error{Errc::conflict, "order_state",
                     called(ctx, *locked) + " " +
                         (is_borne_by_contracts(ctx) ? "已终止" : std::string{status_label(locked->status)}) +
                         "，不能再安排回款计划"};
    return *locked;
}

Result<void> insist_room(operation::Context& ctx, LockedDocument const& order, Money more) {
    auto const sums = sums_of(ctx, OrderId{order.id});
    auto const room = sums.amount - sums.planned;
    if (more <= Money{}) return invalid_field("amount_fen", "应大于 0");
    if (more > room)
        return invalid_field("amount_fen", "回款计划合计不能超过" + std::string{bearer_title(ctx)} +
                                               "金额，最多还可安排 " + format_for_people(room, order.currency));
    return {};
}

struct NewPlan {
    std::int64_t period = 0;
    Date due_on;
    Money amount;
    std::string method;
    std::int64_t remind_days = reminded_before;
    std::string remark;
};

PaymentPlanId insert(operation::Context& ctx, LockedDocument const& order, NewPlan const& plan) {
    auto const actor = ctx.actor().is_system() ? std::nullopt : std::optional{ctx.actor().employee};
    return ctx.sql()
        .value<PaymentPlanId>(
            "insert into payment_plan (tenant_id, order_id, customer_id, owner_id, period, due_on, currency, "
            "amount_fen, "
            "method, "
            "remind_days, remark, created_at, updated_at, created_by) values (:tenant, :order, :customer, :owner, "
            ":period, "
            ":due, :currency, :amount, :method, :remind, :remark, :now, :now, :actor) returning id",
            {bind("tenant", ctx.tenant()), bind("order", order.id), bind("customer", order.customer),
             bind("owner", order.owner), bind("period", plan.period), bind("due", plan.due_on),
             bind("currency", order.currency), bind("amount", plan.amount), bind("method", plan.method),
             bind("remind", plan.remind_days), bind("remark", plan.remark), bind("now", ctx.now()),
             bind("actor", actor)})
        .value();
}

std::int64_t next_period(operation::Context& ctx, OrderId order) {
    return ctx.sql()
        .value<std::int64_t>(
            "select coalesce(max(period), 0) + 1 from payment_plan where tenant_id = :tenant and order_id = :order",
            {bind("tenant", ctx.tenant()), bind("order", order)})
        .value();
}

using NewPlans = std::vector<NewPlan>;

NewPlan blank(SplitIntoPlans const& input, std::int64_t period) {
    auto plan = NewPlan{};
    plan.period = period;
    plan.method = input.method.value_or("");
    plan.remind_days = input.remind_days.value_or(reminded_before);
    return plan;
}

// As equal as fen allow, so many months apart.
Result<NewPlans> equal_plans(operation::Context& ctx, LockedDocument const& order, SplitIntoPlans const& input) {
    if (!input.periods) return invalid_field("periods", "请填写期数，或逐期填写日期和金额");
    if (!input.first_due_on) return invalid_field("first_due_on", "请填写首期日期");
    auto const sums = sums_of(ctx, OrderId{order.id});
    auto const total = input.amount_fen.value_or(sums.amount - sums.planned);
    if (auto const room = insist_room(ctx, order, total); !room) return room.error();
    if (total.fen() < *input.periods) return invalid_field("periods", "期数太多，每期不足 1 分");
    auto period = next_period(ctx, OrderId{order.id});
    auto plans = NewPlans{};
    for (auto const amount : equal_amounts(total, static_cast<int>(*input.periods))) {
        auto plan = blank(input, period++);
        auto const months = static_cast<int>(plans.size()) * static_cast<int>(input.every_months.value_or(1));
        plan.due_on = add_months(*input.first_due_on, months);
        plan.amount = amount;
        plans.push_back(std::move(plan));
    }
    return plans;
}

Result<NewPlans> custom_plans(operation::Context& ctx, LockedDocument const& order, SplitIntoPlans const& input) {
    if (input.periods || input.first_due_on || input.every_months || input.amount_fen)
        return invalid_field("parts", "逐期填写时，不用再填期数、首期日期、间隔和分期金额");
    auto period = next_period(ctx, OrderId{order.id});
    auto total = Money{};
    auto plans = NewPlans{};
    for (auto const& part : input.parts) {
        auto plan = blank(input, period++);
        plan.due_on = part.due_on;
        plan.amount = part.amount_fen;
        plan.remark = part.remark.value_or("");
        total = total + plan.amount;
        plans.push_back(std::move(plan));
    }
    if (auto const room = insist_room(ctx, order, total); !room)
        return invalid_field("parts", room.error().fields.front().message);
    return plans;
}

void audit_new(operation::Context& ctx, PaymentPlanId id) {
    audit_document(ctx, plan_kind, id.value(), "payment_plan.create", json::Document{rapidjson::kObjectType},
                   operation::write_output(find_plan(ctx, id).value()));
}

struct Found {
    PaymentPlan plan;
    LockedDocument order;
};
// The order is locked before its plan, as whoever counts a payment does.
Result<Found> lock_plan(operation::Context& ctx, PaymentPlanId id, std::optional<std::int64_t> version) {
    auto const seen = find_plan(ctx, id);
    auto const scope = ctx.scope();
    if (!seen || !scope.allows("payment_plan", operation::Power::read, id.value())) return no_document(plan_kind);
    if (!scope.allows("payment_plan", operation::Power::write, id.value()))
        return Error{Errc::forbidden, "payment_plan_edit", "您可以查看但不能修改这个回款计划"};
    auto const order = lock_unasked(ctx, order_kind, seen->order_id.value());
    auto const plan = find_plan(ctx, id);
    if (!plan || !order) return no_document(plan_kind);
    if (auto const fresh = insist_version(version, plan->version); !fresh) return fresh.error();
    if (plan->status == "void") return Error{Errc::conflict, "payment_plan_state", "这个回款计划已作废"};
    return Found{*plan, *order};
}

}  // namespace

std::vector<PaymentPlan> plans_of(operation::Context& ctx, OrderId order) {
    return ctx.sql().records<PaymentPlan>("select " + plan_columns + plan_joins +
                                              " where d.tenant_id = :tenant and d.order_id = :order order by d.period",
                                          {bind("tenant", ctx.tenant()), bind("order", order)});
}

Result<PaymentPlan> create_payment_plan(operation::Context& ctx, CreatePaymentPlan const& input) {
    auto const order = order_for_plans(ctx, input);
    if (!order) return order.error();
    auto const order_id = OrderId{order->id};
    if (auto const room = insist_room(ctx, *order, input.amount_fen); !room) return room.error();
    auto const period = input.period.value_or(next_period(ctx, order_id));
    if (ctx.sql().value<int>(
            "select 1 from payment_plan where tenant_id = :tenant and order_id = :order and period = :period",
            {bind("tenant", ctx.tenant()), bind("order", order_id), bind("period", period)}))
        return invalid_field("period", "第 " + std::to_string(period) + " 期已存在");
    auto const id = insert(ctx, *order,
                           {period, input.due_on, input.amount_fen, input.method.value_or(""),
                            input.remind_days.value_or(reminded_before), input.remark.value_or("")});
    recompute_order_money(ctx, order_id);
    audit_new(ctx, id);
    return find_plan(ctx, id).value();
}

Result<PlansOfOrder> split_into_plans(operation::Context& ctx, SplitIntoPlans const& input) {
    auto const order = order_for_plans(ctx, input);
    if (!order) return order.error();
    auto const order_id = OrderId{order->id};
    auto const plans = input.parts.empty() ? equal_plans(ctx, *order, input) : custom_plans(ctx, *order, input);
    if (!plans) return plans.error();
    for (auto const& plan : *plans) audit_new(ctx, insert(ctx, *order, plan));
    recompute_order_money(ctx, order_id);
    auto const after = sums_of(ctx, order_id);
    return PlansOfOrder{plans_of(ctx, order_id), after.amount - after.planned};
}

Result<PaymentPlan> show_payment_plan(operation::Context& ctx, OnePaymentPlan const& input) {
    auto const plan = find_plan(ctx, input.id);
    if (!plan || !ctx.scope().allows("payment_plan", operation::Power::read, input.id.value()))
        return no_document(plan_kind);
    return *plan;
}

Result<PaymentPlanPage> list_payment_plans(operation::Context& ctx, ListPaymentPlans const& input) {
    // Of one order they come in order; among those of many, what still waits for money is looked for.
    auto const paging = operation::Paging::from(input.sort, input.limit, input.cursor,
                                                {SortField{"due_on", "d.due_on", "date"},
                                                 {"turn", "plan_turn(d.status, d.due_on)", "date"},
                                                 {"created_at", "d.created_at", "timestamptz"},
                                                 {"amount_fen", "d.amount_fen", "bigint"}},
                                                input.order_id || input.contract_id ? "due_on" : "turn", "d.id");
    if (!paging) return paging.error();
    auto const dated = date_column(input.date_field, {{"created_at", "d.created_at"}, {"due_on", "d.due_on"}});
    if (!dated) return dated.error();
    auto filter = Filter{ctx.tenant()};
    auto const order_no = std::string{plan_kind.number_sql};
    add_common(ctx, filter, plan_kind,
               {input.q,
                input.owner,
                input.department,
                input.customer_id,
                words_of(input.status),
                input.from,
                input.to,
                *dated,
                *dated == "d.due_on",
                {order_no}});
    filter.where_given(input.order_id, "d.order_id = :order", "order");
    filter.where_given(input.contract_id, std::string{of_contract}, "contract");
    return document_page<PaymentPlanPage, PlanRow>(ctx, plan_kind, filter, *paging, plan_columns, plan_joins,
                                                   input.customer_id);
}

Result<PaymentPlan> change_payment_plan(operation::Context& ctx, ChangePaymentPlan const& input) {
    auto const found = lock_plan(ctx, input.id, input.version);
    if (!found) return found.error();
    auto const& before = found->plan;
    auto const amount = input.amount_fen.value_or(before.amount_fen);
    if (amount < before.received_fen)
        return invalid_field("amount_fen",
                             "不能低于该期已回款 " + format_for_people(before.received_fen, before.currency));
    if (amount > before.amount_fen)
        if (auto const room = insist_room(ctx, found->order, amount - before.amount_fen); !room) return room.error();
    if (amount <= Money{}) return invalid_field("amount_fen", "应大于 0");
    ctx.sql().execute(
        "update payment_plan set due_on = :due, amount_fen = :amount, method = :method, remind_days = :remind, remark "
        "= "
        ":remark, version = version + 1, updated_at = :now where tenant_id = :tenant and id = :id",
        {bind("tenant", ctx.tenant()), bind("id", input.id), bind("due", input.due_on.value_or(before.due_on)),
         bind("amount", amount), bind("method", patched(input.method, before.method)),
         bind("remind", input.remind_days.value_or(before.remind_days)),
         bind("remark", patched(input.remark, before.remark)), bind("now", ctx.now())});
    recompute_order_money(ctx, before.order_id);
    auto const after = find_plan(ctx, input.id).value();
    audit_document(ctx, plan_kind, input.id.value(), "payment_plan.change", operation::write_output(before),
                   operation::write_output(after));
    return after;
}

Result<PaymentPlan> void_payment_plan(operation::Context& ctx, OnePaymentPlan const& input) {
    auto const found = lock_plan(ctx, input.id, input.version);
    if (!found) return found.error();
    if (found->plan.received_fen > Money{})
        return Error{Errc::conflict, "received",
                     "该期已回款 " + format_for_people(found->plan.received_fen, found->plan.currency) + "，不能作废"};
    ctx.timers().cancel("payment_plan", input.id.value());
    ctx.outbox().cancel("payment_plan", input.id.value());
    ctx.sql().execute(
        "update payment_plan set status = 'void', version = version + 1, updated_at = :now where tenant_id = :tenant "
        "and "
        "id = :id",
        {bind("tenant", ctx.tenant()), bind("id", input.id), bind("now", ctx.now())});
    recompute_order_money(ctx, found->plan.order_id);
    auto const after = find_plan(ctx, input.id).value();
    audit_document(ctx, plan_kind, input.id.value(), "payment_plan.void", operation::write_output(found->plan),
                   operation::write_output(after));
    return after;
}

}  // namespace wescrm::sales
