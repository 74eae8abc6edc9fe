#pragma once
#include <wescrm/database/session.hpp>
#include <wescrm/operation/access_scope.hpp>
#include <wescrm/operation/actor.hpp>
#include <wescrm/operation/reader_terms.hpp>
#include <wescrm/operation/rule_conditions.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wescrm::operation {

/// A share rule that holds for some records of its owners only.
struct ConditionalRule {
    std::int64_t id = 0;
    std::vector<RuleCondition> conditions;
    std::vector<EmployeeId> owners;
};

/// Owners in few words: persons, those whose main department is named, those whose main department is in or below one.
struct OwnerGroups {
    std::vector<EmployeeId> persons;
    std::vector<DepartmentId> departments;
    std::vector<DepartmentId> trees;

    [[nodiscard]] auto operator<=>(OwnerGroups const&) const = default;
};

/// A share rule that somebody is the target of, for any kind of records; without conditions it holds for all records of
/// its owners.
struct TargetedRule {
    ConditionalRule rule;
    OwnerGroups groups;  ///< the same as its owners, which are read only of rules with conditions
    std::vector<std::string> kinds;
    bool lets_write = false;
};

/// The owners whose records somebody reaches, by reason, in few words.
struct Circle {
    bool is_everybody = false;           ///< a role reaches all
    OwnerGroups by_reach;                ///< of his roles, beyond himself
    OwnerGroups by_heading;              ///< of departments that he heads, and below
    OwnerGroups by_rule;                 ///< share rules without conditions
    std::vector<ConditionalRule> rules;  ///< those with conditions
    std::string reaches;                 ///< Chinese, for explain: 本人及下属、本部门

    [[nodiscard]] OwnerGroups groups() const;  ///< all three
};

/// The same owners one by one: thousands of somebody who heads thousands. Only for what goes through whole tables.
struct Owners {
    std::vector<EmployeeId> by_reach;
    std::vector<EmployeeId> by_heading;
    std::vector<EmployeeId> by_rule;

    [[nodiscard]] std::size_t size() const { return by_reach.size() + by_heading.size() + by_rule.size(); }
};

/// What one actor was found to reach, for the time of a request.
struct Circles {
    using Asked = std::pair<std::string, Power>;  ///< kind of records
    std::map<Asked, std::shared_ptr<Circle const>> circles;
    std::map<Asked, Owners> owners;
    std::map<Asked, std::map<std::int64_t, bool>> judged;  ///< records: a page asks for its own often
    using Named = std::pair<std::string, std::int64_t>;    ///< kind of records, id of one or of its customer
    std::map<Named, std::optional<EmployeeId>> owner_of;   ///< a record; nobody: in a pool, or there is none
    std::map<Named, std::vector<std::optional<EmployeeId>>> owners_at;  ///< of the records of one customer
    std::map<Named, bool> has_documents;  ///< whether something is said about documents of a customer
    // What the kinds share:
    std::optional<std::vector<DepartmentId>> headed;
    std::optional<std::vector<EmployeeId>> subordinates;
    std::optional<std::vector<TargetedRule>> rules;
    std::map<OwnerGroups, std::vector<EmployeeId>> people;
    std::map<std::int64_t, std::vector<DepartmentId>> above;  ///< an owner: his main department and those above it
};

/// For records of `kind`. The actor has the permission `kind`.view or `kind`.edit. What the kinds of records share
/// (what he heads, who is below him, which rules there are) is kept in `known`: three round trips for the first kind,
/// none for others with equal roles.
[[nodiscard]] Circle load_circle(database::Session& sql, Actor const& actor, std::string_view kind, Power power,
                                 Instant now, Circles& known);
/// Those of the circle; equal groups are read once.
[[nodiscard]] Owners load_owners(database::Session& sql, Actor const& actor, Circle const& circle, Circles& known);
/// Whether `owner` is among them. Asks once for the department of each owner.
[[nodiscard]] bool is_within(database::Session& sql, Actor const& actor, OwnerGroups const& groups, EmployeeId owner,
                             Circles& known);

/// Who owns a record that is in no pool. Asked once.
[[nodiscard]] std::optional<EmployeeId> owner_of(database::Session& sql, Actor const& actor, RecordKind const& kind,
                                                 std::int64_t id, Circles& known);

/// The people right below the actor, or all below him if the company says so.
[[nodiscard]] std::vector<EmployeeId> subordinates_of(database::Session& sql, Actor const& actor);
/// Everybody in the departments that he heads, and below.
[[nodiscard]] std::vector<EmployeeId> employees_headed_by(database::Session& sql, Actor const& actor);
/// Whose records of `kind` share rules without conditions let him read.
[[nodiscard]] std::vector<EmployeeId> owners_by_rule(database::Session& sql, Actor const& actor, std::string_view kind,
                                                     Instant now);

/// Of whom and of which departments (with those below, where the rule says so) share rules of any kind of records let
/// him read something.
struct ShareSources {
    std::vector<EmployeeId> persons;
    std::vector<DepartmentId> departments;
};
[[nodiscard]] ShareSources share_sources(database::Session& sql, Actor const& actor, Instant now);

/// The rules with conditions that let the actor read (or change) records of `kind`.
[[nodiscard]] std::vector<ConditionalRule> conditional_rules(database::Session& sql, Actor const& actor,
                                                             std::string_view kind, Power power, Instant now);
/// The records that such a rule gives, as a condition on the row of `kind` under the alias `row`.
[[nodiscard]] std::string sql_of(ConditionalRule const& rule, std::string_view kind, std::string const& owner,
                                 std::string const& row, database::Params& params);

/// `owner` (SQL) is one of them. Parameters begin with `name`. Only where few rows are looked at: it reads the
/// department of each owner, while thousands of ids cost every statement more than all it does.
[[nodiscard]] std::string is_among(OwnerGroups const& groups, std::string const& name, std::string const& owner,
                                   database::Params& params);

/// "customer.view".
[[nodiscard]] std::string permission_for(std::string_view kind, Power power);

}  // namespace wescrm::operation
