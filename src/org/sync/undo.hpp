#pragma once
#include <wescrm/org/sync.hpp>

#include <vector>

namespace wescrm::org {

/// Keeps how rows are before a run writes them; ids that do not exist yet are rows that the run makes. What is kept
/// already stays.
void remember_employees(database::Session& sql, TenantId tenant, SyncRunId run, std::vector<std::int64_t> const& ids);
void remember_departments(database::Session& sql, TenantId tenant, SyncRunId run, std::vector<std::int64_t> const& ids);
/// When the run has ended: whatever changes from here on was changed by somebody else.
void seal_undo(database::Session& sql, TenantId tenant, SyncRunId run);

}  // namespace wescrm::org
