#include "integration/sales/trade_given.hpp"

#include <wescrm/sales/document_change.hpp>

#include <random>

// A random walk over the states of orders, plans, payments and approvals, with what must hold after each step.
namespace wescrm::sales {
namespace {

struct GivenARandomWalk : wescrm::testing::TradeTest, ::testing::WithParamInterface<unsigned> {
    std::mt19937 random{GetParam()};
    std::vector<OrderId> orders;
    int done = 0;
    int refused = 0;

    std::int64_t number(std::int64_t from, std::int64_t to) {
        return std::uniform_int_distribution<std::int64_t>{from, to}(random);
    }
    template <class T>
    T const& any(std::vector<T> const& from) {
        return from[static_cast<std::size_t>(number(0, std::ssize(from) - 1))];
    }
    // A refusal is as good as a change: both leave everything right. Only what no rule foresaw is wrong.
    template <class R>
    void note(R const& result) {
        if (result) return void(++done);
        ++refused;
        auto const code = result.error().code;
        EXPECT_TRUE(code == Errc::conflict || code == Errc::invalid_input) << result.error().message;
    }

    void make_order() {
        auto input = CreateOrder{};
        input.customer_id = customer;
        if (number(0, 1) == 0) {
            input.amount_fen = Money::from_fen(number(1, 100'000));
        } else {
            for (auto i = number(1, 3); i > 0; --i) {
                auto line = OrderLineInput{};
                line.product_name = "服务";
                line.price_e4 = number(0, 999'999);
                line.quantity = static_cast<double>(number(1, 99'999)) / 1'000;
                line.discount_percent = static_cast<double>(number(0, 10'000)) / 100;
                input.lines.push_back(line);
            }
        }
        auto const made = by("li", create_order, input);
        note(made);
        if (made) orders.push_back(made->id);
    }
    void plan(OrderId id) {
        auto input = SplitIntoPlans{};
        input.order_id = id;
        input.periods = number(1, 4);
        input.first_due_on = add_days(parse_date("2026-11-25").value(), static_cast<int>(number(-40, 60)));
        if (number(0, 1) == 0) input.amount_fen = Money::from_fen(number(1, 40'000));
        note(by("li", split_into_plans, input));
    }
    void change_plan(OrderDetail const& order) {
        if (order.plans.empty()) return;
        auto const& plan = any(order.plans);
        if (number(0, 3) == 0) return note(by("li", void_payment_plan, {plan.id, {}}));
        auto input = ChangePaymentPlan{};
        input.id = plan.id;
        input.version = plan.version;
        input.amount_fen = Money::from_fen(number(1, 40'000));
        input.due_on = add_days(plan.due_on, static_cast<int>(number(-20, 20)));
        note(by("li", change_payment_plan, input));
    }
    void pay_some(OrderDetail const& order) {
        auto refund_of = std::optional<PaymentId>{};
        if (number(0, 2) == 0 && !order.payments.empty()) refund_of = any(order.payments).id;
        auto const fen = number(1, std::max<std::int64_t>(1, order.amount_fen.fen()));
        note(pay(order.id, refund_of ? -fen : fen, refund_of));
    }
    void touch_payment(OrderDetail const& order) {
        if (order.payments.empty()) return;
        note(by("li", void_payment, {any(order.payments).id, "记错"}));
    }
    void decide_some(OrderDetail const& order) {
        auto id = order.approval_id;
        for (auto const& payment : order.payments)
            if (payment.approval_id && number(0, 1) == 0) id = payment.approval_id;
        if (!id) return;
        note(decide("boss", waiting(id), number(0, 2) > 0, "原因"));
    }
    void change_amount(OrderDetail const& order) {
        auto input = ChangeOrder{};
        input.id = order.id;
        input.version = order.version;
        if (order.lines.empty()) input.amount_fen = Money::from_fen(number(1, 100'000));
        input.remark = {true, "改"};
        note(by("li", change_order, input));
    }
    /// An order in force if there is one: few are, and only those change with consent.
    OrderDetail one_in_force(OrderDetail const& other) {
        for (auto const id : orders)
            if (auto found = now(id); found.status == "in_force" || found.status == "executing") return found;
        return other;
    }
    void request_change(OrderDetail const& order) {
        auto input = RequestOrderChange{};
        input.id = order.id;
        input.version = order.version;
        if (order.lines.empty())
            input.amount_fen = Money::from_fen(number(1, 100'000));
        else
            input.discount_percent = static_cast<double>(number(0, 50));
        input.change_reason = "变更";
        note(by("li", request_order_change, input));
    }
    void step() {
        if (orders.empty() || number(0, 9) == 0) return make_order();
        auto const order = now(any(orders));
        switch (number(0, 12)) {
            case 0:
            case 1:
                return note(by("li", submit_order, {order.id, {}}));
            case 2:
                return plan(order.id);
            case 3:
                return change_plan(order);
            case 4:
            case 5:
            case 6:
                return pay_some(order);
            case 7:
                return touch_payment(order);
            case 8:
                return decide_some(order);
            case 9:
                return change_amount(order);
            case 10:
                return request_change(one_in_force(order));
            case 11:
                return decide_some(one_in_force(order));
            default:
                if (number(0, 1) == 0) return note(by("li", complete_order, {order.id, {}}));
                return note(by("li", void_order, {order.id, "取消"}));
        }
    }

    /// How many rows break a rule.
    std::int64_t broken(std::string const& rows) { return count("(" + rows + ") x"); }
    void check(int at) {
        EXPECT_EQ(
            broken("select 1 from sales_order o where received_fen <> coalesce((select sum(amount_fen) from payment p "
                   "where p.order_id = o.id and p.status = 'approved'), 0)"),
            0)
            << "received = Σ counted payments − refunds, step " << at;
        EXPECT_EQ(
            broken("select 1 from sales_order o where exists (select 1 from order_line l where l.order_id = o.id) and "
                   "abs(amount_fen - (select sum(subtotal_fen) from order_line l where l.order_id = o.id) * (10000 - "
                   "discount_bp) / 10000.0) > 0.5"),
            0)
            << "amount = Σ lines less the whole discount, step " << at;
        EXPECT_EQ(
            broken("select 1 from sales_order o where planned_fen <> coalesce((select sum(amount_fen) from "
                   "payment_plan p where p.order_id = o.id and p.status <> 'void'), 0) or planned_fen > amount_fen"),
            0)
            << "Σ plans ≤ amount, step " << at;
        EXPECT_EQ(broken("select 1 from payment_plan p where received_fen <> coalesce((select sum(a.amount_fen) from "
                         "payment_allocation a where a.plan_id = p.id), 0) or (status = 'done') <> (received_fen = "
                         "amount_fen) or (status = 'void' and received_fen > 0)"),
                  0)
            << "plans get what is allocated, step " << at;
        EXPECT_EQ(
            broken("select 1 from payment p where status = 'approved' and refund_of_id is null and (select "
                   "coalesce(sum(amount_fen), 0) from payment_allocation a where a.payment_id = p.id) > p.amount_fen "
                   "+ coalesce((select sum(amount_fen) from payment r where r.refund_of_id = p.id and r.status = "
                   "'approved'), 0)"),
            0)
            << "no more is allocated than came, step " << at;
        EXPECT_EQ(
            broken("select 1 from sales_order o where received_fen - coalesce((select sum(received_fen) from "
                   "payment_plan p where p.order_id = o.id), 0) > 0 and exists (select 1 from payment_plan p where "
                   "p.order_id = o.id and p.status not in ('void', 'done'))"),
            0)
            << "nothing stays unallocated while a plan is open, step " << at;
        EXPECT_EQ(
            broken("select 1 from approval a where status = 'pending' and not exists (select 1 from sales_order o "
                   "where a.subject_type = 'order' and o.id = a.subject_id and (o.status = 'in_review' or a.kind = "
                   "'order.change' and o.status in ('in_force', 'executing') and exists (select 1 from document_change "
                   "h where h.object = 'order' and h.document_id = o.id and h.status = 'pending')) union all "
                   "select 1 from payment p where a.subject_type = 'payment' and p.id = a.subject_id and p.status = "
                   "'in_review')"),
            0)
            << "what waits is in review, step " << at;
        EXPECT_EQ(
            broken("select 1 from customer c where (deal_status = 'closed') <> exists (select 1 from sales_order o "
                   "where o.customer_id = c.id and o.status in ('in_force', 'executing', 'completed'))"),
            0)
            << "who bought is closed, step " << at;
        EXPECT_EQ(broken("select 1 from sales_order where status = 'void' and received_fen > 0"), 0) << "step " << at;
        EXPECT_EQ(broken("select 1 from sales_order o where changing <> (status_reason like '变更中%') or changing "
                         "<> exists (select 1 from document_change h where h.object = 'order' and h.document_id = o.id "
                         "and h.status = 'pending')"),
                  0)
            << "what is changing says so, step " << at;
    }
};

TEST_P(GivenARandomWalk, WhenAnythingHappensInAnyOrderThenTheMoneyAlwaysAddsUp) {
    ask_superior("order", 50'000);
    ask_superior("payment", 30'000);
    for (auto at = 0; at < 160; ++at) {
        step();
        check(at);
        if (HasFailure()) break;
    }
    EXPECT_GT(done, 25);
    EXPECT_GT(refused, 10);
    EXPECT_GT(count("document_change where status = 'applied'"), 0) << count("document_change") << " asked for";
}

INSTANTIATE_TEST_SUITE_P(Seeds, GivenARandomWalk, ::testing::Values(1U, 2U));

}  // namespace
}  // namespace wescrm::sales
