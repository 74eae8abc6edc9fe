#include "plan_digest.hpp"

#include <wescrm/base/crypto.hpp>
#include <wescrm/base/encoding.hpp>
#include <wescrm/base/text.hpp>

#include <algorithm>
#include <unordered_map>

namespace wescrm::org::rules {
namespace {

// A row is known by its id, a new one by what WeCom calls it.
using Names = std::unordered_map<std::int64_t, std::string>;

std::string name_of(Names const& names, std::optional<std::int64_t> id) {
    if (!id) return "-";
    auto const known = names.find(*id);
    return known == names.end() ? std::to_string(*id) : known->second;
}

std::string flag(bool is_set) { return is_set ? "1" : "0"; }

std::string line_of(Names const& names, DepartmentRow const& department) {
    auto const& row = department.row;
    return "d\t" + name_of(names, row.id) + "\t" + name_of(names, row.parent_id) + "\t" + row.name + "\t" +
           std::to_string(row.order) + "\t" + flag(row.is_removed);
}

std::string line_of(Names const& names, EmployeeRow const& employee) {
    auto const& row = employee.row;
    auto line = "e\t" + name_of(names, row.id) + "\t" + row.user.value() + "\t" + row.name + "\t" + row.status + "\t" +
                row.position + "\t" + row.mobile + "\t" + name_of(names, row.main_department_id) + "\t" +
                row.wecom_superior + "\t" + flag(row.is_local) + "\t" + flag(employee.is_coming_back);
    for (auto const& seat : row.seats)
        line += "\t" + name_of(names, seat.department_id) + ":" + flag(seat.is_leader) + std::to_string(seat.order);
    return line;
}

}  // namespace

std::string digest_of(Plan const& plan) {
    auto names = Names{};
    for (auto const& department : plan.departments)
        if (department.is_new) names[department.row.id] = "new:" + std::to_string(department.row.wecom_id.value_or(0));
    for (auto const& employee : plan.employees)
        if (employee.is_new) names[employee.row.id] = "new:" + employee.row.user.value();
    auto lines = std::vector<std::string>{};
    for (auto const& department : plan.departments) lines.push_back(line_of(names, department));
    for (auto const& employee : plan.employees) lines.push_back(line_of(names, employee));
    for (auto const& [who, superior] : plan.superiors)
        lines.push_back("s\t" + name_of(names, who) + "\t" + name_of(names, superior));
    for (auto const id : plan.found_departments) lines.push_back("fd\t" + std::to_string(id));
    for (auto const id : plan.found_employees) lines.push_back("fe\t" + std::to_string(id));
    for (auto const& department : plan.missing_departments) lines.push_back("md\t" + std::to_string(department.id));
    for (auto const& leaver : plan.leavers)
        lines.push_back("l\t" + std::to_string(leaver.employee.id) + "\t" + leaver.status + "\t" +
                        flag(leaver.is_listed));
    std::ranges::sort(lines);
    return to_base64url(sha256(text::join(lines, "\n")));
}

}  // namespace wescrm::org::rules
