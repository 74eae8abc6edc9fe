#pragma once
#include <string>
#include <string_view>

namespace wescrm::operation {

/// SQL for the ids of the high seas on which somebody has a seat: named himself, by one of his departments or one above
/// it, by a role of his, or because the pool is open to all. `tenant` and `person` are SQL too (":scope_tenant",
/// ":me").
[[nodiscard]] inline std::string pools_with_seat(std::string_view tenant, std::string_view person, bool only_admins) {
    auto const t = std::string{tenant};
    auto const p = std::string{person};
    auto seats =
        "select seat_s.high_sea_id from high_sea_seat seat_s join high_sea seat_h on seat_h.tenant_id = "
        "seat_s.tenant_id and seat_h.id = seat_s.high_sea_id and seat_h.enabled and seat_h.deleted_at is null where "
        "seat_s.tenant_id = " +
        t + (only_admins ? " and seat_s.is_admin" : "") + " and (seat_s.employee_id = " + p +
        " or seat_s.department_id in (select unnest(seat_d.path) from department seat_d where seat_d.tenant_id = " + t +
        " and seat_d.id in (select seat_e.main_department_id from employee seat_e where seat_e.tenant_id = " + t +
        " and seat_e.id = " + p +
        " union all select seat_m.department_id from employee_department seat_m where seat_m.tenant_id = " + t +
        " and seat_m.employee_id = " + p +
        ")) or seat_s.role_id in (select seat_r.role_id from role_member seat_r where seat_r.tenant_id = " + t +
        " and seat_r.employee_id = " + p + "))";
    if (!only_admins)
        seats += " union select seat_o.id from high_sea seat_o where seat_o.tenant_id = " + t +
                 " and seat_o.is_open and seat_o.enabled and seat_o.deleted_at is null";
    return seats;
}

}  // namespace wescrm::operation
