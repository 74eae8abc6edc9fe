#pragma once
#include <wescrm/operation/binding.hpp>
#include <wescrm/operation/context.hpp>
#include <wescrm/operation/paging.hpp>

#include <optional>
#include <string>
#include <vector>

// Departments and employees as the outside sees them.
namespace wescrm::org {

struct DepartmentItem {
    DepartmentId id;
    std::optional<std::int64_t> wecom_id;
    std::string name;
    std::optional<DepartmentId> parent_id;
    std::int64_t order = 0;
    std::vector<UserId> leader_user_ids;
    std::int64_t version = 1;
    Instant created_at;
    Instant updated_at;
    std::optional<UserId> created_by;
    std::string sort_key;  // not part of the output
};
BOOST_DESCRIBE_STRUCT(DepartmentItem, (),
                      (id, wecom_id, name, parent_id, order, leader_user_ids, version, created_at, updated_at,
                       created_by))

struct EmployeeItem {
    EmployeeId id;
    UserId user_id;
    std::string name;
    std::string status;
    std::string source;            ///< wecom: kept by the synchronisation; local: by hand
    std::string invitation_state;  ///< not_invited, invited, activated
    std::optional<DepartmentId> main_department_id;
    std::vector<DepartmentId> department_ids;
    std::optional<UserId> superior_user_id;
    std::vector<std::string> role_names;
    std::string position;
    std::int64_t version = 1;
    Instant created_at;
    Instant updated_at;
    std::optional<UserId> created_by;
    std::string sort_key;  // not part of the output
};
BOOST_DESCRIBE_STRUCT(EmployeeItem, (),
                      (id, user_id, name, status, source, invitation_state, main_department_id, department_ids,
                       superior_user_id, role_names, position, version, created_at, updated_at, created_by))

/// `rest`: " and …" about d; `key`: the sort column.
[[nodiscard]] std::vector<DepartmentItem> departments(operation::Context& ctx, std::string const& key,
                                                      std::string const& rest, database::Params params);
/// The same about e.
[[nodiscard]] std::vector<EmployeeItem> employees(operation::Context& ctx, std::string const& key,
                                                  std::string const& rest, database::Params params);
/// not_found "department".
[[nodiscard]] Result<DepartmentItem> find_department(operation::Context& ctx, DepartmentId id);
/// not_found "employee".
[[nodiscard]] Result<EmployeeItem> find_employee(operation::Context& ctx, UserId const& user);

/// What a list of people is asked for.
struct PeopleListInput {
    std::optional<std::string> q;
    std::optional<DepartmentId> department;
    std::optional<std::string> status;
    std::optional<std::string> sort;
    std::optional<std::int64_t> limit;
    std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(PeopleListInput, (), (q, department, status, sort, limit, cursor))
[[nodiscard]] Result<operation::Paging> paging_of(PeopleListInput const& input);
/// " and …" about e: those that are asked for, after the page before.
[[nodiscard]] operation::Predicate people_matching(PeopleListInput const& input, operation::Paging const& paging);

/// What names one employee.
struct EmployeeInput {
    UserId user_id;
};
BOOST_DESCRIBE_STRUCT(EmployeeInput, (), (user_id))

}  // namespace wescrm::org
