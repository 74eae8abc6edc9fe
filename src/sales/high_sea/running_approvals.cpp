#include "running_approvals.hpp"

namespace wescrm::sales {

using database::bind;

std::set<std::int64_t> in_approval(operation::Context& ctx, std::vector<std::int64_t> const& customers) {
    // Few approvals run at a time: from them to their customers.
    auto const of = [](std::string_view type, std::string_view table) {
        return "select d.customer_id from approval a join " + std::string{table} +
               " d on d.tenant_id = a.tenant_id and d.id = a.subject_id where a.tenant_id = :tenant and a.status = "
               "'pending' and a.subject_type = '" +
               std::string{type} + "' and d.customer_id = any(:ids::bigint[])";
    };
    auto const found = ctx.sql().values<std::int64_t>(
        of("order", "sales_order") + " union " + of("quote", "quote") + " union " + of("contract", "contract") +
            " union " + of("payment", "payment") + " union " + of("invoice", "invoice") + " union " +
            of("opportunity", "opportunity"),
        {bind("tenant", ctx.tenant()), bind("ids", customers)});
    return {found.begin(), found.end()};
}

}  // namespace wescrm::sales
