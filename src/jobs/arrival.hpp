#pragma once
#include <optional>
#include <vector>

#include <wescrm/database/session.hpp>
#include <wescrm/jobs/companies.hpp>
#include <wescrm/jobs/retry.hpp>

namespace wescrm::jobs {

/// A row of the inbox before it is stored.
struct Arrival {
    TenantId tenant;
    Date msg_day;
    Bytes dedupe_key;
    CallbackChannel channel = CallbackChannel::app;
    std::int64_t agent_id = 0;
    std::int64_t lane = 0;
    std::string kind;
    Instant received_at;
    Bytes sealed;
    InboxState state = InboxState::ready;
    std::string note;  ///< why it is ignored
    Bytes message;     ///< in clear, for the handover in memory; not stored
};

struct StoredRow {
    TenantId tenant;
    Bytes dedupe_key;
    std::int64_t id = 0;
};

/// The context under which the body of an inbox row is sealed.
[[nodiscard]] std::string body_context(TenantId tenant, Bytes const& dedupe_key);

/// One statement for all: what is there already stays as it is. Rows in state `running` belong to `node` with claim 1. Returns those that
/// are new. Scope::of_queues().
std::vector<StoredRow> insert_arrivals(database::Session& sql, std::vector<Arrival const*> rows, std::int64_t node);

/// Those whose company still exists, which cannot be deleted before the transaction ends. Scope::of_queues().
std::vector<Arrival const*> of_existing_companies(database::Session& sql, std::vector<Arrival> const& arrivals);

/// As it lies in the spool: everything but the clear message and the claim.
[[nodiscard]] Bytes encode(Arrival const& arrival);
[[nodiscard]] std::optional<Arrival> decode_arrival(std::string_view record);

}  // namespace wescrm::jobs
