#pragma once
#include <wescrm/operation/context.hpp>

namespace wescrm::server {

/// What time alone makes due in a company's own tables: team members whose time is over, what lies in the recycle bin
/// for long, rows for taking back old synchronisations. With the timer of the company's next pull: every few hours and
/// once in the night. A bounded number each time.
void tidy_company(operation::Context& ctx);

}  // namespace wescrm::server
