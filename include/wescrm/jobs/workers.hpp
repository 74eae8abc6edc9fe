#pragma once
#include <boost/asio/strand.hpp>
#include <memory>
#include <set>

#include <wescrm/jobs/buckets.hpp>
#include <wescrm/jobs/companies.hpp>
#include <wescrm/jobs/inbox_worker.hpp>
#include <wescrm/jobs/intake.hpp>
#include <wescrm/jobs/maintenance.hpp>
#include <wescrm/jobs/outbox_sender.hpp>
#include <wescrm/jobs/spool.hpp>
#include <wescrm/jobs/timer_worker.hpp>

namespace wescrm::jobs {

struct WorkersConfig {
    IntakeConfig intake;
    SpoolConfig spool;  ///< folder empty: no spool
    BucketsConfig buckets;
    InboxConfig inbox;
    OutboxConfig outbox;
    TimerConfig timers;
    MaintenanceConfig maintenance;
    milliseconds companies_every{500};
};

/// Everything that a node does with queues, joined. Make it, hand wake_sender() and wake_timers() to operation::Services, start it, drain and
/// stop it. `db`, `companies`, `clock`, `services`, `sender` and the executor's context must outlive it; it must outlive their last use of it.
class Workers {
public:
    struct Parts {
        database::Database& db;
        Companies& companies;
        Sealer sealer;
        Clock const& clock;
        operation::Services const& services;
        MessageSender& sender;
        Metrics& metrics;
        InboxHandlers inbox;
        TimerHandlers timers;
        OutboxHooks hooks;
    };

    Workers(asio::any_io_executor executor, Parts parts, WorkersConfig config = {});
    ~Workers();

    [[nodiscard]] Intake& intake() noexcept { return intake_; }
    [[nodiscard]] Buckets& buckets() noexcept { return buckets_; }
    [[nodiscard]] Spool* spool() noexcept { return spool_.get(); }
    /// From any thread; what operation::Services wants.
    void wake_sender(TenantId tenant) { outbox_.wake(tenant); }
    void wake_timers(TenantId tenant) { timers_.wake(tenant); }

    void start();
    /// Stops taking work, hands back what has not begun, lets the rest end within `limit`, releases the buckets. From any coroutine, once.
    asio::awaitable<void> stop(milliseconds limit);

    /// TimerWorker::work_off on the right strand: for PUT /clock.
    asio::awaitable<std::size_t> work_off_due(Instant until, std::function<void(Instant)> move_clock);

private:
    asio::awaitable<void> keep_companies();
    asio::awaitable<void> stop_here(milliseconds limit);

    asio::strand<asio::any_io_executor> strand_;
    Companies& companies_;
    WorkersConfig config_;
    std::unique_ptr<Spool> spool_;
    Buckets buckets_;
    InboxWorker inbox_;
    OutboxSender outbox_;
    TimerWorker timers_;
    Intake intake_;
    Maintenance maintenance_;
    bool is_stopping_ = false;
    std::shared_ptr<Wake> wake_;
    std::unique_ptr<Loops> loops_;
};

}  // namespace wescrm::jobs
