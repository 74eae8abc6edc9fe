#include "org_syncs.hpp"

#include <wescrm/base/log.hpp>

#include <boost/asio/post.hpp>

namespace wescrm::server {

void OrgSyncs::launch(TenantId tenant, std::string trigger) {
    asio::post(strand_, [this, tenant, trigger = std::move(trigger)]() mutable {
        if (is_stopping_ || !known_.insert(tenant).second) return;
        waiting_.push_back({tenant, std::move(trigger)});
        start_next();
    });
}

void OrgSyncs::stop() {
    asio::post(strand_, [this] {
        is_stopping_ = true;
        waiting_.clear();
    });
}

void OrgSyncs::start_next() {
    while (running_ < at_once_ && !waiting_.empty()) {
        auto wanted = std::move(waiting_.front());
        waiting_.pop_front();
        ++running_;
        async::spawn(strand_, run(std::move(wanted)), "org_sync");
    }
}

asio::awaitable<void> OrgSyncs::run(Wanted wanted) {
    struct Ended {
        OrgSyncs& all;
        TenantId tenant;
        ~Ended() {
            --all.running_;
            all.known_.erase(tenant);
            all.start_next();
        }
    };
    auto const ended = Ended{*this, wanted.tenant};
    auto account = parts_.companies.account(wanted.tenant, jobs::CallbackChannel::app);
    auto const company = parts_.companies.find(wanted.tenant);
    if (!account || !company || company->is_disabled) co_return;
    auto agent_id = std::int64_t{0};
    for (auto const& app : company->apps)
        if (app.id == account->app_id) agent_id = app.agent_id;
    auto source = org::WecomContacts{parts_.client, std::move(*account), agent_id};
    auto sync = org::Sync{parts_.db, parts_.clock, parts_.services, config_};
    auto options = org::SyncOptions{};
    options.trigger = wanted.trigger;
    options.is_dry_run = wanted.trigger == "preview";
    auto const report = co_await sync.run(wanted.tenant, source, std::move(options));
    if (!report && report.error().reason != "sync_running")
        log::warning("org_sync_failed", {{"tenant", wanted.tenant.value()},
                                         {"code", name_of(report.error().code)},
                                         {"reason", report.error().reason}});
}

}  // namespace wescrm::server
