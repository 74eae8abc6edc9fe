#include "housekeeping.hpp"

#include <wescrm/base/log.hpp>
#include <wescrm/operation/team_expiry.hpp>
#include <wescrm/org/undo_rows.hpp>
#include <wescrm/sales/duplicate_scan.hpp>
#include <wescrm/sales/recycle_bin.hpp>

namespace wescrm::server {
namespace {

constexpr auto most_members = 500;
constexpr auto most_customers = 200;
constexpr auto most_pairs = 2'000;

// A company whose customers take longer to compare than a statement may last keeps the pairs of the night before.
void look_for_duplicates(operation::Context& ctx) {
    auto scan = sales::DuplicateScan{};
    if (auto const failed = ctx.sql().attempt([&] { scan = sales::scan_duplicates(ctx, most_pairs); }))
        return log::warning("duplicates_not_scanned",
                            {{"tenant", ctx.tenant().value()}, {"sqlstate", failed->sqlstate}});
    if (scan.pairs > 0) log::info("duplicates_scanned", {{"tenant", ctx.tenant().value()}, {"pairs", scan.pairs}});
}

}  // namespace

void tidy_company(operation::Context& ctx) {
    auto const members = operation::remove_expired_members(ctx, most_members);
    auto const customers = sales::empty_recycle_bin(ctx, most_customers);
    org::forget_undo_rows(ctx);
    look_for_duplicates(ctx);
    if (members + customers > 0)
        log::info("company_tidied", {{"tenant", ctx.tenant().value()},
                                     {"expired_members", std::int64_t{members}},
                                     {"purged_customers", std::int64_t{customers}}});
}

}  // namespace wescrm::server
