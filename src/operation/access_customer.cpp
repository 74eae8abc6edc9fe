#include "access_circle.hpp"
#include "access_kinds.hpp"

#include <wescrm/operation/access_scope.hpp>

#include <algorithm>

namespace wescrm::operation {
namespace {

using database::bind;

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

// Nobody's: in a pool.
std::vector<std::optional<EmployeeId>> owners_of_rows(database::Session& sql, Actor const& actor,
                                                      RecordKind const& kind, std::int64_t customer) {
    auto const owner = on_row(kind.owner, "r");
    return sql.values<std::optional<EmployeeId>>(
        "select distinct " +
            (kind.pool.empty() ? owner : "case when " + on_row(kind.pool, "r") + " is null then " + owner + " end") +
            " from " + kind.table + " r where r.tenant_id = :tenant and r.customer_id = :id",
        {bind("tenant", actor.tenant), bind("id", customer)});
}

}  // namespace

Predicate AccessScope::rows_at(std::int64_t customer, RecordKind const& kind, std::string_view alias) const {
    // Seen with the customer, or like it: with the reach of its own permission.
    auto const is_customers = kind.is_seen_with_customer || kind.is_part_of_customer;
    auto const asked = kind.is_seen_with_customer ? std::string{"customer"} : kind.name;
    for (auto const& needed : {kind.name, asked})
        if (!actor_.may(permission_for(needed, Power::read))) return {"false", {}};
    if (actor_.is_system() || actor_.is_administrator) return {"true", {}};
    auto const reached = [&](EmployeeId owner) { return reaches(asked, Power::read, owner); };
    if (is_customers) {
        auto const owner = sql_.value<EmployeeId>(
            "select owner_id from customer where tenant_id = :tenant and id = :id and high_sea_id is null",
            {bind("tenant", actor_.tenant), bind("id", customer)});
        if (owner && reached(*owner) && !has_documents(sql_, actor_, kind, customer)) return {"true", {}};
    } else {
        auto const owners = owners_of_rows(sql_, actor_, kind, customer);
        // True of none as well, and better said so: what is plainly false, PostgreSQL looks for in parallel.
        if (std::ranges::all_of(owners, [&](auto const& owner) { return owner && reached(*owner); }))
            return {"true", {}};
    }
    return rows_of(kind, Power::read, std::string{alias});
}

}  // namespace wescrm::operation
