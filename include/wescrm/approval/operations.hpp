#pragma once
#include <wescrm/approval/passing.hpp>
#include <wescrm/operation/catalogue.hpp>
#include <wescrm/operation/handover.hpp>

namespace wescrm::approval {

/// approval.*, approval_setting.*.
void add_operations(operation::Catalogue& catalogue, SharedSubjects subjects, Config config = {});
/// What waits for somebody who leaves.
void add_handovers(operation::HandoverKinds& kinds);
/// Who is or was asked about a record reads it.
void add_reader_terms(operation::ReaderTerms& terms, Subjects const& subjects);
/// What waits for somebody who is no longer active waits for his superior from now on, or for the administrators.
/// Nothing happens for who is active.
void reroute_left(operation::Context& ctx, EmployeeId from);

}  // namespace wescrm::approval
