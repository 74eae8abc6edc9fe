#pragma once
#include <string>
#include <vector>

#include <wescrm/jobs/inbox_item.hpp>
#include <wescrm/jobs/retry.hpp>
#include <wescrm/jobs/turns.hpp>

// The SQL of the inbox. Claims run under Scope::of_queues(), outcomes under the company's.
namespace wescrm::jobs::inbox_store {

/// Who claims, where from, how much. Messages of the lanes `held_back` are left alone.
struct Claim {
    std::vector<int> buckets;
    LaneList held_back;
    std::size_t limit = 1;
    std::int64_t node = 0;
    Instant now{};
};

/// Claims what is due, companies in turn. What saw two crashes is left out.
std::vector<InboxItem> claim_in_turn(database::Session& sql, Claim const& claim, Turn after);
/// Claims what saw crashes and now gets what `decision` says, oldest first. The message stands sealed in InboxItem::message.
std::vector<InboxItem> claim_suspects(database::Session& sql, Claim const& claim, CrashDecision decision);
/// The lanes in which a message waits for its last chance.
LaneList lanes_of_last_chances(database::Session& sql, std::vector<int> const& buckets);

/// Marks the row done. False if the claim is not ours any more: the caller must roll back.
[[nodiscard]] bool complete(database::Session& sql, InboxItem const& item, Instant now);
/// Writes a failed try. False if the claim is not ours any more.
[[nodiscard]] bool settle(database::Session& sql, InboxItem const& item, InboxDecision const& decision, std::string const& reason, Instant now);
/// Marks what nobody handles.
[[nodiscard]] bool ignore(database::Session& sql, InboxItem const& item, Instant now);

/// Returns rows to `retry` that lost their worker: in these buckets, with an expired lease or claimed by a dead node. Returns how many.
std::int64_t recover(database::Session& sql, std::vector<int> const& buckets, std::int64_t node, bool is_takeover);
/// Returns rows that this node claimed without learning of it, because the answer of the commit was lost: claimed more than 10 s ago and
/// not among the `held`. They have not begun. Returns how many.
std::int64_t release_forgotten(database::Session& sql, std::vector<int> const& buckets, std::vector<std::int64_t> const& held, std::int64_t node);
/// Another minute for what this node holds.
void renew(database::Session& sql, std::vector<TenantId> const& tenants, std::vector<std::int64_t> const& ids, std::int64_t node);
/// Hands back what has not begun.
void release(database::Session& sql, std::vector<TenantId> const& tenants, std::vector<std::int64_t> const& ids, std::int64_t node);

}  // namespace wescrm::jobs::inbox_store
