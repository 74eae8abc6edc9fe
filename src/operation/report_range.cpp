#include "access_circle.hpp"

#include <wescrm/operation/report_range.hpp>

#include <algorithm>

namespace wescrm::operation {

using database::bind;

std::vector<DepartmentId> with_all_below(Context& ctx, std::vector<DepartmentId> const& departments) {
    if (departments.empty()) return {};
    return ctx.sql().values<DepartmentId>(
        "select id from department where tenant_id = :tenant and path && :departments::bigint[]",
        {bind("tenant", ctx.tenant()), bind("departments", departments)});
}

ReportRange report_range(Context& ctx) {
    auto const& actor = ctx.actor();
    auto range = ReportRange{};
    if (actor.is_system()) {
        range.is_company = true;
        return range;
    }
    auto const granted = actor.permissions.find("report.view");
    range.is_company =
        actor.is_administrator ||
        (granted != actor.permissions.end() &&
         std::ranges::any_of(granted->second, [](Grant const& grant) { return grant.reach == Reach::all; }));
    range.subordinates = subordinates_of(ctx.sql(), actor);
    range.headed = ctx.sql().values<DepartmentId>(
        "select department_id from employee_department where tenant_id = :tenant and employee_id = :me and is_leader "
        "order by department_id",
        {bind("tenant", ctx.tenant()), bind("me", actor.employee)});
    if (range.is_company) return range;
    auto sources = share_sources(ctx.sql(), actor, ctx.now());
    range.sharing = std::move(sources.persons);
    range.departments = with_all_below(ctx, range.headed);
    range.departments.insert(range.departments.end(), sources.departments.begin(), sources.departments.end());
    return range;
}

}  // namespace wescrm::operation
