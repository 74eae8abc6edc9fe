#include "gauges.hpp"

#include <array>
#include <string>

namespace wescrm::server {
namespace {

struct Labelled {
    char const* name;
    char const* help;
    char const* label;
    char const* value;
    std::atomic<std::int64_t> const& figure;
};

void show_counters(Metrics& metrics, jobs::Metrics const& queues) {
    auto const path = "Callbacks by the way in which they were stored";
    auto const refresh = "Access tokens fetched";
    auto const dead = "Rows given up, see wescrm queue list";
    for (auto const& [name, help, label, value, figure] : {
             Labelled{"wescrm_intake_path_total", path, "path", "db", queues.stored_in_database},
             Labelled{"wescrm_intake_path_total", path, "path", "spool", queues.stored_in_spool},
             Labelled{"wescrm_intake_path_total", path, "path", "refused", queues.refused},
             Labelled{"wescrm_intake_path_total", path, "path", "duplicate", queues.duplicates},
             Labelled{"wescrm_intake_path_total", path, "path", "dropped", queues.dropped},
             Labelled{"wescrm_spool_bytes", "Bytes in the spool", "", "", queues.spool_bytes},
             Labelled{"wescrm_spool_records", "Callbacks in the spool", "", "", queues.spool_records},
             Labelled{"wescrm_lease_lost_total", "Buckets lost to another node", "", "", queues.lease_lost},
             Labelled{"wescrm_fence_rejected_total", "Late writes of a lost lease that were refused", "", "",
                      queues.fence_rejected},
             Labelled{"wescrm_outbox_uncertain_total", "Messages of which nobody knows whether WeCom took them", "", "",
                      queues.uncertain},
             Labelled{"wescrm_inbox_handled_total", "Messages handled", "", "", queues.handled},
             Labelled{"wescrm_outbox_sent_total", "Messages sent", "", "", queues.sent},
             Labelled{"wescrm_timers_fired_total", "Timers fired", "", "", queues.timers_fired},
             Labelled{"wescrm_token_refresh_total", refresh, "result", "ok", queues.token_refreshed},
             Labelled{"wescrm_token_refresh_total", refresh, "result", "failed", queues.token_refresh_failed},
             Labelled{"wescrm_inbox_depth", "Messages waiting to be handled", "", "", queues.inbox_depth},
             Labelled{"wescrm_outbox_depth", "Messages waiting to be sent", "", "", queues.outbox_depth},
             Labelled{"wescrm_timers_due", "Timers that are due and have not fired", "", "", queues.timers_due},
             Labelled{"wescrm_queue_dead", dead, "queue", "inbox", queues.inbox_dead},
             Labelled{"wescrm_queue_dead", dead, "queue", "outbox", queues.outbox_dead},
             Labelled{"wescrm_queue_dead", dead, "queue", "timer", queues.timers_dead},
         })
        metrics.set_gauge(name, help, static_cast<double>(figure.load()), label, value);
}

}  // namespace

void show_queue_figures(Metrics& metrics, jobs::Metrics const& queues) {
    show_counters(metrics, queues);
    metrics.set_gauge("wescrm_inbox_lag_seconds", "Age of the oldest message waiting to be handled",
                      queues.inbox_lag_seconds);
    metrics.set_gauge("wescrm_outbox_lag_seconds", "Age of the oldest message waiting to be sent",
                      queues.outbox_lag_seconds);
    for (std::size_t priority = 0; priority < queues.outbox_oldest_seconds.size(); ++priority)
        metrics.set_gauge("wescrm_queue_oldest_seconds", "Age of the oldest waiting message by priority",
                          queues.outbox_oldest_seconds[priority], "priority", std::to_string(priority));
}

}  // namespace wescrm::server
