#include "guard.hpp"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <unordered_set>

namespace wescrm::org::rules {
namespace {

/// The departments that a person belongs to, those above included.
std::set<std::int64_t> circles_of(StoredEmployee const& employee,
                                  std::unordered_map<std::int64_t, StoredDepartment const*> const& departments) {
    auto circles = std::set<std::int64_t>{};
    for (auto const& seat : employee.seats) {
        circles.insert(seat.department_id);
        auto const department = departments.find(seat.department_id);
        if (department == departments.end()) continue;
        circles.insert(department->second->path.begin(), department->second->path.end());
    }
    return circles;
}

std::optional<std::string> whole_department(Stored const& stored, std::unordered_set<std::int64_t> const& going,
                                            std::size_t limit) {
    struct Count {
        std::size_t active = 0;
        std::size_t going = 0;
    };
    auto departments = std::unordered_map<std::int64_t, StoredDepartment const*>{};
    for (auto const& department : stored.departments) departments.emplace(department.id, &department);
    auto counts = std::unordered_map<std::int64_t, Count>{};
    for (auto const& employee : stored.employees) {
        if (employee.status != "active") continue;
        for (auto const circle : circles_of(employee, departments)) {
            ++counts[circle].active;
            if (going.contains(employee.id)) ++counts[circle].going;
        }
    }
    for (auto const& department : stored.departments) {
        auto const count = counts[department.id];
        if (count.active >= limit && count.going == count.active) return department.name;
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::string> hold_reason(Stored const& stored, std::vector<Leaver> const& leavers, bool is_range_changed,
                                       bool was_incomplete, GuardLimits const& limits) {
    auto going = std::unordered_set<std::int64_t>{};
    auto administrators_going = std::size_t{0};
    for (auto const& leaver : leavers) {
        if (leaver.employee.status != "active") continue;
        going.insert(leaver.employee.id);
        if (leaver.employee.is_administrator) ++administrators_going;
    }
    if (going.empty()) return std::nullopt;
    auto active = std::size_t{0};
    auto administrators = std::size_t{0};
    for (auto const& employee : stored.employees) {
        if (employee.status != "active") continue;
        ++active;
        if (employee.is_administrator) ++administrators;
    }
    auto const count = std::to_string(going.size()) + " 人（共 " + std::to_string(active) + " 人在职）";
    if (is_range_changed) return "应用可见范围或权限自上次同步后有变化";
    if (was_incomplete) return "上一次同步没有读到完整的通讯录";
    if (going.size() >= limits.few && going.size() * 100 > active * limits.few_percent) return "将停用 " + count;
    if (going.size() > limits.many && going.size() * 100 > active * limits.many_percent) return "将停用 " + count;
    if (administrators > 0 && administrators_going == administrators) return "将停用全部管理员";
    if (auto const name = whole_department(stored, going, limits.department))
        return "将停用部门“" + *name + "”的全部成员";
    return std::nullopt;
}

}  // namespace wescrm::org::rules
