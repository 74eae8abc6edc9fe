#pragma once
#include <wescrm/base/time.hpp>
#include <wescrm/database/session.hpp>

#include <cstddef>

namespace wescrm::demo {

/// What makes the pages of a company look used: tags, groups of customers, people of opportunities, teams, comments,
/// caps, a share rule, doubtful pairs, a contact in the recycle bin, an import and the log of the last weeks. Tags go
/// with one record in `every`; of everything else there are as many in a large company as in a small one.
void insert_details(database::Session& sql, TenantId tenant, std::size_t every, Instant now);

/// Fields of the company's own for leads, with values of one lead in `every`.
void insert_lead_fields(database::Session& sql, TenantId tenant, std::size_t every, Instant now);

}  // namespace wescrm::demo
