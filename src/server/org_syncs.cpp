#include "org_syncs.hpp"

#include <wescrm/base/log.hpp>
#include <wescrm/org/failed_sync.hpp>

#include <boost/asio/post.hpp>

namespace wescrm::server {

void OrgSyncs::launch(TenantId tenant, std::string trigger, std::optional<org::SyncRunId> as_previewed) {
    queue(Wanted{tenant, std::move(trigger), as_previewed});
}

void OrgSyncs::launch_other(TenantId tenant, std::string kind, Other other) {
    queue(Wanted{tenant, {}, {}, std::move(kind), std::move(other)});
}

void OrgSyncs::queue(Wanted given) {
    asio::post(strand_, [this, wanted = std::move(given)]() mutable {
        if (is_stopping_) return;
        if (!known_.insert(wanted.key()).second) {
            if (wanted.as_previewed) afterwards_.insert_or_assign(wanted.tenant, std::move(wanted));
            return;
        }
        waiting_.push_back(std::move(wanted));
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
        std::pair<TenantId, std::string> key;
        ~Ended() {
            --all.running_;
            all.known_.erase(key);
            auto next =
                key.second.empty() ? all.afterwards_.extract(key.first) : decltype(all.afterwards_)::node_type{};
            if (!next.empty() && !all.is_stopping_) {
                all.known_.insert(key);
                all.waiting_.push_back(std::move(next.mapped()));
            }
            all.start_next();
        }
    };
    auto const ended = Ended{*this, wanted.key()};
    if (wanted.other)
        co_await wanted.other();
    else
        co_await run_org(std::move(wanted));
}

asio::awaitable<void> OrgSyncs::run_org(Wanted wanted) {
    auto account = parts_.companies.account(wanted.tenant, jobs::CallbackChannel::app);
    auto const company = parts_.companies.find(wanted.tenant);
    if (!company || company->is_disabled) co_return;
    if (!account) co_return co_await answer_without_account(wanted);
    auto agent_id = std::int64_t{0};
    for (auto const& app : company->apps)
        if (app.id == account->app_id) agent_id = app.agent_id;
    auto source = org::WecomContacts{parts_.client, std::move(*account), agent_id};
    auto sync = org::Sync{parts_.db, parts_.clock, parts_.services, config_};
    auto options = org::SyncOptions{};
    options.trigger = wanted.trigger;
    options.is_dry_run = wanted.trigger == "preview";
    options.as_previewed = wanted.as_previewed;
    auto const report = co_await sync.run(wanted.tenant, source, std::move(options));
    if (!report && report.error().reason != "sync_running")
        log::warning("org_sync_failed", {{"tenant", wanted.tenant.value()},
                                         {"code", name_of(report.error().code)},
                                         {"reason", report.error().reason}});
}

// A pull that nobody asked for stays silent: a company that is not linked has nothing to read.
asio::awaitable<void> OrgSyncs::answer_without_account(Wanted wanted) {
    auto job = [this, wanted](database::Session& sql) -> Result<int> {
        auto const is_awaited = wanted.trigger == "preview" ||
                                sql.value<int>("select 1 from sync_request where tenant_id = :tenant limit 1",
                                               {database::bind("tenant", wanted.tenant)});
        if (!is_awaited) return 0;
        auto ctx = operation::Context{sql, operation::system_actor(wanted.tenant, operation::Channel::sync),
                                      parts_.clock.now(), parts_.services};
        org::record_failed_sync(ctx, wanted.trigger, "企业微信应用的凭证不可用，请管理员重新填写应用的 Secret");
        return 0;
    };
    auto const scope = database::Scope::of(wanted.tenant);
    auto const done = co_await parts_.db.run(database::Pool::worker, scope, std::move(job));
    log::warning("org_sync_without_account", {{"tenant", wanted.tenant.value()}, {"told", done.has_value()}});
}

}  // namespace wescrm::server
