#include "kind.hpp"
#include "values.hpp"

#include <wescrm/operation/permissions.hpp>

#include <algorithm>

namespace wescrm::pages::record {

std::vector<Kind> const& kinds() {
    static auto const all =
        std::vector<Kind>{lead_kind(),    customer_kind(),      contact_kind(),   opportunity_kind(),  product_kind(),
                          quote_kind(),   contract_kind(),      order_kind(),     payment_plan_kind(), payment_kind(),
                          invoice_kind(), invoice_title_kind(), price_book_kind()};
    return all;
}

Kind const* find_kind(std::string_view object) {
    auto const& all = kinds();
    auto const found =
        std::find_if(all.begin(), all.end(), [object](auto const& kind) { return kind.object == object; });
    return found == all.end() ? nullptr : &*found;
}

Kind const& kind_for(web::PageCall const& call, Kind const& kind) {
    static auto const with_contracts = [] {
        auto changed = kinds();
        for (auto& one : changed) one = without_orders(std::move(one));
        return changed;
    }();
    if (!operation::is_switched_off(call.ctx.actor(), "order")) return kind;
    return *std::ranges::find(with_contracts, kind.object, &Kind::object);
}

}  // namespace wescrm::pages::record
