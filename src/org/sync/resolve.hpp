#pragma once
#include <wescrm/database/session.hpp>

#include <cstdint>
#include <vector>

namespace wescrm::org {

/// Resolves the superiors again of one person and of all whom a change of that person concerns: those below the
/// departments headed now, those who had or name this superior.
void resolve_around(database::Session& sql, TenantId tenant, std::int64_t employee);

/// Resolves the superiors again of all whose main department is this one or below it: it was moved.
void resolve_below(database::Session& sql, TenantId tenant, std::int64_t department);

/// The same for everybody who was led by one of those who have just left.
void resolve_after_departure(database::Session& sql, TenantId tenant, std::vector<std::int64_t> const& gone);

}  // namespace wescrm::org
