#pragma once
#include <wescrm/base/ids.hpp>
#include <wescrm/operation/context.hpp>
#include <wescrm/org/roles.hpp>

#include <optional>
#include <string>

// Employees, departments and roles by the words that stand in tables. Errors are sentences for the person who typed
// them.
namespace wescrm::org {

/// What a row says about who is meant; "" where it says nothing.
struct EmployeeWords {
    std::string user_id;
    std::string no;
    std::string name;
};

struct MeantEmployee {
    EmployeeId id;
    UserId user_id;
    std::string name;
    std::int64_t version = 0;
    std::string no;
};
BOOST_DESCRIBE_STRUCT(MeantEmployee, (), (id, user_id, name, version, no))

/// By the account, else by a number that somebody has, else by a name that only one has. Whoever was found in another
/// way must bear the name, too. Not among the deleted ones.
[[nodiscard]] Result<MeantEmployee> employee_by_table_words(operation::Context& ctx, EmployeeWords const& words);
/// nullopt: there is none of that id.
[[nodiscard]] std::optional<UserId> user_id_of(operation::Context& ctx, EmployeeId id);
/// Somebody who works here, by account, number or name.
[[nodiscard]] Result<UserId> colleague_by_words(operation::Context& ctx, std::string const& typed);
/// By a name that only one department has, or by the names above it: "销售部/一组".
[[nodiscard]] Result<DepartmentId> department_by_words(operation::Context& ctx, std::string const& typed);
[[nodiscard]] Result<RoleId> role_by_words(operation::Context& ctx, std::string const& typed);

}  // namespace wescrm::org
