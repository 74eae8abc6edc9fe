#pragma once
#include <memory>

#include <wescrm/base/time.hpp>
#include <wescrm/database/database.hpp>
#include <wescrm/jobs/metrics.hpp>

namespace wescrm::jobs {

class Wake;
class Loops;

struct MaintenanceConfig {
    int partitions_ahead = 14;       ///< days of inbox partitions made before they are needed
    int inbox_days = 8;              ///< older partitions are dropped: longer than the window in which a message is accepted
    int outbox_days = 14;            ///< sent and cancelled rows
    int timer_days = 30;             ///< fired and cancelled ones
    int page = 5'000;                ///< rows deleted at once
    milliseconds every{600'000};
    milliseconds measure_every{5'000};
};

/// Keeps the queue tables small, and measures them. Several nodes may do it at once.
class Maintenance {
public:
    Maintenance(asio::any_io_executor strand, database::Database& db, Clock const& clock, Metrics& metrics, MaintenanceConfig config = {});
    ~Maintenance();

    void start();
    asio::awaitable<void> drain(milliseconds limit);
    /// One round; for tests and for the start, before callbacks come in.
    Async<void> run_once();
    Async<void> measure();

private:
    asio::awaitable<void> work();
    Async<void> make_partitions();
    Async<void> drop_partitions();
    Async<void> delete_old();

    asio::any_io_executor strand_;
    database::Database& db_;
    Clock const& clock_;
    Metrics& metrics_;
    MaintenanceConfig config_;
    bool is_stopping_ = false;
    std::shared_ptr<Wake> wake_;
    std::unique_ptr<Loops> loops_;
};

}  // namespace wescrm::jobs
