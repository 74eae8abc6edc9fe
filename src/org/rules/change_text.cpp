#include "change_text.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>

namespace wescrm::org::rules {
namespace {

std::string or_none(std::string const& text) { return text.empty() ? "无" : text; }

/// Collects the fields that differ.
class Comparison {
public:
    explicit Comparison(bool is_new) : is_new_{is_new} {}

    void add(std::string const& label, std::string const& before, std::string const& after) {
        if (is_new_ ? after.empty() : before == after) return;
        if (!is_new_) before_.push_back(label + " " + or_none(before));
        after_.push_back(label + " " + or_none(after));
    }
    [[nodiscard]] Sides sides() const { return {text::join(before_, "；"), text::join(after_, "；")}; }

private:
    bool is_new_;
    std::vector<std::string> before_;
    std::vector<std::string> after_;
};

std::string status_word(std::string const& status) {
    if (status == "active") return "正常";
    return status == "disabled" ? "停用" : "离职";
}

template <class Wanted>
std::string names_of(StoredEmployee const& employee, NameOf const& name_of, Wanted wanted) {
    auto names = std::vector<std::string>{};
    for (auto const& seat : employee.seats)
        if (wanted(seat)) names.push_back(name_of(seat.department_id));
    std::ranges::sort(names);
    return text::join(names, "、");
}

// Numbers are not shown to everybody who looks at a diff.
std::string masked(std::string const& mobile) {
    return mobile.size() < 7 ? mobile : mobile.substr(0, 3) + "****" + mobile.substr(mobile.size() - 4);
}

}  // namespace

Sides sides_of(StoredEmployee const* stored, StoredEmployee const& wanted, NameOf const& name_of) {
    auto const before = stored ? *stored : StoredEmployee{};
    auto comparison = Comparison{stored == nullptr};
    auto const main_of = [&](StoredEmployee const& employee) {
        return employee.main_department_id ? name_of(*employee.main_department_id) : std::string{};
    };
    auto const departments_of = [&](StoredEmployee const& employee) {
        return names_of(employee, name_of,
                        [&](Seat const& seat) { return seat.department_id != employee.main_department_id; });
    };
    auto const headed_by = [&](StoredEmployee const& employee) {
        return names_of(employee, name_of, [](Seat const& seat) { return seat.is_leader; });
    };
    comparison.add("账号", before.user.value(), stored ? wanted.user.value() : "");
    comparison.add("姓名", before.name, stored ? wanted.name : "");
    comparison.add("主部门", main_of(before), main_of(wanted));
    comparison.add("其他部门", departments_of(before), departments_of(wanted));
    comparison.add("负责", headed_by(before), headed_by(wanted));
    comparison.add("职务", before.position, wanted.position);
    comparison.add("上级", before.wecom_superior, wanted.wecom_superior);
    comparison.add("手机", masked(before.mobile), masked(wanted.mobile));
    comparison.add("状态", status_word(before.status), status_word(wanted.status));
    if (before.is_local && !wanted.is_local) comparison.add("来源", "手动添加", "企业微信");
    return comparison.sides();
}

Sides sides_of(StoredDepartment const* stored, StoredDepartment const& wanted, NameOf const& name_of) {
    auto const before = stored ? *stored : StoredDepartment{};
    auto comparison = Comparison{stored == nullptr};
    auto const parent_of = [&](StoredDepartment const& department) {
        return department.parent_id ? name_of(*department.parent_id) : std::string{};
    };
    comparison.add("名称", before.name, stored ? wanted.name : "");
    comparison.add("上级部门", parent_of(before), parent_of(wanted));
    comparison.add("排序", std::to_string(before.order), stored ? std::to_string(wanted.order) : "");
    if (before.is_removed && !wanted.is_removed) comparison.add("状态", "已删除", "恢复");
    return comparison.sides();
}

}  // namespace wescrm::org::rules
