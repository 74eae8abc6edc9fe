#include "housekeeping.hpp"

#include <wescrm/base/log.hpp>
#include <wescrm/operation/team_expiry.hpp>
#include <wescrm/org/undo_rows.hpp>
#include <wescrm/sales/recycle_bin.hpp>

namespace wescrm::server {
namespace {

constexpr auto most_members = 500;
constexpr auto most_customers = 200;

}  // namespace

void tidy_company(operation::Context& ctx) {
    auto const members = operation::remove_expired_members(ctx, most_members);
    auto const customers = sales::empty_recycle_bin(ctx, most_customers);
    org::forget_undo_rows(ctx);
    if (members + customers > 0)
        log::info("company_tidied", {{"tenant", ctx.tenant().value()},
                                     {"expired_members", std::int64_t{members}},
                                     {"purged_customers", std::int64_t{customers}}});
}

}  // namespace wescrm::server
