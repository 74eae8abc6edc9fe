#pragma once
#include <wescrm/database/session.hpp>
#include <wescrm/demo/story.hpp>

#include <vector>

namespace wescrm::demo {

/// A third pool beside the two that every company has, seats on it, and customers in the pools of customers.
void insert_pools(database::Session& sql, TenantId tenant, Instant now);

/// Writes the leads [from, to): in the pool, waiting, under way, converted, invalid and void, with what was said to
/// them. Their companies are those of the story from `story_from` on, which are no customers.
void insert_leads(database::Session& sql, TenantId tenant, std::vector<EmployeeId> const& owners, std::size_t from,
                  std::size_t to, std::size_t story_from, Size size, Instant now, Zone const& zone);

/// Has the server score them, as after a change of the rules.
void score_leads(database::Session& sql, TenantId tenant, Instant now, Zone const& zone);

}  // namespace wescrm::demo
