#pragma once
#include <wescrm/operation/catalogue.hpp>
#include <wescrm/operation/team.hpp>

#include <optional>
#include <string>
#include <vector>

// Sharing one record, the same for every kind that can be shared.
namespace wescrm::sales {

/// With a person, who comes into its team, or with the people of a department.
struct Sharing {
    std::optional<UserId> user_id;
    std::optional<DepartmentId> department_id;
    operation::TeamPower power = operation::TeamPower::read;
    std::optional<Instant> expires_at;
    std::vector<std::string> children;            ///< of a person: kinds of records below it that he reads too
    std::optional<bool> include_sub_departments;  ///< of a department; default true
};
BOOST_DESCRIBE_STRUCT(Sharing, (), (user_id, department_id, power, expires_at, children, include_sub_departments))

struct Unsharing {
    std::optional<UserId> user_id;
    std::optional<DepartmentId> department_id;
};
BOOST_DESCRIBE_STRUCT(Unsharing, (), (user_id, department_id))

std::vector<operation::FieldRule> field_rules(Sharing const*);
std::vector<operation::FieldRule> field_rules(Unsharing const*);

/// invalid_input user_id unless it is for one of the two, and whatever Team says.
Result<void> share(operation::Team& team, Sharing const& with);
Result<void> unshare(operation::Team& team, Unsharing const& with);
/// A member may leave by himself; everything else is for who may change the record.
[[nodiscard]] bool leaves(operation::Context& ctx, Unsharing const& with);

/// record.team: who has a part in a record.
void add_record_team_operation(operation::Catalogue& catalogue);

}  // namespace wescrm::sales
