#include "housekeeping.hpp"

#include <wescrm/base/log.hpp>
#include <wescrm/operation/audit_seal.hpp>
#include <wescrm/operation/team_expiry.hpp>
#include <wescrm/org/undo_rows.hpp>
#include <wescrm/sales/duplicate_scan.hpp>
#include <wescrm/sales/opportunity_closing.hpp>
#include <wescrm/sales/recycle_bin.hpp>

namespace wescrm::server {
namespace {

constexpr auto most_members = 500;
constexpr auto most_customers = 200;
constexpr auto most_days = 31;

void go_on_looking(operation::Context& ctx) {
    ctx.timers().schedule({"duplicate_scan", "tenant", ctx.tenant().value(), ctx.now()});
}

}  // namespace

Result<void> look_for_duplicates(operation::Context& ctx) {
    auto const found = sales::duplicate_scan_piece(ctx, {});
    if (!found)
        go_on_looking(ctx);
    else if (found->pairs + found->leads > 0)
        log::info("duplicates_scanned",
                  {{"tenant", ctx.tenant().value()}, {"pairs", found->pairs}, {"leads", found->leads}});
    return {};
}

void tidy_company(operation::Context& ctx) {
    auto const members = operation::remove_expired_members(ctx, most_members);
    auto const purged = sales::empty_recycle_bin(ctx, most_customers);
    org::forget_undo_rows(ctx);
    operation::seal_audit_days(ctx, most_days);
    sales::begin_duplicate_scan(ctx);
    go_on_looking(ctx);
    sales::begin_closing_run(ctx);
    if (members + purged > 0)
        log::info("company_tidied", {{"tenant", ctx.tenant().value()},
                                     {"expired_members", std::int64_t{members}},
                                     {"purged_records", std::int64_t{purged}}});
}

}  // namespace wescrm::server
