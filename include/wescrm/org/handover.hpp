#pragma once
#include <wescrm/operation/handover.hpp>

#include <vector>

namespace wescrm::org {

/// Places as head, people led, share rules, and on demand the roles.
void add_handovers(operation::HandoverKinds& kinds);

/// Timer "handover_reminder" of these people, who stopped working: their superior and the administrators are told what
/// still belongs to them, now and every morning until all of it is handed over.
void remind_of_handover(operation::Context& ctx, std::vector<EmployeeId> const& people);
/// The timer's handler.
Result<void> on_handover_reminder(operation::Context& ctx, operation::Timer const& timer,
                                  operation::HandoverKinds const& kinds);

}  // namespace wescrm::org
