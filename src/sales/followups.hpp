#pragma once
#include <wescrm/operation/context.hpp>
#include <wescrm/sales/customer.hpp>

namespace wescrm::sales {

/// The last follow-ups of a customer that the actor sees, newest first.
[[nodiscard]] std::vector<Followup> last_followups(operation::Context& ctx, CustomerId customer, int count);
/// The same of whatever somebody may follow up.
[[nodiscard]] std::vector<Followup> last_followups_on(operation::Context& ctx, TargetType type, RecordId target,
                                                      int count);
/// Withdraws every waiting reminder about the customer and its follow-ups, also those that were not sent yet.
void cancel_reminders(operation::Context& ctx, CustomerId customer);
/// Those of these follow-ups that the actor sees, as a condition on a row f.
[[nodiscard]] operation::Predicate seen_among(operation::Context& ctx, std::vector<FollowupId> const& ids);
/// Sets last_follow_at and next_contact_at from the follow-ups that are left.
void recompute_instants(operation::Context& ctx, CustomerId customer);
/// The same, and the due instants, of whatever a follow-up is about.
void recompute_subject(operation::Context& ctx, Followup const& followup);
/// Deletes one and recomputes; without asking for permission.
void drop_followup(operation::Context& ctx, FollowupId id, Followup const& followup);
/// The same with all that was said about a record that is deleted for good.
void drop_followups_of(operation::Context& ctx, TargetType type, RecordId target);

/// Writes the contact, audits it and brings the customer's words in step; the caller has checked everything.
Contact add_contact(operation::Context& ctx, CreateContact const& input, std::optional<std::string> const& mobile);
/// The customer with what belongs to it; the caller has checked that the actor may see it.
inline constexpr int last_followups_shown = 5;
[[nodiscard]] CustomerDetail detail_of(operation::Context& ctx, CustomerId id, int followups = last_followups_shown);

/// The contacts of a customer that the actor sees, the primary one first.
[[nodiscard]] std::vector<Contact> contacts_of(operation::Context& ctx, CustomerId customer);

}  // namespace wescrm::sales
