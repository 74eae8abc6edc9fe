#pragma once
#include "opportunity/opportunities.hpp"

namespace wescrm::sales {

/// Into the stage that was permitted, with what the stage does then: once for each time that one comes into it.
void enter_stage(operation::Context& ctx, Opportunities::Move const& move, LockedOpportunity const& before);
/// The same of one that begins in the stage.
void begin_in_stage(operation::Context& ctx, OpportunityId id, Stage const& stage);

}  // namespace wescrm::sales
