#pragma once
#include "kind.hpp"

#include <wescrm/operation/actor.hpp>

namespace wescrm::pages::record {

/// The kind as somebody's roles let him see it: without columns and filters of fields that are hidden from him, and not
/// sorted by those that are masked.
[[nodiscard]] Kind seen_by(operation::Actor const& actor, Kind kind);

}  // namespace wescrm::pages::record
