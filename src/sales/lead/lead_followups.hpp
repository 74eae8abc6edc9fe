#pragma once
#include <wescrm/sales/followup.hpp>

namespace wescrm::sales {

/// Its name; the lead is locked then. invalid_input names target_id; conflict "converted".
Result<std::string> check_lead_target(operation::Context& ctx, RecordId target);
/// Instants, state, clocks and reminders of the lead after a follow-up was written.
void after_lead_followup(operation::Context& ctx, RecordId target, FollowupId id, Instant followed_at,
                         std::optional<Instant> next_contact_at);
/// The author is reminded then, and no more by his earlier follow-ups of the lead.
void replace_lead_reminder(operation::Context& ctx, RecordId lead, FollowupId id,
                           std::optional<Instant> next_contact_at);
/// After one was changed or deleted.
void recompute_lead_instants(operation::Context& ctx, RecordId target);

}  // namespace wescrm::sales
