#include "corp_tag_runs.hpp"

#include <wescrm/base/log.hpp>

namespace wescrm::server {

asio::awaitable<void> run_corp_tags(CorpTagRun parts, TenantId tenant, bool is_preview) {
    auto sync = scrm::CorpTagSync{parts.db, parts.clock, parts.services, parts.operations};
    auto const company = parts.companies.find(tenant);
    if (!company || company->is_disabled) co_return;
    auto account = parts.companies.account(tenant, jobs::CallbackChannel::app);
    auto done = Result<void>{};
    if (account) {
        auto there = scrm::WecomCorpTags{parts.client, std::move(*account)};
        done = co_await sync.run(tenant, there, is_preview);
    } else {
        done = co_await sync.fail(tenant, "企业微信应用的凭证不可用，请先在「管理」的「企业微信」里填写应用的凭证");
    }
    if (!done && done.error().reason != "corp_tags_running")
        log::warning(
            "corp_tags_failed",
            {{"tenant", tenant.value()}, {"code", name_of(done.error().code)}, {"reason", done.error().reason}});
}

}  // namespace wescrm::server
