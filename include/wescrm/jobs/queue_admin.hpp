#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <wescrm/base/crypto.hpp>
#include <wescrm/base/json.hpp>
#include <wescrm/database/session.hpp>

// What `wescrm queue` and the page of sent messages do. Everything under Scope::of_queues(), or of one company for its own rows.
namespace wescrm::jobs {

/// One row of inbox, outbox or timer.
struct QueueRow {
    std::string id;     ///< "inbox-812", "outbox-77", "timer-5"
    std::string queue;  ///< "inbox", "outbox", "timer"
    std::string state;  ///< "ready", "running", …, "dead"
    std::string kind;
    int attempts = 0;
    std::string error;  ///< empty: none
    Instant received_at;
    TenantId tenant;
};

struct QueueFilter {
    std::string state;  ///< empty: everything that is neither done nor sent, fired, ignored, cancelled or due later
    std::string queue;  ///< empty: all three
    TenantId tenant;    ///< empty: all companies
    int limit = 200;    ///< of each queue, newest first
};

/// invalid_input "state" if no queue has such a state.
[[nodiscard]] Result<std::vector<QueueRow>> list_queue(database::Session& sql, QueueFilter const& filter);
/// The array that `wescrm queue list --json` prints.
[[nodiscard]] std::string to_json(std::vector<QueueRow> const& rows);

/// One row as a JSON object with all that an administrator may see: incoming messages decrypted, sealed values never. not_found "queue_row".
[[nodiscard]] Result<std::string> show_queue_row(database::Session& sql, Sealer const& sealer, std::string_view id);

/// Makes dead, uncertain, held and expired rows ready again, keeping their effect keys; expired ones get a day more. Returns how many.
/// `id` empty: all dead ones; `tenant` empty: of all companies.
[[nodiscard]] Result<std::int64_t> retry_queue(database::Session& sql, std::string_view id, Instant now, TenantId tenant = {});

/// Releases what was held of one company (0: of all).
std::int64_t release_queue(database::Session& sql, TenantId tenant);

}  // namespace wescrm::jobs
