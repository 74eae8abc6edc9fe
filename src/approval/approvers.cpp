#include "approvals.hpp"

namespace wescrm::approval {

using database::bind;

namespace {

// Up to the top, whoever is not active left out; a cycle ends at the 32nd.
std::vector<EmployeeId> superiors_of(operation::Context& ctx, EmployeeId whose) {
    return ctx.sql().values<EmployeeId>(
        "with recursive above (id, superior_id, status, level) as (select e.id, e.superior_id, e.status, 0 from "
        "employee "
        "e where e.tenant_id = :tenant and e.id = :whose union all select s.id, s.superior_id, s.status, a.level + 1 "
        "from above a join employee s on s.tenant_id = :tenant and s.id = a.superior_id where a.level < 32) select id "
        "from above where level > 0 and status = 'active' order by level",
        {bind("tenant", ctx.tenant()), bind("whose", whose)});
}

std::vector<EmployeeId> administrators(operation::Context& ctx) {
    return ctx.sql().values<EmployeeId>(
        "select distinct e.id from role r join role_member m on m.tenant_id = r.tenant_id and m.role_id = r.id join "
        "employee e on e.tenant_id = m.tenant_id and e.id = m.employee_id where r.tenant_id = :tenant and r.code = "
        "'administrator' and e.status = 'active' order by e.id",
        {bind("tenant", ctx.tenant())});
}

}  // namespace

Approvers approvers_for(operation::Context& ctx, EmployeeId whose, EmployeeId applicant) {
    for (auto const superior : superiors_of(ctx, whose))
        if (superior != applicant && superior != whose) return {{superior}, "负责人的上级"};
    auto found = Approvers{{}, "没有上级，由管理员审批"};
    for (auto const administrator : administrators(ctx))
        if (administrator != applicant) found.people.push_back(administrator);
    return found;
}

}  // namespace wescrm::approval
