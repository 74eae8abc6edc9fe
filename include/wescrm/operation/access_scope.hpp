#pragma once
#include <string>
#include <string_view>
#include <vector>

#include <wescrm/database/session.hpp>
#include <wescrm/operation/actor.hpp>

namespace wescrm::operation {

enum class Power { read, write };

/// A condition over rows, as part of a `where`: "(c.owner_id = any(:scope_owners::bigint[]) or …)".
struct Predicate {
    std::string sql;
    database::Params params;
};

/// Who may see (and change) what, in one place. Every list, search, count, report and chat look-up takes its rows through rows();
/// single records go through allows(). Kinds of records are words: "customer", "contact", "followup", "task", …
/// A record is reachable through its owner (by the reach of the actor's permission "<kind>.view" or "<kind>.edit") or through a team
/// membership of the actor (table team_member).
class AccessScope {
public:
    AccessScope(database::Session& sql, Actor const& actor, Instant now) : sql_{sql}, actor_{actor}, now_{now} {}

    /// The predicate for rows of `kind` under `alias`, whose table has the columns tenant_id, id and owner_id.
    [[nodiscard]] Predicate rows(std::string_view kind, Power power, std::string_view alias) const;
    /// The same question for one record.
    [[nodiscard]] bool allows(std::string_view kind, Power power, std::int64_t id, EmployeeId owner) const;

private:
    struct Owners {
        bool is_everybody = false;
        std::vector<EmployeeId> ids;
    };
    [[nodiscard]] Owners owners_within_reach(std::string_view kind, Power power) const;

    database::Session& sql_;
    Actor const& actor_;
    Instant now_;
};

}  // namespace wescrm::operation
