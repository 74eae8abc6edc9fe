#include "access_circle.hpp"
#include "access_kinds.hpp"

#include <wescrm/operation/customer_rows.hpp>

#include <algorithm>

namespace wescrm::operation {
namespace {

using database::bind;

bool holds(std::vector<EmployeeId> const& list, EmployeeId one) {
    return std::find(list.begin(), list.end(), one) != list.end();
}

// Whether he sees what hangs on a customer because of who owns it.
bool reaches(AccessScope const& scope, Actor const& actor, std::string const& kind, EmployeeId owner) {
    if (owner == actor.employee) return true;
    auto const circle = scope.circle(kind, Power::read);
    return circle->is_everybody || holds(circle->by_reach, owner) || holds(circle->by_heading, owner) ||
           holds(circle->by_rule, owner);
}

// What is said about documents is seen with them alone: then each row has to be looked at.
bool has_documents(database::Session& sql, Actor const& actor, RecordKind const& kind, std::int64_t customer) {
    if (kind.documents.empty()) return false;
    return sql
        .value<int>("select 1 from " + kind.table +
                        " where tenant_id = :tenant and customer_id = :id and target_type in (" +
                        quoted(kind.documents) + ") limit 1",
                    {bind("tenant", actor.tenant), bind("id", customer)})
        .has_value();
}

}  // namespace

Predicate rows_of_customer(database::Session& sql, Actor const& actor, AccessScope const& scope, std::string_view kind,
                           std::string_view alias, std::int64_t customer) {
    if (actor.is_system() || actor.is_administrator) return {"true", {}};
    auto const what = record_kind(kind);
    if (!what.is_seen_with_customer && !what.is_part_of_customer) return scope.rows(kind, Power::read, alias);
    // Seen with the customer, or like it: with the reach of its own permission.
    auto const asked = what.is_seen_with_customer ? std::string{"customer"} : what.name;
    for (auto const& needed : {what.name, asked})
        if (!actor.permissions.contains(permission_for(needed, Power::read))) return {"false", {}};
    auto const owner = sql.value<EmployeeId>(
        "select owner_id from customer where tenant_id = :tenant and id = :id and high_sea_id is null",
        {bind("tenant", actor.tenant), bind("id", customer)});
    if (owner && reaches(scope, actor, asked, *owner) && !has_documents(sql, actor, what, customer))
        return {"true", {}};
    return scope.rows(kind, Power::read, alias);
}

}  // namespace wescrm::operation
