#pragma once
#include <wescrm/base/time.hpp>
#include <wescrm/database/session.hpp>

#include <cstddef>

namespace wescrm::demo {

/// Groups of tags, and tags on customers, leads, contacts and opportunities: on one record of some in `every`.
void insert_tags(database::Session& sql, TenantId tenant, std::size_t every, Instant now);

}  // namespace wescrm::demo
