#pragma once
#include <wescrm/base/ids.hpp>
#include <wescrm/base/time.hpp>
#include <wescrm/database/session.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace wescrm::operation {

/// A stored instant at which something must happen, e.g. {"task_reminder", "task", 77}.
struct Timer {
    std::string kind;
    std::string ref_kind;
    std::int64_t ref_id = 0;
    Instant due;
    minutes grace{4 * 60};  ///< later than this it is not fired singly but listed in a digest
    int occurrence = 0;
};

/// Timers of one company, written inside the transaction of the change; the timer worker (module jobs) fires them in
/// due order by calling the handler that is registered for the kind, inside a transaction.
class Timers {
public:
    Timers(database::Session& sql, TenantId tenant, Zone zone, std::function<void()> wake_worker)
        : sql_{sql}, tenant_{tenant}, zone_{zone}, wake_worker_{std::move(wake_worker)} {}

    /// Sets the instant for (kind, ref); a waiting one of the same (kind, ref) is replaced by a new occurrence.
    void schedule(Timer const& timer);
    /// Cancels all waiting timers of the thing, or those of one kind.
    void cancel(std::string_view ref_kind, std::int64_t ref_id, std::string_view kind = {});

private:
    database::Session& sql_;
    TenantId tenant_;
    Zone zone_;
    std::function<void()> wake_worker_;
};

}  // namespace wescrm::operation
