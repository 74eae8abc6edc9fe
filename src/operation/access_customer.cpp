#include "access_circle.hpp"
#include "access_kinds.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/operation/access_scope.hpp>

#include <algorithm>

namespace wescrm::operation {
namespace {

using database::bind;

// What is said about documents is seen with them alone: then each row has to be looked at.
bool has_documents(database::Session& sql, Actor const& actor, RecordKind const& kind, std::int64_t customer,
                   Circles& known) {
    if (kind.documents.empty()) return false;
    auto const [at, is_new] = known.has_documents.try_emplace({kind.name, customer}, false);
    if (!is_new) return at->second;
    return at->second = sql.value<int>("select 1 from " + kind.table +
                                           " where tenant_id = :tenant and customer_id = :id and target_type in (" +
                                           quoted(kind.documents) + ") limit 1",
                                       {bind("tenant", actor.tenant), bind("id", customer)})
                            .has_value();
}

// Whose records of a kind one customer has; nobody's: in a pool.
std::string owners_sql(RecordKind const& kind) {
    auto const owner = on_row(kind.owner, "r");
    return "select distinct '" + kind.name + "', " +
           (kind.pool.empty() ? owner : "case when " + on_row(kind.pool, "r") + " is null then " + owner + " end") +
           " from " + kind.table + " r where r.tenant_id = :tenant and r.customer_id = :id";
}

// A page of a customer asks for one kind after the other: one statement for all of them.
std::vector<RecordKind> asked_with(RecordKind const& kind) {
    auto together = std::vector<RecordKind>{kind};
    for (auto const& other : record_kinds())
        if (other.customer == "{r}.customer_id" && other.pool.empty() && !other.is_seen_with_customer &&
            !other.is_part_of_customer && other.name != kind.name)
            together.push_back(other);
    return together;
}

std::vector<std::optional<EmployeeId>> const& owners_of_rows(database::Session& sql, Actor const& actor,
                                                             RecordKind const& kind, std::int64_t customer,
                                                             Circles& known) {
    auto const at = known.owners_at.find({kind.name, customer});
    if (at != known.owners_at.end()) return at->second;
    auto parts = std::vector<std::string>{};
    for (auto const& one : asked_with(kind)) {
        if (!known.owners_at.try_emplace({one.name, customer}).second) continue;
        parts.push_back(owners_sql(one));
    }
    for (auto const& [name, owner] : sql.rows<std::string, std::optional<EmployeeId>>(
             text::join(parts, " union all "), {bind("tenant", actor.tenant), bind("id", customer)}))
        known.owners_at[{name, customer}].push_back(owner);
    return known.owners_at[{kind.name, customer}];
}

}  // namespace

std::optional<EmployeeId> owner_of(database::Session& sql, Actor const& actor, RecordKind const& kind, std::int64_t id,
                                   Circles& known) {
    auto const at = known.owner_of.find({kind.name, id});
    if (at != known.owner_of.end()) return at->second;
    auto const owner = sql.value<EmployeeId>(
        "select " + on_row(kind.owner, "r") + " from " + kind.table + " r where r.tenant_id = :tenant and r.id = :id" +
            (kind.pool.empty() ? "" : " and " + on_row(kind.pool, "r") + " is null"),
        {bind("tenant", actor.tenant), bind("id", id)});
    known.owner_of.emplace(Circles::Named{kind.name, id}, owner);
    return owner;
}

Predicate AccessScope::rows_at(std::int64_t customer, RecordKind const& kind, std::string_view alias) const {
    // Seen with the customer, or like it: with the reach of its own permission.
    auto const is_customers = kind.is_seen_with_customer || kind.is_part_of_customer;
    auto const asked = kind.is_seen_with_customer ? std::string{"customer"} : kind.name;
    for (auto const& needed : {kind.name, asked})
        if (!actor_.may(permission_for(needed, Power::read))) return {"false", {}};
    if (actor_.is_system() || actor_.is_administrator) return {"true", {}};
    auto const reached = [&](EmployeeId owner) { return reaches(asked, Power::read, owner); };
    if (is_customers) {
        auto const owner = owner_of(sql_, actor_, record_kind("customer"), customer, *circles_);
        if (owner && reached(*owner) && !has_documents(sql_, actor_, kind, customer, *circles_)) return {"true", {}};
    } else {
        auto const& owners = owners_of_rows(sql_, actor_, kind, customer, *circles_);
        // True of none as well, and better said so: what is plainly false, PostgreSQL looks for in parallel.
        if (std::ranges::all_of(owners, [&](auto const& owner) { return owner && reached(*owner); }))
            return {"true", {}};
    }
    return rows_of(kind, Power::read, std::string{alias});
}

}  // namespace wescrm::operation
