#include "web_pages.hpp"

#include <wescrm/base/crypto.hpp>
#include <wescrm/pages/pages.hpp>

#include <algorithm>
#include <array>

namespace wescrm::server {
namespace {

constexpr auto files_cached = std::chrono::hours{24 * 30};
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

web::SignInPorts ports_for(jobs::Companies const& companies, wecom::Client& client) {
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
    ports.redeem = [&companies, &client](TenantId tenant, std::string code) {
        return redeem(companies, client, tenant, std::move(code));
    };
    return ports;
}

// The simulator plays WeCom's sign-in hosts as well.
web::SignInConfig sign_in_config(Config const& config) {
    auto made = web::SignInConfig{};
    made.public_url = config.public_url;
    if (config.api_base != official_api_base) {
        made.authorize_url = config.api_base + "/connect/oauth2/authorize";
        made.qr_url = config.api_base + "/wwlogin/sso/login";
    }
    return made;
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
    for (auto const* name : {"app.css", "app.js", "tokens.css", "icons.svg"}) version += own->version_of(name);
    version += vendor->version_of("htmx.min.js") + vendor->version_of("weui.min.css");
    return PageFiles{std::move(*templates), std::move(*own), std::move(*vendor),
                     to_base64url(sha256(version)).substr(0, 10)};
}

WebPages::WebPages(PageFiles const& files, Parts parts, Config const& config)
    : files_{files},
      pages_{parts.operations, parts.services, files.templates, {config.session, config.public_url, files.version}},
      sign_in_{pages_, parts.db, parts.clock, ports_for(parts.companies, parts.client), sign_in_config(config)} {
    pages::add_pages(pages_);
}

void WebPages::mount(http::Router& router) const {
    pages_.mount(router);
    sign_in_.mount(router);
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
