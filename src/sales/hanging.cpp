#include "hanging.hpp"

#include <array>
#include <span>

namespace wescrm::sales {
namespace {

using database::bind;

struct Hanging {
    std::string_view words;    ///< 商机
    std::string_view counter;  ///< 个
    std::string_view rows;     ///< of a count
};

constexpr auto on_customer = std::to_array<Hanging>(
    {{"商机", "个", "opportunity where tenant_id = :tenant and customer_id = :id and deleted_at is null"},
     {"报价单", "张", "quote where tenant_id = :tenant and customer_id = :id"},
     {"合同", "份", "contract where tenant_id = :tenant and customer_id = :id"},
     {"订单", "张", "sales_order where tenant_id = :tenant and customer_id = :id and not mirrors"},
     {"回款", "笔", "payment where tenant_id = :tenant and customer_id = :id"},
     {"发票", "张", "invoice where tenant_id = :tenant and customer_id = :id"}});

constexpr auto on_opportunity = std::to_array<Hanging>(
    {{"报价单", "张", "quote where tenant_id = :tenant and opportunity_id = :id"},
     {"合同", "份", "contract where tenant_id = :tenant and opportunity_id = :id"},
     {"订单", "张", "sales_order where tenant_id = :tenant and opportunity_id = :id and not mirrors"},
     {"跟进记录", "条",
      "followup where tenant_id = :tenant and target_type = 'opportunity' and target_id = :id and deleted_at is null"},
     {"任务", "个",
      "task where tenant_id = :tenant and target_type = 'opportunity' and target_id = :id and status = 'open'"},
     {"附件", "个", "attachment where tenant_id = :tenant and target_type = 'opportunity' and target_id = :id"}});

constexpr auto on_contact = std::to_array<Hanging>(
    {{"商机", "个",
      "opportunity p where p.tenant_id = :tenant and p.deleted_at is null and (p.contact_id = :id or exists (select 1 "
      "from opportunity_contact c where c.tenant_id = :tenant and c.opportunity_id = p.id and c.contact_id = :id))"},
     {"报价单", "张", "quote where tenant_id = :tenant and contact_id = :id"},
     {"订单", "张", "sales_order where tenant_id = :tenant and contact_id = :id"},
     {"跟进记录", "条",
      "followup where tenant_id = :tenant and target_type = 'contact' and target_id = :id and deleted_at is null"},
     {"任务", "个",
      "task where tenant_id = :tenant and target_type = 'contact' and target_id = :id and status = 'open'"},
     {"附件", "个", "attachment where tenant_id = :tenant and target_type = 'contact' and target_id = :id"}});

std::string hanging(operation::Context& ctx, std::span<Hanging const> kinds, std::int64_t id) {
    auto words = std::string{};
    for (auto const& kind : kinds) {
        auto const number = ctx.sql()
                                .value<std::int64_t>("select count(*) from " + std::string{kind.rows},
                                                     {bind("tenant", ctx.tenant()), bind("id", id)})
                                .value_or(0);
        if (number == 0) continue;
        if (!words.empty()) words += "、";
        words += std::string{kind.words} + " " + std::to_string(number) + " " + std::string{kind.counter};
    }
    return words;
}

}  // namespace

std::string hanging_on(operation::Context& ctx, CustomerId id) { return hanging(ctx, on_customer, id.value()); }
std::string hanging_on(operation::Context& ctx, OpportunityId id) { return hanging(ctx, on_opportunity, id.value()); }
std::string hanging_on(operation::Context& ctx, ContactId id) { return hanging(ctx, on_contact, id.value()); }

Result<void> insist_nothing_hangs(operation::Context& ctx, CustomerId id, std::string const& name) {
    auto const there = hanging_on(ctx, id);
    if (there.empty()) return {};
    return Error{Errc::conflict, "has_children",
                 "「" + name + "」下还有" + there + "，不能删除。请先删除它们，或把客户合并到另一家"};
}

}  // namespace wescrm::sales
