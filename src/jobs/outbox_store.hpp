#pragma once
#include <vector>

#include <wescrm/jobs/outbox_sender.hpp>
#include <wescrm/jobs/turns.hpp>

// The SQL of the outbox; everything under Scope::of_queues().
namespace wescrm::jobs::outbox_store {

/// Claims what is due in these buckets, most urgent first, among equally urgent ones companies in turn.
std::vector<OutboxItem> claim(database::Session& sql, std::vector<int> const& buckets, Turn after, std::size_t limit, std::int64_t node, Instant now);
/// Of every app with held rows in these buckets one, claimed to see whether it works again.
std::vector<OutboxItem> claim_probes(database::Session& sql, std::vector<int> const& buckets, std::int64_t node, Instant now);

struct Result {
    std::vector<TenantId> tenants;
    std::vector<std::int64_t> ids;
    std::vector<std::int64_t> claims;
    std::vector<int> states;
    std::vector<Instant> not_before;
    std::vector<int> uncounted;
    std::vector<int> errcodes;
    std::vector<std::string> messages;
    std::vector<std::string> wecom_ids;
    std::vector<std::string> response_codes;
};
/// Writes outcomes of claims that are still ours; returns how many those were.
std::int64_t write(database::Session& sql, Result const& result, Instant now);

/// An app works again: what was held goes out.
void release_held(database::Session& sql, TenantId tenant, std::int64_t app);

/// Rows whose sender is gone: nobody knows whether WeCom took them. They are fenced, but no node's claim.
std::vector<OutboxItem> lost(database::Session& sql, std::vector<int> const& buckets, std::int64_t node);

/// Returns rows that this node claimed without learning of it, because the answer of the commit was lost: claimed more than 10 s ago and
/// not among the `held`. They were not sent. Returns how many.
std::int64_t release_forgotten(database::Session& sql, std::vector<int> const& buckets, std::vector<std::int64_t> const& held, std::int64_t node);

void renew(database::Session& sql, std::vector<TenantId> const& tenants, std::vector<std::int64_t> const& ids, std::int64_t node);
void release(database::Session& sql, std::vector<TenantId> const& tenants, std::vector<std::int64_t> const& ids, std::int64_t node);

/// (lane, instant) of what was sent in the last hour, for the limits per person.
std::vector<std::tuple<std::int64_t, Instant>> sent_recently(database::Session& sql, std::vector<int> const& buckets, Instant now);

}  // namespace wescrm::jobs::outbox_store
