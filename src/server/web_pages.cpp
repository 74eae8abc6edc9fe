#include "web_pages.hpp"

#include <wescrm/base/crypto.hpp>
#include <wescrm/org/registration.hpp>
#include <wescrm/pages/pages.hpp>
#include <wescrm/web/attachment_files.hpp>
#include <wescrm/web/downloads.hpp>
#include <wescrm/web/public_files.hpp>

#include <algorithm>
#include <array>

namespace wescrm::server {
namespace {

constexpr auto files_cached = std::chrono::hours{24 * 30};
constexpr std::int64_t company_ticket = 2;  // wecom_credential.kind
constexpr std::int64_t app_ticket = 3;
constexpr std::array used_up_codes{40029, 42003, 42022};  // invalid, expired, used: path/91023

std::optional<web::SignInCompany> company_for(jobs::Company const& company) {
    jobs::CallbackApp const* best = nullptr;
    for (auto const& app : company.apps)
        if (app.channel == jobs::CallbackChannel::app && (!best || app.agent_id < best->agent_id)) best = &app;
    if (!best || company.is_disabled) return std::nullopt;
    return web::SignInCompany{company.tenant, company.corp_id, best->agent_id};
}

Async<web::Redeemed> redeem(jobs::Companies const& companies, wecom::Client& client, TenantId tenant,
                            std::string code) {
    auto account = companies.account(tenant, jobs::CallbackChannel::app);
    if (!account) co_return account.error();
    auto query = http::Parameters{};
    query.add("code", std::move(code));
    auto const answer = co_await client.get(std::move(*account), "auth/getuserinfo", query.encoded());
    auto redeemed = web::Redeemed{};
    if (std::ranges::find(used_up_codes, answer.errcode) != used_up_codes.end()) {
        redeemed.is_used_up = true;
        co_return redeemed;
    }
    if (!answer.is_ok()) co_return Error{Errc::unavailable, "wecom"};
    redeemed.user_id = json::find_string(answer.body, "userid").value_or("");
    co_return redeemed;
}

web::SignInPorts ports_for(jobs::Companies const& companies, wecom::Client& client, database::Database& db) {
    auto ports = web::SignInPorts{};
    ports.find_company = [&companies](std::string_view corp_id) -> std::optional<web::SignInCompany> {
        auto const company = companies.find(corp_id);
        return company ? company_for(*company) : std::nullopt;
    };
    ports.companies = [&companies] {
        auto all = std::vector<web::SignInCompany>{};
        for (auto const& company : companies.all())
            if (auto found = company_for(*company)) all.push_back(std::move(*found));
        return all;
    };
    ports.brand = [&db](TenantId tenant) -> Async<web::SignInBrand> {
        auto job = [tenant](database::Session& sql) -> Result<web::SignInBrand> {
            auto const row = sql.row<std::string, std::string>(
                "select coalesce(nullif(settings ->> 'short_name', ''), name), coalesce(settings ->> 'logo_url', '') "
                "from tenant where id = :tenant",
                {database::bind("tenant", tenant)});
            if (!row) return web::SignInBrand{};
            auto const& [name, logo] = *row;
            return web::SignInBrand{name, logo.starts_with("/") ? logo : std::string{}};
        };
        co_return co_await db.run(database::Pool::web, database::Scope::of_nobody(), job);
    };
    ports.redeem = [&companies, &client](TenantId tenant, std::string code) {
        return redeem(companies, client, tenant, std::move(code));
    };
    return ports;
}

web::RegistrationPorts registration_ports(database::Database& db, Clock const& clock, Config const& config) {
    auto ports = web::RegistrationPorts{};
    ports.add_company = [&db, &clock, presets = config.presets_folder(),
                         settings = config.registration](web::RegistrationForm form) -> Async<web::NewCompanySignIn> {
        auto wanted = org::NewRegistration{std::move(form.company), std::move(form.person), std::move(form.mobile),
                                           std::move(form.corp_id), form.is_same_name_meant};
        auto made = co_await org::register_company(db, presets, settings, std::move(wanted), clock.now());
        if (!made) co_return made.error();
        co_return web::NewCompanySignIn{made->tenant, made->administrator, std::move(made->setup_code)};
    };
    ports.company_of_code = org::company_of_setup_link;
    ports.use_code = [&clock](database::Session& sql, TenantId tenant, std::string_view code) {
        return org::use_setup_link(sql, tenant, code, clock.now());
    };
    return ports;
}

jobs::TokenConfig ticket_config(std::int64_t kind) {
    auto config = jobs::TokenConfig{};
    config.kind = kind;
    config.member = "ticket";
    return config;
}

// Tickets are kept and shared like tokens: WeCom gives few an hour.
Async<web::JsSdkPorts::Signer> signer(jobs::Companies const& companies, wecom::Client& client,
                                      jobs::DatabaseTokenStore& tickets, TenantId tenant, bool is_agent) {
    auto const company = companies.find(tenant);
    auto const app = company ? company_for(*company) : std::nullopt;
    auto const account = companies.account(tenant, jobs::CallbackChannel::app);
    if (!app || !account) co_return Error{Errc::conflict, "not_linked", "企业还没有连接企业微信"};
    auto const api = std::string{is_agent ? "ticket/get" : "get_jsapi_ticket"};
    auto const query = std::string{is_agent ? "type=agent_config" : ""};
    auto const fetch = [&client, account = *account, api, query] { return client.get(account, api, query); };
    auto const [ticket, answer] = co_await tickets.token(*account, std::nullopt, fetch);
    if (!ticket) co_return Error{Errc::unavailable, "wecom", "暂时取不到企业微信的票据，请稍后再试"};
    co_return web::JsSdkPorts::Signer{app->corp_id, app->agent_id, ticket->value};
}

// The simulator plays WeCom's sign-in hosts as well.
web::SignInConfig sign_in_config(Config const& config) {
    auto made = web::SignInConfig{};
    made.public_url = config.public_url;
    made.offers_registration = config.registration.is_enabled;
    if (config.api_base != official_api_base) {
        made.authorize_url = config.api_base + "/connect/oauth2/authorize";
        made.qr_url = config.api_base + "/wwlogin/sso/login";
    }
    return made;
}

// https://developer.work.weixin.qq.com/document/path/90514; the simulator plays it as well.
std::string jssdk_url(Config const& config) {
    if (config.api_base != official_api_base) return config.api_base + "/assets/wecom-jssdk.js";
    return "https://wwcdn.weixin.qq.com/node/open/js/wecom-jssdk-2.3.3.js";
}

Result<http::StaticFiles> load_files(std::string folder) {
    auto config = http::StaticFilesConfig{};
    config.folder = std::move(folder);
    config.cache_time = files_cached;
    return http::StaticFiles::load(std::move(config));
}

}  // namespace

Result<PageFiles> PageFiles::load(Config const& config) {
    auto templates = web::PageTemplates::load(config.pages_folder());
    if (!templates) return templates.error();
    auto own = load_files(config.static_folder());
    if (!own) return own.error();
    auto vendor = load_files(config.vendor_folder);
    if (!vendor) return vendor.error();
    auto version = std::string{};
    for (auto const* name : {"app.css", "gates.css", "forms.css", "records.css", "admin.css", "phone.css", "app.js",
                             "check_in.js", "confirm.js", "dates.js", "fields.js", "lines.js", "mentions.js",
                             "products.js", "regions.js", "tokens.css", "icons.svg"})
        version += own->version_of(name);
    version += vendor->version_of("htmx.min.js") + vendor->version_of("weui.min.css");
    return PageFiles{std::move(*templates), std::move(*own), std::move(*vendor),
                     to_base64url(sha256(version)).substr(0, 10)};
}

WebPages::WebPages(PageFiles const& files, Parts parts, Config const& config)
    : files_{files},
      pages_{parts.operations, parts.services, files.templates, {config.session, config.public_url, files.version}},
      sign_in_{pages_, parts.db, parts.clock, ports_for(parts.companies, parts.client, parts.db),
               sign_in_config(config)},
      registration_{pages_,
                    parts.db,
                    parts.clock,
                    registration_ports(parts.db, parts.clock, config),
                    config.registration.is_enabled,
                    config.registration.per_minute},
      checks_{{parts.operations, parts.services, parts.clock, parts.client, parts.sealer, config.link_tries_per_hour}},
      company_tickets_{parts.db, parts.sealer, parts.clock, parts.queue_metrics, ticket_config(company_ticket)},
      app_tickets_{parts.db, parts.sealer, parts.clock, parts.queue_metrics, ticket_config(app_ticket)},
      script_{parts.http, parts.clock, jssdk_url(config)},
      jssdk_{pages_,
             parts.db,
             parts.clock,
             {[this, parts](TenantId tenant, bool is_agent) {
                  return signer(parts.companies, parts.client, is_agent ? app_tickets_ : company_tickets_, tenant,
                                is_agent);
              },
              [this] { return script_.get(); }}},
      db_{parts.db},
      operations_{parts.operations} {
    auto ports = pages::Ports{};
    ports.check_link = [this](web::Visitor visitor, http::Parameters form) {
        return checks_.check(std::move(visitor), std::move(form));
    };
    ports.bind_administrator = [this](web::Visitor visitor, http::Parameters form) {
        return checks_.bind(std::move(visitor), std::move(form));
    };
    ports.logo_bytes = config.logo_bytes;
    pages::add_pages(pages_, std::move(ports));
}

void WebPages::mount(http::Router& router) const {
    pages_.mount(router);
    sign_in_.mount(router);
    registration_.mount(router);
    jssdk_.mount(router);
    web::add_public_files(router, db_);
    web::add_attachment_files(router, operations_, pages_);
    for (auto const& download : {web::Download{"/app/exports/{id}/file", "export.content", "id"},
                                 web::Download{"/app/imports/{id}/failed", "import.result", "id"},
                                 web::Download{"/app/import-templates/{object}", "import.template", "object"}})
        web::add_download(router, pages_, operations_, download);
    router.add(http::Method::get, "/static/{file...}", files_.own.handler());
    router.add(http::Method::get, "/vendor/{file...}", files_.vendor.handler());
    router.add(http::Method::get, "/", [](http::Request&) -> asio::awaitable<http::Response> {
        auto response = http::Response{};
        response.status = 303;
        response.headers.set("Location", "/app/");
        co_return response;
    });
}

}  // namespace wescrm::server
