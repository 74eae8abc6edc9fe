#pragma once
#include <wescrm/org/sync.hpp>

#include <iosfwd>

namespace wescrm::org {

struct SyncCommand {
    bool is_dry_run = false;
    SyncRunId accept;  ///< accept the held deletions of this run instead of synchronising; empty: synchronise
    bool is_json = false;
};

/// `wescrm sync org`: runs it to the end on the calling thread and prints the diff. Exit code: 0 done, 1 failed (a list
/// too), 3 when deletions wait for a yes.
int run_sync_command(database::Database& db, Clock const& clock, operation::Services const& services, TenantId tenant,
                     ContactSource& source, SyncCommand const& command, std::ostream& out);

}  // namespace wescrm::org
