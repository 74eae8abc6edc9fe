#pragma once
#include <wescrm/base/ids.hpp>
#include <wescrm/database/session.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wescrm::org {

struct Person {
    EmployeeId id;
    UserId user;
    std::string name;
    std::string status;       ///< active, disabled, left
    DepartmentId department;  ///< empty: none
    EmployeeId superior;      ///< the resolved one; empty: none
};

/// Who is who in one company.
class Directory {
public:
    Directory(database::Session& sql, TenantId tenant) : sql_{sql}, tenant_{tenant} {}

    [[nodiscard]] std::optional<Person> find(EmployeeId employee);
    [[nodiscard]] std::optional<Person> find(UserId const& user);
    /// Active people with exactly this name, else whose name or userid contains it; for sentences. At most `limit`.
    [[nodiscard]] std::vector<Person> named(std::string_view name, int limit = 10);
    [[nodiscard]] std::vector<Person> heads(DepartmentId department);  ///< active ones, by WeCom's order
    /// The heads of the department, or of the next one above that has some.
    [[nodiscard]] std::vector<Person> heads_upwards(DepartmentId department);
    [[nodiscard]] std::vector<Person> superiors(EmployeeId employee);  ///< the nearest first, to the top
    [[nodiscard]] std::vector<EmployeeId> subordinates(EmployeeId employee, bool is_direct_only);
    [[nodiscard]] std::vector<EmployeeId> members(DepartmentId department, bool with_below);
    [[nodiscard]] std::vector<EmployeeId> administrators();  ///< active ones

private:
    database::Session& sql_;
    TenantId tenant_;
};

}  // namespace wescrm::org
