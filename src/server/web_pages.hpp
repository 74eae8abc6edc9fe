#pragma once
#include "config.hpp"
#include "jssdk_script.hpp"
#include "link_checks.hpp"

#include <wescrm/http/static_files.hpp>
#include <wescrm/jobs/companies.hpp>
#include <wescrm/jobs/token_store.hpp>
#include <wescrm/web/jssdk.hpp>
#include <wescrm/web/page.hpp>
#include <wescrm/web/registration.hpp>
#include <wescrm/web/signin.hpp>
#include <wescrm/wecom/client.hpp>

namespace wescrm::server {

/// The files that pages are made of, read once.
struct PageFiles {
    web::PageTemplates templates;
    http::StaticFiles own;     ///< templates/static, served below /static
    http::StaticFiles vendor;  ///< parts of others, served below /vendor
    std::string version;       ///< changes with any of the files

    [[nodiscard]] static Result<PageFiles> load(Config const& config);
};

/// Pages and sign-in, joined with companies and WeCom.
class WebPages {
public:
    struct Parts {
        operation::Operations const& operations;
        operation::Services const& services;
        database::Database& db;
        Clock const& clock;
        jobs::Companies const& companies;
        wecom::Client& client;
        http::Client& http;
        Sealer const& sealer;
        jobs::Metrics& queue_metrics;
    };
    /// `files` and what `parts` refers to outlive this.
    WebPages(PageFiles const& files, Parts parts, Config const& config);
    void mount(http::Router& router) const;

private:
    PageFiles const& files_;
    web::Pages pages_;
    web::SignIn sign_in_;
    web::Registration registration_;
    LinkChecks checks_;
    jobs::DatabaseTokenStore company_tickets_;
    jobs::DatabaseTokenStore app_tickets_;
    JsSdkScript script_;
    web::JsSdk jssdk_;
    database::Database& db_;
    operation::Operations const& operations_;
};

}  // namespace wescrm::server
