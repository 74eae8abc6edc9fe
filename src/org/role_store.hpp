#pragma once
#include "role_rules.hpp"

#include <wescrm/operation/binding.hpp>
#include <wescrm/org/roles.hpp>

namespace wescrm::org {

struct RoleItem {
    RoleId id;
    std::string name;
    std::string description;
    bool builtin = false;
    bool fixed = false;       ///< neither its name nor its permissions can be changed
    bool all_rights = false;  ///< the administrator: whatever there is
    bool is_default = false;  ///< given to new employees
    std::vector<std::string> permissions;
    json::Document data_scopes;
    json::Document fields;  ///< {"customer": {"mobile": {"level": "read", "mask": "lists"}}}; others are free
    std::vector<DepartmentId> department_ids;
    std::vector<UserId> member_user_ids;
    std::int64_t version = 1;
    Instant created_at;
    Instant updated_at;
    std::optional<UserId> created_by;
};
BOOST_DESCRIBE_STRUCT(RoleItem, (),
                      (id, name, description, builtin, fixed, all_rights, is_default, permissions, data_scopes, fields,
                       department_ids, member_user_ids, version, created_at, updated_at, created_by))

/// What a change needs to know of a role that is locked until the transaction ends.
struct LockedRole {
    std::string code;  ///< "administrator", "report_administrator", …; "" of a role that people made
    std::string name;
    bool is_administrator = false;
    bool is_default = false;
    std::int64_t version = 0;
    Grants grants;

    [[nodiscard]] bool is_fixed() const { return is_administrator || code == "report_administrator"; }
};

/// The SQL of roles and their members.
class RoleStore {
public:
    explicit RoleStore(operation::Context& ctx) : ctx_{ctx}, sql_{ctx.sql()} {}

    [[nodiscard]] std::vector<RoleItem> list();
    [[nodiscard]] std::optional<RoleItem> find(RoleId id);
    [[nodiscard]] std::optional<LockedRole> lock(RoleId id);
    [[nodiscard]] bool is_name_taken(std::string_view name, RoleId except);
    [[nodiscard]] RoleId insert(std::string_view name, std::string_view description);
    void update(RoleId id, std::string_view name, std::string_view description);
    void erase(RoleId id);
    void write_grants(RoleId id, Grants const& grants);
    void write_departments(RoleId id, std::vector<DepartmentId> const& departments);

    /// Everybody who has the role, also people who left.
    [[nodiscard]] std::vector<EmployeeId> members(RoleId id);
    void add_members(RoleId id, std::vector<EmployeeId> const& people);
    /// Whoever is left without a role gets the company's default one.
    void remove_members(RoleId id, std::vector<EmployeeId> const& people);
    /// They sign in again: what they may do has changed.
    void end_sessions(std::vector<EmployeeId> const& people);

private:
    std::vector<RoleItem> items(std::string const& rest, database::Params params);

    operation::Context& ctx_;
    database::Session& sql_;
};

}  // namespace wescrm::org
