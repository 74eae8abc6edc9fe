#pragma once
#include <wescrm/base/json.hpp>
#include <wescrm/database/session.hpp>
#include <wescrm/operation/actor.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace wescrm::operation {

/// One change of business data: who, when, from where, old and new values. Append-only.
struct AuditEntry {
    std::string object;  ///< "customer"
    std::int64_t object_id = 0;
    std::string action;  ///< the operation's name, "customer.create"
    std::string before;  ///< JSON object of the changed fields only; "" if there was nothing
    std::string after;
    std::string reason;
};

void append_audit(database::Session& sql, Actor const& actor, Instant at, AuditEntry const& entry);

/// What one action changed in many records of one kind.
struct AuditEntries {
    std::vector<std::int64_t> ids;
    std::vector<std::string> before;  ///< JSON objects as above, one for each id
    std::vector<std::string> after;
};
/// `kind` says the object, the action and the reason; its other members do not count.
void append_audits(database::Session& sql, Actor const& actor, Instant at, AuditEntry const& kind,
                   AuditEntries const& entries);

/// The members of `after` that differ from `before` (both JSON objects), as the pair that an AuditEntry wants. Phone
/// numbers are masked.
struct Difference {
    std::string before;
    std::string after;
};
[[nodiscard]] Difference difference(json::Value const& before, json::Value const& after);

}  // namespace wescrm::operation
