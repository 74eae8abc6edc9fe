#include "application.hpp"

#include "admin.hpp"
#include "callbacks.hpp"
#include "gauges.hpp"
#include "housekeeping.hpp"

#include <wescrm/agenda/operations.hpp>
#include <wescrm/agenda/reminders.hpp>
#include <wescrm/approval/operations.hpp>
#include <wescrm/base/log.hpp>
#include <wescrm/bot/chat.hpp>
#include <wescrm/bot/menu.hpp>
#include <wescrm/jobs/operations.hpp>
#include <wescrm/operation/permissions.hpp>
#include <wescrm/org/handover.hpp>
#include <wescrm/org/link.hpp>
#include <wescrm/org/operations.hpp>
#include <wescrm/org/preset_roles.hpp>
#include <wescrm/sales/attachment.hpp>
#include <wescrm/sales/high_sea_jobs.hpp>
#include <wescrm/sales/operations.hpp>
#include <wescrm/sales/trade.hpp>
#include <wescrm/web/operations.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include <fstream>
#include <future>
#include <iterator>

namespace wescrm::server {
namespace {

constexpr auto first_inbox_depth_wait = milliseconds{20};
constexpr auto longest_settling = seconds{10};
constexpr auto clock_step = hours{6};
constexpr auto sync_timer_check_every = minutes{10};

Result<std::string> read_menu(Config const& config) {
    auto stream = std::ifstream{config.menu_file(), std::ios::binary};
    if (!stream) return Error{Errc::invalid_input, "configuration", config.menu_file() + ": cannot be read"};
    auto menu = std::string{std::istreambuf_iterator<char>{stream}, {}};
    // With the longest id that a company may have, so that each one's menu is good if this one is.
    auto const body = bot::menu_body(menu, config.public_url, std::string(64, 'w'));
    if (!body) return Error{Errc::invalid_input, "configuration", config.menu_file() + ": " + body.error().message};
    return menu;
}

http::ClientConfig media_client(Config const& config) {
    auto client = config.wecom_client;
    client.answer_bytes = std::max(client.answer_bytes, config.media.fetch_bytes);
    client.connections_per_host = config.media.fetches_at_once;
    return client;
}

std::unique_ptr<database::Database> make_database(Config const& config, Metrics& metrics) {
    auto db = std::make_unique<database::Database>(config.database);
    db->on_wait([&metrics](database::Pool pool, double waited) {
        constexpr std::array<std::string_view, 4> names{"intake", "web", "worker", "report"};
        metrics.database_wait(names.at(static_cast<std::size_t>(pool)), waited);
    });
    return db;
}

}  // namespace

Result<std::unique_ptr<Application>> Application::make(Config config, Sealer sealer) {
    auto templates = wecom::CardTemplates::load(config.cards_folder());
    if (!templates) return templates.error();
    auto menu = read_menu(config);
    if (!menu) return menu.error();
    auto pages = PageFiles::load(config);
    if (!pages) return pages.error();
    auto files = Files{std::move(*templates), std::move(*menu), std::move(*pages)};
    return std::unique_ptr<Application>{new Application{std::move(config), std::move(sealer), std::move(files)}};
}

Application::Application(Config config, Sealer sealer, Files files)
    : config_{std::move(config)},
      sealer_{std::move(sealer)},
      clock_{config_.is_clock_controllable ? static_cast<Clock const&>(movable_clock_) : machine_clock_},
      schema_{config_},
      renderer_{std::move(files.cards)},
      page_files_{std::move(files.pages)},
      services_{&renderer_,
                [this](TenantId tenant) { workers_.wake_sender(tenant); },
                [this](TenantId tenant) { workers_.wake_timers(tenant); },
                &reader_terms_,
                &sealer_,
                config_.public_url},
      vocabularies_{config_.chat.vocabularies, config_.chat.company_words},
      db_{make_database(config_, metrics_)},
      companies_{*db_, sealer_, config_.cache_folder()},
      http_client_{background_.get_executor(), config_.wecom_client},
      tokens_{*db_, sealer_, clock_, queue_metrics_},
      wecom_{http_client_, tokens_, config_.api_base,
             [this](std::string_view api, int errcode, double took) { metrics_.wecom_request(api, errcode, took); }},
      media_http_{background_.get_executor(), media_client(config_)},
      media_wecom_{
          media_http_, tokens_, config_.api_base,
          [this](std::string_view api, int errcode, double took) { metrics_.wecom_request(api, errcode, took); }},
      media_fetches_{background_.get_executor(), {*db_, companies_, media_wecom_, clock_, services_}, config_.media},
      sender_{wecom_, companies_},
      syncs_{background_.get_executor(),
             {*db_, companies_, wecom_, clock_, services_},
             config_.sync,
             config_.syncs_at_once},
      contact_events_{*db_, companies_, wecom_, config_.contact_events},
      workers_{background_.get_executor(),
               {*db_, companies_, sealer_, clock_, services_, sender_, queue_metrics_, inbox_handlers(),
                timer_handlers(), outbox_hooks()},
               config_.jobs},
      menus_{{*db_, companies_, workers_.buckets(), wecom_},
             [menu = std::move(files.menu), url = config_.public_url](std::string_view corp_id) {
                 return json::write(bot::menu_body(menu, url, corp_id).value());
             }},
      operations_{*db_, clock_, catalogue_, services_},
      rest_{operations_, config_.rest},
      pages_{page_files_,
             {operations_, services_, *db_, clock_, companies_, wecom_, http_client_, sealer_, queue_metrics_},
             config_} {
    queue_metrics_.on_callback = [this](std::string const& kind, std::string const& result, double took) {
        metrics_.callback(kind, result, took);
    };
    workers_.intake().on_outage_over([this](std::set<TenantId> const& tenants) {
        async::spawn(background_.get_executor(), request_syncs(tenants), "sync_after_outage");
    });
}

Application::~Application() {
    db_.reset();
    background_work_.reset();
    background_.stop();
    if (background_thread_.joinable()) background_thread_.join();
}

// ---- starting and stopping
// ------------------------------------------------------------------------------------------------

Result<void> Application::start() {
    if (auto prepared = prepare_database(); !prepared) return prepared.error();
    background_thread_ = std::thread{[this] { background_.run(); }};
    start_background();
    if (auto listening = listen(); !listening) return listening.error();
    log::info(
        "started",
        {{"listen", config_.http.listen}, {"admin", config_.admin.listen}, {"companies", companies_.all().size()}});
    return {};
}

Result<void> Application::prepare_database() {
    auto const migrated = schema_.try_now();
    if (!migrated) return migrated.error();
    if (*migrated && companies_.load()) return {};
    auto const is_known = companies_.load_snapshot();
    log::warning("started_without_database", {{"companies_from_snapshot", is_known}});
    return {};
}

void Application::start_background() {
    auto const executor = background_.get_executor();
    if (!schema_.is_up_to_date()) async::spawn(executor, schema_.keep_trying(), "schema");
    workers_.start();
    async::spawn(executor, menus_.keep(), "menus");
    async::spawn(executor, keep_timers(), "lost_timers");
    async::spawn(executor, update_roles(), "preset_roles");
}

Result<void> Application::listen() {
    auto router = std::make_shared<http::Router>();
    add_callback_routes(*router, workers_.intake(), [this](CallbackAddress address) {
        async::spawn(background_.get_executor(), note_verified(std::move(address)), "callback_verified");
    });
    rest_.mount(*router);
    pages_.mount(*router);
    auto admin = std::make_shared<http::Router>();
    auto ports = AdminPorts{};
    ports.readiness = [this] {
        return AdminPorts::Readiness{workers_.intake().is_ready(), db_->is_reachable(), schema_.is_up_to_date(),
                                     is_draining_};
    };
    ports.collect = [this](Metrics& metrics) { show_queue_figures(metrics, queue_metrics_); };
    ports.move_clock = [this](Instant target) { return move_clock(target); };
    add_admin_routes(*admin, metrics_, std::move(ports), config_.is_clock_controllable ? &movable_clock_ : nullptr);
    auto const start = [](http::ServerConfig const& config, std::shared_ptr<http::Router> routes) {
        return http::Server::start(config, [routes](http::Request& request) { return routes->handle(request); });
    };
    auto served = start(config_.http, std::move(router));
    if (!served) return served.error();
    web_ = std::move(*served);
    auto watched = start(config_.admin, std::move(admin));
    if (!watched) return watched.error();
    admin_ = std::move(*watched);
    return {};
}

void Application::stop(milliseconds limit) {
    is_draining_ = true;
    if (web_) web_->stop(limit);
    syncs_.stop();
    media_fetches_.stop();
    asio::co_spawn(background_, workers_.stop(limit), asio::use_future).wait();
    if (admin_) admin_->stop(milliseconds{500});
    db_.reset();
    background_work_.reset();
    background_.stop();
    if (background_thread_.joinable()) background_thread_.join();
    log::info("stopped");
}

// ---- background work
// ------------------------------------------------------------------------------------------------------

asio::awaitable<void> Application::request_syncs(std::set<TenantId> tenants) {
    for (auto const tenant : tenants) {
        auto job = [this, tenant](database::Session& sql) -> Result<int> {
            auto ctx = operation::Context{sql, operation::system_actor(tenant, operation::Channel::timer), clock_.now(),
                                          services_};
            org::request_sync(ctx);
            return 0;
        };
        auto const done = co_await db_->run(database::Pool::worker, database::Scope::of(tenant), std::move(job));
        if (!done) log::warning("sync_not_requested", {{"tenant", tenant.value()}, {"reason", done.error().reason}});
    }
}

// Built-in roles follow the product as soon as its schema is there.
asio::awaitable<void> Application::update_roles() {
    for (auto is_done = false; !is_done;) {
        if (schema_.is_up_to_date()) {
            auto const gained = co_await org::update_preset_roles(*db_, config_.presets_folder(), clock_.now());
            is_done = gained || gained.error().code != Errc::unavailable;
            if (!gained) log::warning("preset_roles_not_updated", {{"reason", gained.error().reason}});
            if (gained && *gained > 0) log::info("preset_roles_updated", {{"roles", *gained}});
        }
        if (!is_done) co_await async::sleep_for(seconds{1});
    }
}

// A company that was added, or whose timers were lost, gets its next synchronisation and its next night.
asio::awaitable<void> Application::keep_timers() {
    auto wait = async::Duration{seconds{1}};
    while (co_await async::sleep_for(wait)) {
        auto job = [](database::Session& sql) -> Result<std::vector<TenantId>> {
            return sql.values<TenantId>(
                "select t.id from tenant t where t.status = 'active' and (select count(*) from timer x where "
                "x.tenant_id = t.id and x.kind in ('org_sync', 'high_sea_night', 'morning_digest') and x.state = 0) < "
                "3 "
                "limit 1000");
        };
        auto const without = co_await db_->run(database::Pool::worker, database::Scope::of_queues(), std::move(job));
        wait = without ? async::Duration{sync_timer_check_every} : async::Duration{seconds{1}};
        if (!without) continue;
        for (auto const tenant : *without) {
            auto const company = companies_.find(tenant);
            auto schedule = [this, tenant,
                             zone = company ? company->zone : Zone{}](database::Session& sql) -> Result<int> {
                auto ctx = operation::Context{sql, operation::system_actor(tenant, operation::Channel::timer, zone),
                                              clock_.now(), services_};
                schedule_lost_timers(ctx);
                return 0;
            };
            co_await db_->run(database::Pool::worker, database::Scope::of(tenant), std::move(schedule));
        }
    }
}

void Application::schedule_lost_timers(operation::Context& ctx) const {
    auto const waits = [&ctx](std::string_view kind) {
        return ctx.sql()
            .value<int>("select 1 from timer where tenant_id = :tenant and kind = :kind and state = 0 limit 1",
                        {database::bind("tenant", ctx.tenant()), database::bind("kind", kind)})
            .has_value();
    };
    if (!waits("org_sync")) org::schedule_next_sync(ctx, config_.sync.pull_every);
    if (!waits("high_sea_night")) sales::schedule_night(ctx, config_.high_sea);
    if (!waits("morning_digest")) agenda::schedule_morning(ctx);
}

// The link wizard waits for it.
asio::awaitable<void> Application::note_verified(CallbackAddress address) {
    auto job = [address = std::move(address), now = clock_.now()](database::Session& sql) -> Result<int> {
        org::note_verified(sql, address.corp_id, address.kind, address.agent_id, now);
        return 0;
    };
    auto const done = co_await db_->run(database::Pool::worker, database::Scope::of_queues(), std::move(job));
    if (!done) log::warning("callback_verified_not_noted", {{"reason", done.error().reason}});
}

// A jump goes in steps, so that what a night says has arrived before the next one asks whether it did.
asio::awaitable<void> Application::move_clock(Instant target) {
    auto const patience = std::chrono::steady_clock::now() + longest_settling;
    while (clock_.now() + clock_step < target) {
        co_await work_off(clock_.now() + clock_step);
        co_await let_messages_go(patience);
    }
    co_await work_off(target);
    co_await let_messages_go(std::chrono::steady_clock::now() + longest_settling);
}

asio::awaitable<void> Application::work_off(Instant target) {
    co_await workers_.work_off_due(target, [this](Instant at) { movable_clock_.advance(at - clock_.now()); });
    movable_clock_.advance(target - clock_.now());
}

// Waits until what was due has been handed to WeCom, or for a while if WeCom does not take it.
asio::awaitable<void> Application::let_messages_go(std::chrono::steady_clock::time_point until) {
    auto job = [now = clock_.now()](database::Session& sql) -> Result<std::int64_t> {
        return sql
            .value<std::int64_t>(
                "select (select count(*) from outbox where state in (0, 1) and not_before <= :now) + "
                "(select count(*) from inbox where state in (0, 1))",
                {database::bind("now", now)})
            .value_or(0);
    };
    while (std::chrono::steady_clock::now() < until) {
        auto again = job;
        auto const waiting = co_await db_->run(database::Pool::web, database::Scope::of_queues(), std::move(again));
        if (!waiting || *waiting == 0) co_return;
        co_await async::sleep_for(first_inbox_depth_wait);
    }
}

}  // namespace wescrm::server
