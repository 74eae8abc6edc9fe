#pragma once
#include <wescrm/jobs/companies.hpp>
#include <wescrm/scrm/corp_tags.hpp>

namespace wescrm::server {

/// What a run of corp tags works with. The references outlive every run.
struct CorpTagRun {
    database::Database& db;
    jobs::Companies const& companies;
    wecom::Client& client;
    Clock const& clock;
    operation::Services const& services;
    scrm::Operations operations;
};

/// A run for the company, as its app; without one it is recorded why there is none.
asio::awaitable<void> run_corp_tags(CorpTagRun parts, TenantId tenant, bool is_preview);

}  // namespace wescrm::server
