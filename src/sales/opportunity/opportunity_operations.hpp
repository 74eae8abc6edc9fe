#pragma once
#include <wescrm/approval/subject.hpp>
#include <wescrm/operation/catalogue.hpp>
#include <wescrm/sales/limits.hpp>
#include <wescrm/operation/handover.hpp>

namespace wescrm::sales {

/// process.*
void add_process_operations(operation::Catalogue& catalogue);
/// opportunity.*
void add_opportunity_operations(operation::Catalogue& catalogue, TagLimits const& limits);
/// Sharing an opportunity with a person (its team) or a department.
void add_opportunity_team_operations(operation::Catalogue& catalogue);
/// opportunity.required_tasks
void add_required_task_operation(operation::Catalogue& catalogue);
/// What agreeing to an opportunity's leaving its stage means.
void add_opportunity_subject(approval::Subjects& subjects);
/// A leaver's opportunities.
void add_opportunity_handover(operation::HandoverKinds& kinds);

}  // namespace wescrm::sales
