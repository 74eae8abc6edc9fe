#include "contracts.hpp"
#include "deal_work.hpp"
#include "order_money_store.hpp"
#include "quotes.hpp"

#include <wescrm/sales/contract.hpp>
#include <wescrm/sales/sales_rules.hpp>
#include <wescrm/sales/trade.hpp>

namespace wescrm::sales {
namespace {

using database::bind;
using operation::Context;
using operation::Timer;

std::optional<EmployeeId> active_owner(Context& ctx, UserId const& user) { return active_employee(ctx, user); }

void say(Context& ctx, Timer const& timer, UserId const& owner, std::string const& kind, json::Document data) {
    auto const to = active_owner(ctx, owner);
    if (!to) return;
    auto notice = operation::Notice{};
    notice.effect_key = timer.kind + ":" + std::to_string(timer.ref_id) + ":" + std::to_string(timer.occurrence);
    notice.to = *to;
    notice.kind = kind;
    notice.data = std::move(data);
    notice.source_kind = timer.ref_kind;
    notice.source_id = timer.ref_id;
    ctx.outbox().tell(notice);
}

std::optional<PaymentPlan> open_plan(Context& ctx, PaymentPlanId id) {
    auto const found = show_payment_plan(ctx, {id, {}});
    if (!found || found->status == "done" || found->status == "void") return std::nullopt;
    return *found;
}

Result<void> tell_plan(Context& ctx, Timer const& timer, std::string const& kind) {
    auto const plan = open_plan(ctx, PaymentPlanId{timer.ref_id});
    if (!plan) return {};
    auto data = operation::write_output(*plan);
    auto& allocator = data.GetAllocator();
    json::set(data, "due_text", format_date(plan->due_on), allocator);
    json::set(data, "amount_text", format_for_people(plan->outstanding_fen, plan->currency), allocator);
    auto const is_of_contract = plan->contract_no == plan->order_no;
    json::set(data, "bearer_text", (is_of_contract ? "合同 " : "订单 ") + plan->order_no, allocator);
    json::set(data, "period_text", "第 " + std::to_string(plan->period) + " 期", allocator);
    say(ctx, timer, plan->owner_user_id, kind, std::move(data));
    return {};
}

Result<void> on_plan_due(Context& ctx, Timer const& timer) { return tell_plan(ctx, timer, "payment_plan_due"); }

Result<void> on_plan_overdue(Context& ctx, Timer const& timer) {
    auto const order =
        ctx.sql().value<OrderId>("select order_id from payment_plan where tenant_id = :tenant and id = :id",
                                 {bind("tenant", ctx.tenant()), bind("id", timer.ref_id)});
    if (!order) return {};
    static_cast<void>(lock_unasked(ctx, order_kind, order->value()));
    recompute_order_money(ctx, *order);
    auto const plan = open_plan(ctx, PaymentPlanId{timer.ref_id});
    if (!plan || plan->status != "overdue") return {};
    return tell_plan(ctx, timer, "payment_plan_overdue");
}

std::optional<Contract> contract_in_force(Context& ctx, Timer const& timer) {
    auto const found = show_contract(ctx, {ContractId{timer.ref_id}, {}});
    if (!found || found->status != "in_force" || !found->ends_on) return std::nullopt;
    return *found;
}

Result<void> on_contract_ending(Context& ctx, Timer const& timer) {
    auto const contract = contract_in_force(ctx, timer);
    if (!contract || !sales_rules(ctx).contracts) return {};
    auto data = operation::write_output(*contract);
    auto const left = std::chrono::sys_days{*contract->ends_on} - std::chrono::sys_days{ctx.today()};
    json::set(data, "ends_text", format_date(*contract->ends_on), data.GetAllocator());
    json::set(data, "left_text", "还有 " + std::to_string(left.count()) + " 天", data.GetAllocator());
    say(ctx, timer, contract->owner_user_id, "contract_ending", std::move(data));
    return {};
}

Result<void> on_contract_ended(Context& ctx, Timer const& timer) {
    auto const locked = lock_unasked(ctx, contract_kind, timer.ref_id);
    auto const contract = contract_in_force(ctx, timer);
    if (!locked || !contract) return {};
    if (std::chrono::sys_days{*contract->ends_on} >= std::chrono::sys_days{ctx.today()}) return {};
    return move_to(ctx, contract_kind, *locked, "expired", "expire");
}

std::optional<QuoteDetail> quote_in_force(Context& ctx, Timer const& timer) {
    auto const found = show_quote(ctx, {QuoteId{timer.ref_id}, {}});
    if (!found || found->status != "in_force" || !found->valid_until) return std::nullopt;
    return *found;
}

void tell_quote(Context& ctx, Timer const& timer, QuoteDetail const& quote) {
    auto data = operation::write_output(static_cast<Quote const&>(quote));
    json::set(data, "until_text", format_date(*quote.valid_until), data.GetAllocator());
    json::set(data, "amount_text", format_for_people(quote.amount_fen, quote.currency), data.GetAllocator());
    say(ctx, timer, quote.owner_user_id, timer.kind, std::move(data));
}

Result<void> on_quote_expiring(Context& ctx, Timer const& timer) {
    if (auto const quote = quote_in_force(ctx, timer)) tell_quote(ctx, timer, *quote);
    return {};
}

Result<void> on_quote_expired(Context& ctx, Timer const& timer) {
    auto const locked = lock_unasked(ctx, quote_kind, timer.ref_id);
    auto const quote = quote_in_force(ctx, timer);
    if (!locked || !quote) return {};
    if (std::chrono::sys_days{*quote->valid_until} >= std::chrono::sys_days{ctx.today()}) return {};
    if (auto const moved = move_to(ctx, quote_kind, *locked, "expired", "expire"); !moved) return moved.error();
    tell_quote(ctx, timer, *quote);
    return {};
}

}  // namespace

std::map<std::string, TradeTimerHandler> trade_timer_handlers() {
    return {{"quote_expiring", on_quote_expiring},      {"quote_expired", on_quote_expired},
            {"payment_plan_due", on_plan_due},          {"payment_plan_overdue", on_plan_overdue},
            {"contract_ending_30", on_contract_ending}, {"contract_ending_7", on_contract_ending},
            {"contract_ended", on_contract_ended},      {"deal_work", on_deal_work}};
}

}  // namespace wescrm::sales
