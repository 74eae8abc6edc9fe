#pragma once
#include "organisation.hpp"

#include <wescrm/database/session.hpp>

namespace wescrm::demo {

/// Writes the customers [from, to) with everything that belongs to them, owned by `owners` in turn; each table in one
/// statement.
void insert_customers(database::Session& sql, TenantId tenant, std::vector<EmployeeId> const& owners, std::size_t from,
                      std::size_t to, Size size, Instant now, Zone const& zone);

}  // namespace wescrm::demo
