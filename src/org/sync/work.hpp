#pragma once
#include "rules/diff.hpp"

#include <wescrm/org/sync.hpp>

namespace wescrm::org {

/// One run on its way.
struct Sync::Work {
    TenantId tenant;
    SyncOptions options;
    Instant t0;
    SyncReport report;
    Snapshot snapshot;
    std::int64_t root = 0;
    bool is_range_changed = false;
    bool was_incomplete = false;
    bool is_first = true;  ///< nothing was synchronised before
    std::size_t next_id = 0;
    std::vector<std::int64_t> new_ids;
    rules::Plan plan;
    std::vector<rules::Leaver> going;  ///< who will be switched off by this run
    std::vector<std::int64_t> removed_departments;
    std::string digest;                   ///< of everything that this run does
    std::optional<std::string> expected;  ///< what the preview has shown that shall be applied
    bool is_outdated = false;             ///< it is something else now: nothing is done

    [[nodiscard]] bool writes() const { return !options.is_dry_run && !is_outdated; }
    void tell(std::string step, std::size_t done, std::size_t total) const {
        if (options.progress) options.progress({std::move(step), done, total});
    }
};

}  // namespace wescrm::org
