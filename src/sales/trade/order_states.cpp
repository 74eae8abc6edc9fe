#include "changes.hpp"
#include "money_bearer.hpp"
#include "order_flow.hpp"
#include "orders.hpp"

namespace wescrm::sales {
namespace {

Result<OrderDetail> simply(operation::Context& ctx, OneOrder const& input, std::initializer_list<std::string_view> from,
                           std::string_view to, std::string_view action, std::string_view verb) {
    auto const locked = lock_document(ctx, order_kind, input.id.value(), Need::write);
    if (!locked) return locked.error();
    if (auto const may = insist_state(order_kind, *locked, input.version, from, verb); !may) return may.error();
    if (auto const free = insist_not_changing(ctx, order_kind, *locked); !free) return free.error();
    if (auto const allowed = insist_move(ctx, *locked, std::string{to}, {}); !allowed) return allowed.error();
    if (auto const moved = move_to(ctx, order_kind, *locked, to, action); !moved) return moved.error();
    return order_detail(ctx, input.id);
}

}  // namespace

Result<void> put_order_in_force(operation::Context& ctx, LockedDocument const& locked) {
    auto const moved =
        move_to(ctx, order_kind, locked, "in_force", "in_force", {}, "in_force_at = coalesce(in_force_at, :now)");
    if (!moved) return moved.error();
    recompute_order_money(ctx, OrderId{locked.id});
    recompute_deal_status(ctx, locked.customer);
    return {};
}

Result<OrderDetail> submit_order(operation::Context& ctx, OneOrder const& input) {
    auto const locked = lock_document(ctx, order_kind, input.id.value(), Need::write);
    if (!locked) return locked.error();
    auto const may = insist_state(order_kind, *locked, input.version, {"draft", "rejected"}, "提交");
    if (!may) return may.error();
    auto triggers =
        triggers_of(amount_trigger("order", "订单", locked->amount, locked->currency),
                    stored_lines(ctx, order_lines, locked->id), find_order(ctx, input.id)->discount_percent);
    auto const done = submit(ctx, order_kind, *locked, std::move(triggers),
                             [&ctx](LockedDocument const& order) { return put_order_in_force(ctx, order); });
    if (!done) return done.error();
    return order_detail(ctx, input.id);
}

Result<OrderDetail> execute_order(operation::Context& ctx, OneOrder const& input) {
    return simply(ctx, input, {"in_force"}, "executing", "execute", "开始执行");
}

Result<OrderDetail> complete_order(operation::Context& ctx, OneOrder const& input) {
    return simply(ctx, input, {"in_force", "executing"}, "completed", "complete", "完成");
}

Result<OrderDetail> void_order(operation::Context& ctx, VoidOrder const& input) {
    auto const locked = lock_document(ctx, order_kind, input.id.value(), Need::write);
    if (!locked) return locked.error();
    auto const may = insist_state(order_kind, *locked, std::nullopt,
                                  {"draft", "rejected", "in_force", "executing", "completed"}, "作废");
    if (!may) return may.error();
    if (auto const free = insist_not_changing(ctx, order_kind, *locked); !free) return free.error();
    if (auto const free = insist_no_money(ctx, *locked); !free) return free.error();
    if (auto const moved = move_to(ctx, order_kind, *locked, "void", "void", input.reason); !moved)
        return moved.error();
    void_plans(ctx, input.id);
    recompute_order_money(ctx, input.id);
    recompute_deal_status(ctx, locked->customer);
    return order_detail(ctx, input.id);
}

}  // namespace wescrm::sales
