#pragma once
#include "organisation.hpp"

#include <wescrm/database/session.hpp>

namespace wescrm::demo {

/// Writes the customers [from, to) with keys, words, contacts, follow-ups and ownership events, owned by `owners` in
/// turn.
void insert_customers(database::Session& sql, TenantId tenant, std::vector<EmployeeId> const& owners, std::size_t from,
                      std::size_t to, Size size, Instant now);
/// Tasks due around today, with their reminders still to come.
void insert_tasks(database::Session& sql, TenantId tenant, Instant now, Zone const& zone);

}  // namespace wescrm::demo
