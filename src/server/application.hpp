#pragma once
#include "assembly.hpp"
#include "callbacks.hpp"
#include "config.hpp"
#include "contact_events.hpp"
#include "media_fetches.hpp"
#include "menus.hpp"
#include "metrics.hpp"
#include "org_syncs.hpp"
#include "renderer.hpp"
#include "schema_keeper.hpp"
#include "vocabularies.hpp"
#include "web_pages.hpp"

#include <wescrm/base/clock.hpp>
#include <wescrm/jobs/token_store.hpp>
#include <wescrm/jobs/workers.hpp>
#include <wescrm/operation/operations.hpp>
#include <wescrm/web/rest.hpp>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <thread>

namespace wescrm::server {

/// One node: everything joined, from the listeners to the database. Make it, start it, stop it.
class Application {
public:
    /// What can be refused before anything is opened: templates, menu, folders. The message is for a person.
    [[nodiscard]] static Result<std::unique_ptr<Application>> make(Config config, Sealer sealer);
    ~Application();

    /// Schema, companies, listeners, workers, in this order; a database that is away does not hinder. An error if an
    /// address is taken or the schema cannot be used.
    Result<void> start();
    /// From now on /readyz says 503, requests are still served.
    void drain() { is_draining_ = true; }
    /// Stops accepting, lets running work end within `limit`, hands back what has not begun. Blocks; once, after
    /// start().
    void stop(milliseconds limit);

    [[nodiscard]] std::uint16_t port() const { return web_->port(); }

private:
    /// What is read from files before anything is opened.
    struct Files {
        wecom::CardTemplates cards;
        std::string menu;
        PageFiles pages;
    };
    Application(Config config, Sealer sealer, Files files);
    [[nodiscard]] jobs::InboxHandlers inbox_handlers();
    [[nodiscard]] jobs::TimerHandlers timer_handlers();
    [[nodiscard]] jobs::OutboxHooks outbox_hooks();
    Result<void> prepare_database();
    Result<void> listen();
    void start_background();
    asio::awaitable<void> request_syncs(std::set<TenantId> tenants);
    asio::awaitable<void> keep_timers();
    asio::awaitable<void> update_roles();
    void schedule_lost_timers(operation::Context& ctx) const;
    asio::awaitable<void> note_verified(CallbackAddress address);
    asio::awaitable<void> move_clock(Instant target);
    asio::awaitable<void> work_off(Instant target);
    asio::awaitable<void> let_messages_go(std::chrono::steady_clock::time_point until);
    [[nodiscard]] bool is_ready_for_web() const { return db_->is_reachable() && schema_.is_up_to_date(); }

    Config config_;
    Sealer sealer_;
    SystemClock machine_clock_;
    ControllableClock movable_clock_;
    Clock const& clock_;
    Metrics metrics_;
    jobs::Metrics queue_metrics_;
    SchemaKeeper schema_;
    TemplateRenderer renderer_;
    PageFiles page_files_;
    operation::ReaderTerms reader_terms_ = make_reader_terms();
    operation::Services services_;
    operation::Catalogue catalogue_ =
        make_catalogue(config_.approval, config_.exchange, config_.high_sea.recommend, config_.limits);
    Vocabularies vocabularies_;
    std::atomic<bool> is_draining_{false};

    // The listeners outlive the database, whose last jobs resume on their event loops.
    std::unique_ptr<http::Server> web_;
    std::unique_ptr<http::Server> admin_;
    asio::io_context background_{1};
    asio::executor_work_guard<asio::io_context::executor_type> background_work_{background_.get_executor()};
    std::unique_ptr<database::Database> db_;
    jobs::Companies companies_;
    http::Client http_client_;
    jobs::DatabaseTokenStore tokens_;
    wecom::Client wecom_;
    http::Client media_http_;  // answers of the size of files
    wecom::Client media_wecom_;
    MediaFetches media_fetches_;
    jobs::WecomSender sender_;
    OrgSyncs syncs_;
    ContactEvents contact_events_;
    jobs::Workers workers_;
    Menus menus_;
    operation::Operations operations_;
    web::Rest rest_;
    WebPages pages_;
    std::thread background_thread_;
};

}  // namespace wescrm::server
