#include "money_bearer.hpp"

#include "orders.hpp"

#include <wescrm/operation/permissions.hpp>

namespace wescrm::sales {
namespace {

using database::bind;

Result<LockedDocument> lock_order(operation::Context& ctx, OrderId id, std::optional<ContractId> const& contract,
                                  Need need) {
    auto const order = lock_document(ctx, order_kind, id.value(), need);
    if (!order && order.error().code == Errc::not_found) return invalid_field("order_id", "没有这个订单，或您看不到它");
    if (!order || !contract) return order;
    auto const is_its = ctx.sql().value<int>(
        "select 1 from sales_order where tenant_id = :tenant and id = :order and contract_id = :contract",
        {bind("tenant", ctx.tenant()), bind("contract", *contract), bind("order", id)});
    if (!is_its) return invalid_field("contract_id", called(ctx, *order) + " 不在这份合同下");
    return order;
}

constexpr std::string_view adjustment = "合同金额调整";

/// The discount on the whole of an order: what it is, and what was agreed in its quote. Basis points.
struct MirrorDiscounts {
    std::int64_t now = 0;
    std::int64_t agreed = 0;
};
BOOST_DESCRIBE_STRUCT(MirrorDiscounts, (), (now, agreed))

// What was sold stays known at its prices; what the contract costs more or less stands in a line or a discount.
void fit_lines_of(operation::Context& ctx, LockedDocument const& mirror) {
    auto lines = stored_lines(ctx, order_lines, mirror.id);
    if (lines.empty()) return;
    auto const discounts =
        ctx.sql()
            .record<MirrorDiscounts>(
                "select o.discount_bp, coalesce(q.discount_bp, 0) from sales_order o left join quote q on q.tenant_id "
                "= o.tenant_id and q.id = o.quote_id where o.tenant_id = :tenant and o.id = :id",
                {bind("tenant", ctx.tenant()), bind("id", mirror.id)})
            .value();
    if (whole_sum(sum_of(lines), discounts.now).amount == mirror.amount) return;
    std::erase_if(lines, [](StoredLine const& line) { return !line.product && line.name == adjustment; });
    auto const fit = fit_lines(sum_of(lines), discounts.agreed, mirror.amount);
    if (!fit) lines.clear();
    if (fit && fit->extra > Money{}) {
        auto more = StoredLine{};
        more.name = adjustment;
        more.list = more.price = UnitPrice::of(fit->extra);
        more.quantity = quantity_one;
        more.subtotal = fit->extra;
        lines.push_back(std::move(more));
    }
    write_lines(ctx, order_lines, mirror.id, lines);
    ctx.sql().execute("update sales_order set discount_bp = :discount where tenant_id = :tenant and id = :id",
                      {bind("tenant", ctx.tenant()), bind("id", mirror.id),
                       bind("discount", fit ? fit->discount_bp : std::int64_t{0})});
}

Result<LockedDocument> lock_mirror(operation::Context& ctx, ContractId id, Need need) {
    auto const contract = lock_document(ctx, contract_kind, id.value(), need);
    if (!contract && contract.error().code == Errc::not_found)
        return invalid_field("contract_id", "没有这份合同，或您看不到它");
    if (!contract) return contract;
    auto mirror = mirror_of(ctx, id);
    if (!mirror) {  // made while orders were being switched off
        ctx.sql().execute("select mirror_contracts(:tenant::bigint, :id::bigint)",
                          {bind("tenant", ctx.tenant()), bind("id", id)});
        mirror = mirror_of(ctx, id);
    }
    if (!mirror)
        return invalid_field("contract_id", contract->status == "void"
                                                ? "合同 " + contract->no + " 已作废"
                                                : "合同 " + contract->no + " 的款项记在停用订单以前的订单上");
    return lock_unasked(ctx, order_kind, mirror->value()).value();
}

}  // namespace

bool is_borne_by_contracts(operation::Context& ctx) { return operation::is_switched_off(ctx.actor(), order_kind.kind); }

std::string_view bearer_title(operation::Context& ctx) {
    return is_borne_by_contracts(ctx) ? contract_kind.title : order_kind.title;
}

std::string called(operation::Context& ctx, LockedDocument const& order) {
    return std::string{bearer_title(ctx)} + " " + order.no;
}

Result<LockedDocument> lock_bearer(operation::Context& ctx, std::optional<OrderId> const& order,
                                   std::optional<ContractId> const& contract, Need need) {
    if (!is_borne_by_contracts(ctx)) {
        if (!order) return invalid_field("order_id", "请选择订单");
        return lock_order(ctx, *order, contract, need);
    }
    if (order) return invalid_field("order_id", operation::switched_off_words(order_kind.title) + "；请改填合同");
    if (!contract) return invalid_field("contract_id", "请选择合同");
    return lock_mirror(ctx, *contract, need);
}

std::optional<OrderId> mirror_of(operation::Context& ctx, ContractId id) {
    return ctx.sql().value<OrderId>(
        "select id from sales_order where tenant_id = :tenant and contract_id = :contract and mirrors",
        {bind("tenant", ctx.tenant()), bind("contract", id)});
}

void follow_contract(operation::Context& ctx, ContractId id) {
    auto const mirror = mirror_of(ctx, id);
    if (!mirror) return;
    auto const order = lock_unasked(ctx, order_kind, mirror->value());
    if (order && order->status == "void") void_plans(ctx, *mirror);
    if (order) fit_lines_of(ctx, *order);
    recompute_order_money(ctx, *mirror);
}

Result<void> insist_no_money(operation::Context& ctx, LockedDocument const& order) {
    auto const sums = sums_of(ctx, OrderId{order.id});
    if (sums.received > Money{})
        return Error{Errc::conflict, "received",
                     called(ctx, order) + " 已回款 " + format_for_people(sums.received, order.currency) +
                         "，请先退款或作废回款"};
    if (sums.invoiced > Money{})
        return Error{Errc::conflict, "invoiced",
                     called(ctx, order) + " 已开票 " + format_for_people(sums.invoiced, order.currency) +
                         "，请先作废或红冲发票"};
    if (ctx.sql().value<int>(
            "select 1 from payment where tenant_id = :tenant and order_id = :id and status = 'in_review' limit 1",
            {bind("tenant", ctx.tenant()), bind("id", order.id)}))
        return Error{Errc::conflict, "received", called(ctx, order) + " 有回款正在审核，请先处理"};
    return {};
}

void void_plans(operation::Context& ctx, OrderId id) {
    for (auto const& plan : plans_of(ctx, id)) {
        ctx.timers().cancel("payment_plan", plan.id.value());
        ctx.outbox().cancel("payment_plan", plan.id.value());
    }
    ctx.sql().execute(
        "update payment_plan set status = 'void', updated_at = :now, version = version + 1 where tenant_id = :tenant "
        "and order_id = :id and status <> 'void'",
        {bind("tenant", ctx.tenant()), bind("id", id), bind("now", ctx.now())});
}

Result<void> insist_covers(operation::Context& ctx, OrderId id, Money amount, std::string const& currency) {
    auto const sums = sums_of(ctx, id);
    if (amount < sums.received)
        return invalid_field("amount_fen", "不能低于已回款 " + format_for_people(sums.received, currency));
    if (amount < sums.planned)
        return invalid_field("amount_fen", "不能低于回款计划合计 " + format_for_people(sums.planned, currency));
    if (amount < sums.invoiced)
        return invalid_field("amount_fen", "不能低于已开票 " + format_for_people(sums.invoiced, currency));
    return {};
}

Result<void> take_away_order(operation::Context& ctx, LockedDocument const& order) {
    auto const title = std::string{bearer_title(ctx)};
    auto const params = database::Params{bind("tenant", ctx.tenant()), bind("id", order.id)};
    // Money may have come in advance.
    if (ctx.sql().value<int>("select 1 from payment where tenant_id = :tenant and order_id = :id limit 1", params))
        return Error{Errc::conflict, "received",
                     title + " " + order.no + " 已有回款，请先作废或删除回款，再作废" + title};
    for (auto const& plan : plans_of(ctx, OrderId{order.id})) ctx.timers().cancel("payment_plan", plan.id.value());
    ctx.sql().execute("delete from payment_plan where tenant_id = :tenant and order_id = :id", params);
    ctx.sql().execute("delete from order_line where tenant_id = :tenant and order_id = :id", params);
    ctx.sql().execute("update quote set order_id = null where tenant_id = :tenant and order_id = :id", params);
    ctx.sql().execute("delete from sales_order where tenant_id = :tenant and id = :id", params);
    return {};
}

}  // namespace wescrm::sales
