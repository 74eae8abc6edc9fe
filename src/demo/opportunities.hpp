#pragma once
#include <wescrm/base/time.hpp>
#include <wescrm/database/session.hpp>
#include <wescrm/demo/demo.hpp>

namespace wescrm::demo {

/// A second sales process beside the one that every company starts with.
void insert_process(database::Session& sql, TenantId tenant, Instant now);

/// Opportunities of the next customers by number, one each, with the history of their stages, lines and follow-ups,
/// told over the year before `now`. `after`: the number of the last customer that has one; moved on. How many were
/// written.
std::size_t insert_opportunities(database::Session& sql, TenantId tenant, std::string& after, std::size_t first,
                                 std::size_t count, Instant now, Zone const& zone);

/// Fields of the company's own, with values of one customer in `every`.
void insert_fields(database::Session& sql, TenantId tenant, std::size_t every, Instant now);

}  // namespace wescrm::demo
