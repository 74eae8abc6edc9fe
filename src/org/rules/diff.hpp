#pragma once
#include "stored.hpp"

#include <wescrm/org/change.hpp>
#include <wescrm/org/contact_source.hpp>

#include <functional>
#include <unordered_map>

namespace wescrm::org::rules {

/// A row as it must be written.
struct DepartmentRow {
    bool is_new = false;
    StoredDepartment row;
};
struct EmployeeRow {
    bool is_new = false;
    bool is_coming_back = false;
    StoredEmployee row;
};
/// Somebody who would stop working: gone from the lists, or switched off in WeCom.
struct Leaver {
    StoredEmployee employee;
    std::string status;      ///< "left" or "disabled": what he becomes
    bool is_listed = false;  ///< WeCom itself says so; no second look is needed
};

struct Plan {
    std::vector<DepartmentRow> departments;  ///< parents first
    std::vector<EmployeeRow> employees;
    std::vector<std::pair<std::int64_t, std::optional<std::int64_t>>> superiors;  ///< those that change
    std::vector<std::int64_t> found_departments;                                  ///< no longer missing
    std::vector<std::int64_t> found_employees;
    std::vector<StoredDepartment> missing_departments;
    std::vector<Leaver> leavers;
    std::vector<Change> changes;  ///< the first `max_changes`
    std::size_t added = 0;
    std::size_t changed = 0;

    [[nodiscard]] bool is_empty() const {
        return departments.empty() && employees.empty() && superiors.empty() && found_departments.empty() &&
               found_employees.empty() && missing_departments.empty() && leavers.empty();
    }
};

struct DiffInput {
    Stored const& stored;
    Snapshot const& snapshot;  ///< without a problem
    std::int64_t root_id = 0;  ///< 全公司
    Instant at;                ///< rows with a newer event are left alone
    std::function<std::int64_t()> new_id;
    std::size_t max_changes = 1'000;
};

/// What it takes to make `stored` agree with `snapshot`. Nobody is removed by it: leavers are only named.
[[nodiscard]] Plan diff(DiffInput const& input);

/// What a department is called whose name we were never told.
[[nodiscard]] std::string nameless(std::int64_t wecom_id);

/// Switched off or deleted by an administrator, so WeCom does not bring him back.
[[nodiscard]] bool is_decided_here(StoredEmployee const& employee);

/// "active", "disabled" or "left" for a person that WeCom lists (1 active 2 disabled 4 not activated 5 left).
[[nodiscard]] std::string status_from(int wecom_status);

/// `member` as a row on top of what is stored; department ids by WeCom's number.
[[nodiscard]] StoredEmployee merged(StoredEmployee stored, wecom::ApiMember const& member,
                                    std::unordered_map<std::int64_t, std::int64_t> const& departments);

}  // namespace wescrm::org::rules
