#include "companies.hpp"

#include "../renderer.hpp"

namespace wescrm::server::cli {

Result<CompanyTools> company_tools(Program& program) {
    auto db = program.database();
    if (!db) return db.error();
    auto sealer = program.sealer();
    if (!sealer) return sealer.error();
    return CompanyTools{**db, **sealer, org::CompanyRegistry{**db, **sealer, program.config.presets_folder()}};
}

Result<TenantId> tenant_of(CompanyTools& tools, std::string const& corp_id) {
    auto const company = tools.registry.show(corp_id);
    if (!company) return company.error();
    return company->tenant;
}

Result<std::unique_ptr<operation::MessageRenderer>> make_renderer(Config const& config) {
    auto templates = wecom::CardTemplates::load(config.cards_folder());
    if (!templates) return templates.error();
    return std::make_unique<TemplateRenderer>(std::move(*templates));
}

}  // namespace wescrm::server::cli
