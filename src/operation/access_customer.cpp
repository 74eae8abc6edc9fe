#include "access_circle.hpp"
#include "access_kinds.hpp"

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

// Nobody's: in a pool.
std::vector<std::optional<EmployeeId>> const& owners_of_rows(database::Session& sql, Actor const& actor,
                                                             RecordKind const& kind, std::int64_t customer,
                                                             Circles& known) {
    auto const at = known.owners_at.find({kind.name, customer});
    if (at != known.owners_at.end()) return at->second;
    auto const owner = on_row(kind.owner, "r");
    auto owners = sql.values<std::optional<EmployeeId>>(
        "select distinct " +
            (kind.pool.empty() ? owner : "case when " + on_row(kind.pool, "r") + " is null then " + owner + " end") +
            " from " + kind.table + " r where r.tenant_id = :tenant and r.customer_id = :id",
        {bind("tenant", actor.tenant), bind("id", customer)});
    return known.owners_at.emplace(Circles::Named{kind.name, customer}, std::move(owners)).first->second;
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
