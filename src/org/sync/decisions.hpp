#pragma once
#include <wescrm/org/sync.hpp>

namespace wescrm::org {

/// Those whom the run held stay, until the lists have them again.
void keep_people(database::Session& sql, TenantId tenant, SyncRunId run, Instant now);

}  // namespace wescrm::org
