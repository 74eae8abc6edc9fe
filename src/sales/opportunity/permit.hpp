#pragma once
#include "opportunity/opportunities.hpp"

namespace wescrm::sales {

/// forbidden "stage_movers" if the actor may not begin an opportunity in this stage.
[[nodiscard]] Result<void> permit_start(operation::Context& ctx, Stage const& stage);

}  // namespace wescrm::sales
