#pragma once
#include <wescrm/operation/binding.hpp>
#include <wescrm/operation/context.hpp>

#include <optional>
#include <string>
#include <vector>

namespace wescrm::operation {

enum class TeamPower { read, write };
BOOST_DESCRIBE_ENUM(TeamPower, read, write)

/// A place in the team of a record.
struct TeamSeat {
    UserId user_id;
    TeamPower power = TeamPower::read;
    std::optional<Instant> expires_at;
    std::vector<std::string> children;  ///< kinds of records below it that he reads too: "opportunity", "order", "task"
};
BOOST_DESCRIBE_STRUCT(TeamSeat, (), (user_id, power, expires_at, children))

/// One record for the people of a department.
struct DepartmentShare {
    DepartmentId department_id;
    TeamPower power = TeamPower::read;
    bool include_sub_departments = true;
    std::optional<Instant> expires_at;
};
BOOST_DESCRIBE_STRUCT(DepartmentShare, (), (department_id, power, include_sub_departments, expires_at))

/// The team of one record and the departments with which it is shared. The caller has checked that the actor may change
/// the record, and holds its lock. Every change is audited, and told to the person whom it concerns.
class Team {
public:
    struct Record {
        std::string kind;  ///< "customer"
        std::int64_t id = 0;
        std::string name;  ///< for messages
        EmployeeId owner;
    };
    Team(Context& ctx, Record record) : ctx_{ctx}, record_{std::move(record)} {}

    [[nodiscard]] std::vector<TeamSeat> seats();
    /// Takes him in, or changes his place. invalid_input: no active employee, the owner, an expiry that has passed.
    Result<void> put(TeamSeat const& seat);
    /// Exactly these.
    Result<void> replace(std::vector<TeamSeat> const& seats);
    /// not_found "team_member".
    Result<void> remove(UserId const& user);
    /// Without notices, e.g. when the record goes into a pool.
    void clear();

    [[nodiscard]] std::vector<DepartmentShare> shares();
    /// invalid_input: no such department, an expiry that has passed. The department's heads are told.
    Result<void> share(DepartmentShare const& share);
    /// not_found "share".
    Result<void> unshare(DepartmentId department);

private:
    [[nodiscard]] Result<EmployeeId> member(TeamSeat const& seat, std::string const& field);
    void tell(EmployeeId to, std::string const& change, std::string const& power, std::optional<Instant> expires_at);
    void write(EmployeeId member, TeamSeat const& seat);
    void audit(std::string const& action, json::Document const& before, json::Document const& after);

    Context& ctx_;
    Record record_;
};

}  // namespace wescrm::operation
