#pragma once
#include "../program.hpp"

#include <wescrm/operation/outbox.hpp>
#include <wescrm/org/company.hpp>

#include <memory>

namespace wescrm::server::cli {

/// What commands about companies need, opened together.
struct CompanyTools {
    database::Database& db;
    Sealer const& sealer;
    org::CompanyRegistry registry;
};
[[nodiscard]] Result<CompanyTools> company_tools(Program& program);

/// The tenant of --corp-id. not_found "company".
[[nodiscard]] Result<TenantId> tenant_of(CompanyTools& tools, std::string const& corp_id);

/// The renderer for commands that tell somebody something.
[[nodiscard]] Result<std::unique_ptr<operation::MessageRenderer>> make_renderer(Config const& config);

}  // namespace wescrm::server::cli
