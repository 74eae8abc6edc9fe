#pragma once
#include <wescrm/async/async.hpp>
#include <wescrm/database/database.hpp>
#include <wescrm/operation/context.hpp>
#include <wescrm/org/change.hpp>
#include <wescrm/org/contact_source.hpp>

#include <boost/describe/class.hpp>

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace wescrm::org::rules {
struct EmployeeRow;
}

namespace wescrm::org {

using SyncRunId = StrongId<struct SyncRunIdTag, std::int64_t>;

struct SyncConfig {
    ReadLimits read;
    std::size_t chunk = 500;           ///< rows per transaction
    minutes between_misses{10};        ///< missing in two complete runs this far apart means gone
    std::size_t confirmations = 50;    ///< single reads that confirm a leaver at once
    hours decision{7 * 24};            ///< a held decision expires to "keep"
    minutes abandoned{30};             ///< a run that long under way has died
    std::size_t kept_changes = 1'000;  ///< lines of the diff that are kept
    hours pull_every{4};               ///< between two syncs that nobody asked for
};

struct SyncProgress {
    std::string step;  ///< read, compare, apply
    std::size_t done = 0;
    std::size_t total = 0;
};

struct SyncOptions {
    std::string trigger = "manual";  ///< manual, timer, preview
    bool is_dry_run = false;
    /// Does what this preview has shown, or nothing: if WeCom or the company has changed since, the run shows the new
    /// difference instead.
    std::optional<SyncRunId> as_previewed{};
    std::function<void(SyncProgress const&)> progress;

    /// A dry run that is recorded, for people to look at before they synchronise.
    [[nodiscard]] bool is_preview() const { return is_dry_run && trigger == "preview"; }
};

struct SyncReport {
    SyncRunId run;        ///< empty for a dry run
    std::string state;    ///< done, held, incomplete, preview
    std::string problem;  ///< why incomplete, in Chinese
    std::string held_reason;
    std::size_t added = 0;
    std::size_t changed = 0;
    std::size_t missing = 0;
    std::size_t deactivated = 0;
    std::size_t failed = 0;       ///< people who could not be written; the others were
    std::size_t lost_events = 0;  ///< differences that a run which nobody asked for found: no event had told them
    std::int64_t rows_written = 0;
    double database_seconds = 0;
    std::vector<Change> changes;
};

/// Brings departments and employees in line with WeCom. Nobody is deleted; nobody is switched off because of a list
/// that was cut, or in numbers without an administrator's yes. An event newer than the run's start wins over it.
class Sync {
public:
    Sync(database::Database& db, Clock const& clock, operation::Services const& services, SyncConfig config = {})
        : db_{db}, clock_{clock}, services_{services}, config_{config} {}

    /// conflict "sync_running" if another one of the company is under way. A list that failed is a report with state
    /// "incomplete".
    Async<SyncReport> run(TenantId tenant, ContactSource& source, SyncOptions options);

private:
    struct Work;
    Async<void> start(Work& work);
    Async<void> merge(Work& work, ContactSource& source);
    Async<void> compare(Work& work);
    Async<void> confirm(Work& work, ContactSource& source);
    Async<void> apply(Work& work);
    Async<void> mark_missing(Work& work);
    Async<void> finish(Work& work);
    void keep_expired(database::Session& sql, Work const& work) const;
    static std::string digest_of(Work const& work);
    static std::int64_t write_people(database::Session& sql, Work& work, std::span<rules::EmployeeRow const> rows);
    Async<void> apply_in_chunks(
        Work& work, std::string step, std::size_t total,
        std::function<std::int64_t(database::Session&, std::size_t from, std::size_t to)> write);

    database::Database& db_;
    Clock const& clock_;
    operation::Services const& services_;
    SyncConfig config_;
};

/// The administrator's yes: switches off those held by the run who have not come back. not_found "sync_run"; conflict
/// "decided" | "expired". Returns how many.
[[nodiscard]] Result<int> accept_deletions(operation::Context& ctx, SyncRunId run, SyncConfig const& config = {});
/// The administrator's no.
[[nodiscard]] Result<int> keep_deletions(operation::Context& ctx, SyncRunId run, SyncConfig const& config = {});

struct SyncUndone {
    SyncRunId id;
    std::int64_t restored = 0;
    std::int64_t skipped = 0;  ///< changed again since, so left alone
};
BOOST_DESCRIBE_STRUCT(SyncUndone, (), (id, restored, skipped))
/// Puts back what the run changed, within 7 days, except what was changed again since. From then on nothing is
/// synchronised by itself until somebody asks for it. not_found "sync_run"; conflict "undone" | "expired" | "nothing".
[[nodiscard]] Result<SyncUndone> undo_sync(operation::Context& ctx, SyncRunId run);
void resume_automatic_syncs(operation::Context& ctx);
[[nodiscard]] bool are_automatic_syncs_paused(operation::Context& ctx);

/// Timer "org_sync_apply" of the preview: a sync that does exactly what it has shown.
void request_apply(operation::Context& ctx, SyncRunId preview);
/// Timer "org_sync" of the company: a sync as soon as possible, or the next pull. Events tell little and are not sent
/// for everything, so the company is read again every `pull_every`, and once in the night (02:00–05:00 of the company,
/// spread by company).
void request_sync(operation::Context& ctx);
/// Timer "org_sync_preview": a dry run that is recorded, as soon as possible.
void request_preview(operation::Context& ctx);
void schedule_next_sync(operation::Context& ctx, hours pull_every);
/// The timer's handler: schedules the next pull, and calls `launch` after the commit with the run's trigger ("manual"
/// if somebody asked for it, else "timer"), which starts Sync::run.
void on_sync_timer(operation::Context& ctx, hours pull_every,
                   std::function<void(TenantId, std::string const&)> const& launch);
[[nodiscard]] Instant next_sync(TenantId tenant, Zone const& zone, Instant now, hours pull_every);

}  // namespace wescrm::org
