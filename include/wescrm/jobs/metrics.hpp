#pragma once
#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>

namespace wescrm::jobs {

/// Counters of the queues as plain numbers; the server shows them under the names in the comments. Safe from any thread.
struct Metrics {
    std::atomic<std::int64_t> stored_in_database{0};  ///< wescrm_intake_path_total{path=db}
    std::atomic<std::int64_t> stored_in_spool{0};     ///< …{path=spool}
    std::atomic<std::int64_t> refused{0};             ///< …{path=refused}
    std::atomic<std::int64_t> duplicates{0};
    std::atomic<std::int64_t> dropped{0};             ///< …{path=dropped}: spooled, then their company was deleted
    std::atomic<std::int64_t> spool_bytes{0};         ///< wescrm_spool_bytes
    std::atomic<std::int64_t> spool_records{0};       ///< wescrm_spool_records
    std::atomic<std::int64_t> lease_lost{0};          ///< wescrm_lease_lost_total
    std::atomic<std::int64_t> fence_rejected{0};      ///< wescrm_fence_rejected_total
    std::atomic<std::int64_t> uncertain{0};           ///< wescrm_outbox_uncertain_total
    std::atomic<std::int64_t> handled{0};
    std::atomic<std::int64_t> sent{0};
    std::atomic<std::int64_t> timers_fired{0};
    std::atomic<std::int64_t> token_refreshed{0};        ///< wescrm_token_refresh_total{result=ok}
    std::atomic<std::int64_t> token_refresh_failed{0};   ///< …{result=failed}

    // Gauges, measured from the database once in a while.
    std::atomic<std::int64_t> inbox_depth{0};     ///< wescrm_inbox_depth
    std::atomic<double> inbox_lag_seconds{0};     ///< wescrm_inbox_lag_seconds
    std::atomic<std::int64_t> outbox_depth{0};    ///< wescrm_outbox_depth
    std::atomic<double> outbox_lag_seconds{0};    ///< wescrm_outbox_lag_seconds
    std::atomic<std::int64_t> timers_due{0};      ///< wescrm_timers_due
    std::atomic<std::int64_t> inbox_dead{0};      ///< wescrm_queue_dead{queue=inbox}
    std::atomic<std::int64_t> outbox_dead{0};     ///< …{queue=outbox}
    std::atomic<std::int64_t> timers_dead{0};     ///< …{queue=timer}
    std::array<std::atomic<double>, 4> outbox_oldest_seconds{};  ///< wescrm_queue_oldest_seconds{queue=outbox,priority}

    /// Called for each answered callback: kind, result ("stored", "duplicate", "spooled", "forbidden", …), seconds from receipt to answer.
    std::function<void(std::string const& kind, std::string const& result, double seconds)> on_callback;
};

}  // namespace wescrm::jobs
