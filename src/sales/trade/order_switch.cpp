#include "money_bearer.hpp"

// Companies switch orders off, and on again.
namespace wescrm::sales {
namespace {

using database::bind;

constexpr std::string_view open_states = "('draft', 'rejected', 'in_review', 'in_force', 'executing')";

// An order that says what its contract says, and is the only one that stands below it, may become its mirror.
constexpr std::string_view is_alike =
    "o.contract_id is not null and o.status not in ('void', 'in_review') and not o.changing and exists (select 1 from "
    "contract c where c.tenant_id = o.tenant_id and c.id = o.contract_id and c.customer_id = o.customer_id and "
    "c.currency = o.currency and c.amount_fen = o.amount_fen and c.status <> 'void' and (c.status in ('in_force', "
    "'expired', 'terminated')) = (o.status in ('in_force', 'executing', 'completed'))) and not exists (select 1 from "
    "sales_order w where w.tenant_id = o.tenant_id and w.contract_id = o.contract_id and w.id <> o.id and w.status <> "
    "'void')";

Result<void> insist_none_is_alone(operation::Context& ctx) {
    auto const left = ctx.sql()
                          .value<std::int64_t>(
                              "select count(*) from sales_order o where o.tenant_id = :tenant and "
                              "o.status in " +
                                  std::string{open_states} + " and not (" + std::string{is_alike} + ")",
                              {bind("tenant", ctx.tenant())})
                          .value_or(0);
    if (left == 0) return {};
    return invalid_field("orders",
                         "还有 " + std::to_string(left) +
                             " 张没有完成的订单与合同对不上（每份合同下只能有一张订单，客户、币种、金额相同，"
                             "且都已生效或都未生效，没有审核和变更）。请先完成、作废或删除这些订单，或把它们挂到"
                             "对应的合同上，再停用订单");
}

void hide_orders(operation::Context& ctx) {
    auto const params = database::Params{bind("tenant", ctx.tenant())};
    auto const adopted =
        ctx.sql().values<ContractId>("update sales_order o set mirrors = true where o.tenant_id = :tenant and " +
                                         std::string{is_alike} + " returning o.contract_id",
                                     params);
    // Whatever an order said otherwise, its owner or its name, is from now on what the contract says.
    ctx.sql().execute("update contract set version = version where tenant_id = :tenant and id = any(:ids::bigint[])",
                      {bind("tenant", ctx.tenant()), bind("ids", adopted)});
    ctx.sql().execute("select mirror_contracts(:tenant::bigint, null)", params);  // those without an order
}

}  // namespace

Result<void> switch_orders(operation::Context& ctx, bool are_on) {
    if (are_on) {
        ctx.sql().execute("update sales_order set mirrors = false where tenant_id = :tenant and mirrors",
                          {bind("tenant", ctx.tenant())});
        return {};
    }
    if (auto const none = insist_none_is_alone(ctx); !none) return none.error();
    hide_orders(ctx);
    return {};
}

}  // namespace wescrm::sales
