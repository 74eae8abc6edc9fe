#include "application.hpp"
#include "corp_tag_runs.hpp"
#include "housekeeping.hpp"

#include <wescrm/agenda/operations.hpp>
#include <wescrm/agenda/reminders.hpp>
#include <wescrm/approval/operations.hpp>
#include <wescrm/base/log.hpp>
#include <wescrm/bot/chat.hpp>
#include <wescrm/org/handover.hpp>
#include <wescrm/org/link.hpp>
#include <wescrm/org/operations.hpp>
#include <wescrm/sales/attachment.hpp>
#include <wescrm/sales/field_timers.hpp>
#include <wescrm/sales/high_sea_jobs.hpp>
#include <wescrm/sales/operations.hpp>
#include <wescrm/sales/opportunity_closing.hpp>
#include <wescrm/sales/trade.hpp>
#include <wescrm/scrm/corp_tags.hpp>

// What the workers call: for a message that came in, a timer that is due, a push that did not arrive.
namespace wescrm::server {

jobs::InboxHandlers Application::inbox_handlers() {
    auto const observe = [this](std::string_view intent, std::string_view result, double took) {
        metrics_.command(intent, result, took);
    };
    auto const understand = [this](operation::Context& ctx) { return vocabularies_.reader(ctx); };
    auto handlers = bot::chat_handlers({catalogue_, services_, {}, config_.chat, observe, understand});
    handlers.merge(contact_handlers(contact_events_));
    return handlers;
}

jobs::TimerHandlers Application::timer_handlers() {
    auto handlers = jobs::TimerHandlers{};
    auto const timer_of = [](jobs::FiredTimer const& fired) {
        auto timer = operation::Timer{fired.kind, fired.ref_kind, fired.ref_id, fired.due};
        timer.occurrence = fired.occurrence;
        return timer;
    };
    auto known = agenda::timer_handlers(config_.reminders);
    for (auto& kind : agenda::missable_kinds()) handlers.missed_kinds.insert(std::move(kind));
    handlers.missed = [timer_of](operation::Context& ctx, std::vector<jobs::FiredTimer> const& missed) {
        auto timers = std::vector<operation::Timer>{};
        for (auto const& fired : missed) timers.push_back(timer_of(fired));
        return agenda::tell_missed(ctx, timers);
    };
    known.merge(sales::trade_timer_handlers());
    known.merge(sales::opportunity_timer_handlers());
    known.merge(sales::field_timer_handlers());
    for (auto& [kind, fire] : known)
        handlers.fire.emplace(kind, [fire, timer_of](operation::Context& ctx, jobs::FiredTimer const& fired) {
            return fire(ctx, timer_of(fired));
        });
    for (auto& [kind, fire] :
         sales::high_sea_timers(config_.high_sea, {agenda::follow_pool_entry}, config_.limits.tags))
        handlers.fire.emplace(kind, [fire, timer_of](operation::Context& ctx, jobs::FiredTimer const& fired) {
            return fire(ctx, timer_of(fired));
        });
    for (auto& [kind, fire] : exchange::timer_handlers(make_lists(config_.limits), config_.exchange))
        handlers.fire.emplace(kind, [fire, timer_of](operation::Context& ctx, jobs::FiredTimer const& fired) {
            return fire(ctx, timer_of(fired));
        });
    handlers.fire.emplace("handover_reminder", [kinds = make_handover_kinds(), timer_of](
                                                   operation::Context& ctx, jobs::FiredTimer const& fired) {
        approval::reroute_left(ctx, EmployeeId{fired.ref_id});
        return org::on_handover_reminder(ctx, timer_of(fired), *kinds);
    });
    handlers.fire.emplace("media_fetch",
                          [this](operation::Context& ctx, jobs::FiredTimer const& fired) -> Result<void> {
                              auto const id = sales::AttachmentId{fired.ref_id};
                              if (auto media = sales::begin_fetch(ctx, id))
                                  ctx.sql().after_commit([this, tenant = ctx.tenant(), id, media = std::move(*media)] {
                                      media_fetches_.launch(tenant, id, media);
                                  });
                              return {};
                          });
    handlers.fire.emplace("duplicate_scan",
                          [](operation::Context& ctx, jobs::FiredTimer const&) { return look_for_duplicates(ctx); });
    handlers.fire.emplace("org_sync_preview", [this](operation::Context& ctx, jobs::FiredTimer const&) -> Result<void> {
        ctx.sql().after_commit([this, tenant = ctx.tenant()] { syncs_.launch(tenant, "preview"); });
        return {};
    });
    handlers.fire.emplace("org_sync", [this](operation::Context& ctx, jobs::FiredTimer const&) -> Result<void> {
        tidy_company(ctx);
        exchange::forget_old(ctx, config_.exchange);
        scrm::request_corp_tags(ctx);
        org::on_sync_timer(ctx, config_.sync.pull_every,
                           [this](TenantId tenant, std::string const& trigger) { syncs_.launch(tenant, trigger); });
        return {};
    });
    for (auto const* kind : {"corp_tags", "corp_tags_preview"})
        handlers.fire.emplace(
            kind,
            [this, operations = make_lists(config_.limits)](operation::Context& ctx,
                                                            jobs::FiredTimer const& fired) -> Result<void> {
                if (!scrm::may_begin_corp_tags(ctx, fired.kind)) return {};
                auto run = [parts = CorpTagRun{*db_, companies_, wecom_, clock_, services_, operations},
                            tenant = ctx.tenant(), is_preview = fired.kind == "corp_tags_preview"] {
                    return run_corp_tags(parts, tenant, is_preview);
                };
                ctx.sql().after_commit([this, tenant = ctx.tenant(), kind = fired.kind, run = std::move(run)] {
                    syncs_.launch_other(tenant, kind, run);
                });
                return {};
            });
    handlers.fire.emplace("org_sync_apply",
                          [this](operation::Context& ctx, jobs::FiredTimer const& fired) -> Result<void> {
                              ctx.sql().after_commit([this, tenant = ctx.tenant(), preview = fired.ref_id] {
                                  syncs_.launch(tenant, "manual", org::SyncRunId{preview});
                              });
                              return {};
                          });
    return handlers;
}

jobs::OutboxHooks Application::outbox_hooks() {
    auto hooks = jobs::OutboxHooks{};
    hooks.on_recipient_unknown = [this](TenantId tenant, std::string const& user) {
        async::spawn(background_.get_executor(), read_again(contact_events_, clock_, services_, tenant, UserId{user}),
                     "recipient_unknown");
    };
    hooks.on_configuration = [](TenantId tenant, std::int64_t app, int errcode) {
        log::error(
            "wecom_configuration",
            {{"tenant", tenant.value()}, {"app", app}, {"errcode", errcode}, {"advice", wecom::explain(errcode)}});
    };
    return hooks;
}

}  // namespace wescrm::server
