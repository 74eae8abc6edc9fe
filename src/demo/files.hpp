#pragma once
#include <wescrm/base/result.hpp>
#include <wescrm/database/session.hpp>

#include <string>

namespace wescrm::demo {

/// What a company that works for a while has lying about: pictures and documents at follow-ups, customers and orders,
/// finished exports, keys of other programs, messages that were sent, records in the recycle bin. As many in a large
/// company as in a small one. `presets` holds the documents, in its folder `demo`.
Result<void> insert_files(database::Session& sql, TenantId tenant, std::string const& presets, Instant now);

}  // namespace wescrm::demo
