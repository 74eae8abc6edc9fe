#pragma once
#include <wescrm/jobs/companies.hpp>
#include <wescrm/org/sync.hpp>
#include <wescrm/wecom/client.hpp>

#include <boost/asio/strand.hpp>

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>

namespace wescrm::server {

/// Runs full synchronisations in the background: one of a kind and a company at a time, a few at once, the others wait
/// in a queue. The references outlive every run.
class OrgSyncs {
public:
    struct Parts {
        database::Database& db;
        jobs::Companies const& companies;
        wecom::Client& client;
        Clock const& clock;
        operation::Services const& services;
    };

    OrgSyncs(asio::any_io_executor executor, Parts parts, org::SyncConfig config, std::size_t at_once)
        : strand_{asio::make_strand(executor)}, parts_{parts}, config_{config}, at_once_{at_once} {}

    /// From any thread. A company that waits or runs already is not queued again, unless a preview is to be applied:
    /// that comes after it.
    void launch(TenantId tenant, std::string trigger, std::optional<org::SyncRunId> as_previewed = {});
    /// Something else that is synchronised, in the same queue.
    using Other = std::function<asio::awaitable<void>()>;
    void launch_other(TenantId tenant, std::string kind, Other other);
    /// Nothing new is begun; what runs is cut off by the end of the event loop, and the next run finds it abandoned.
    void stop();

private:
    struct Wanted {
        TenantId tenant;
        std::string trigger;
        std::optional<org::SyncRunId> as_previewed;
        std::string kind{};  ///< empty: the organisation
        Other other{};
        [[nodiscard]] std::pair<TenantId, std::string> key() const { return {tenant, kind}; }
    };
    void queue(Wanted wanted);
    void start_next();
    asio::awaitable<void> run(Wanted wanted);
    asio::awaitable<void> run_org(Wanted wanted);
    asio::awaitable<void> answer_without_account(Wanted wanted);

    asio::strand<asio::any_io_executor> strand_;
    Parts parts_;
    org::SyncConfig config_;
    std::size_t at_once_;
    std::deque<Wanted> waiting_;
    std::set<std::pair<TenantId, std::string>> known_;  // waiting or running
    std::map<TenantId, Wanted> afterwards_;
    std::size_t running_ = 0;
    bool is_stopping_ = false;
};

}  // namespace wescrm::server
