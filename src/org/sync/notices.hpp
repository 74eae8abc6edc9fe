#pragma once
#include <wescrm/org/sync.hpp>

namespace wescrm::org {

/// A card "sync_held" to every administrator: who waits for a yes, or why the lists could not be read. The same state
/// is told once.
void tell_administrators(operation::Context& ctx, SyncReport const& report);

/// A message "sync_result" to everybody who asked for a synchronisation since the last one: what it changed, or why it
/// did not.
void tell_requesters(operation::Context& ctx, SyncReport const& report);

}  // namespace wescrm::org
