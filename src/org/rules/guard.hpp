#pragma once
#include "diff.hpp"

#include <optional>
#include <string>
#include <vector>

namespace wescrm::org::rules {

/// From which size on a yes of an administrator is needed.
struct GuardLimits {
    std::size_t few = 5;           ///< people, together with …
    std::size_t few_percent = 20;  ///< … more than this part of the active ones
    std::size_t many = 50;         ///< more people than this, together with …
    std::size_t many_percent = 5;
    std::size_t department = 10;  ///< a whole department, with those below, of this many active people
};

/// Why nobody may be switched off without an administrator's yes (in Chinese); nullopt: go on.
[[nodiscard]] std::optional<std::string> hold_reason(Stored const& stored, std::vector<Leaver> const& leavers,
                                                     bool is_range_changed, bool was_incomplete,
                                                     GuardLimits const& limits);

}  // namespace wescrm::org::rules
