#include "customers.hpp"
#include "family_operations.hpp"
#include "followups.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/sales/deal_status.hpp>

#include <boost/describe/enum_to_string.hpp>

// The deal status by hand: for deals that were never written down here. Usually it follows from orders, contracts and
// opportunities.
namespace wescrm::sales {
namespace {

using database::bind;
using operation::Effect;
using operation::FieldRule;
using operation::Operation;

enum class FixedDeal { open, closed, derived };
BOOST_DESCRIBE_ENUM(FixedDeal, open, closed, derived)

struct SetDeal {
    CustomerId id;
    FixedDeal deal_status = FixedDeal::derived;  ///< derived: from its documents again
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(SetDeal, (), (id, deal_status, reason))

std::vector<FieldRule> field_rules(SetDeal const*) {
    return {{"deal_status", "成交状态"}, {"reason", "原因", {}, "系统上线前已成交"}};
}

Result<CustomerDetail> set_deal(operation::Context& ctx, SetDeal const& input) {
    auto const locked = lock_permitted(ctx, input.id, Need::write);
    if (!locked) return locked.error();
    if (!ctx.actor().is_administrator)
        return Error{Errc::forbidden, "administrator", "只有企业管理员可以手工设置成交状态"};
    if (locked->is_deleted) return Error{Errc::not_found, "customer", "这个客户在回收站里，请先恢复"};
    if (text::trim(input.reason).empty()) return invalid_field("reason", "请填写原因");
    auto const is_fixed = input.deal_status != FixedDeal::derived;
    auto customers = Customers{ctx};
    auto const before = operation::write_output(customers.find(input.id).value());
    ctx.sql().execute(
        "update customer set deal_fixed = :fixed, deal_reason = :reason, version = version + 1, updated_at = :now "
        "where "
        "tenant_id = :tenant and id = :id",
        {bind("tenant", ctx.tenant()), bind("id", input.id),
         bind("fixed", is_fixed ? std::optional<std::string>{boost::describe::enum_to_string(input.deal_status, "")}
                                : std::nullopt),
         bind("reason", is_fixed ? input.reason : std::string{}), bind("now", ctx.now())});
    recompute_deal_status(ctx, input.id);
    auto const changed = operation::difference(before, operation::write_output(customers.find(input.id).value()));
    ctx.audit({"customer", input.id.value(), "customer.set_deal", changed.before, changed.after, input.reason});
    return detail_of(ctx, input.id);
}

constexpr Operation<SetDeal, CustomerDetail> customer_set_deal{
    "customer.set_deal", "设置成交状态", "customer.edit", Effect::writes, set_deal, {"POST", "/customers/{id}/deal"}};

}  // namespace

void add_deal_operation(operation::Catalogue& catalogue) { catalogue.add(customer_set_deal); }

}  // namespace wescrm::sales
