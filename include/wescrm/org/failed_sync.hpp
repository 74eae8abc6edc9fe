#pragma once
#include <wescrm/operation/context.hpp>

#include <string>

namespace wescrm::org {

/// For a sync that could not begin: a run that says why, and whoever asked for it is told.
void record_failed_sync(operation::Context& ctx, std::string const& trigger, std::string const& problem);

}  // namespace wescrm::org
