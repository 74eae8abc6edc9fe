#pragma once
#include <wescrm/operation/context.hpp>

namespace wescrm::server {

/// The next piece of the nightly look for duplicates; sets the timer duplicate_scan for the one after.
Result<void> look_for_duplicates(operation::Context& ctx);

/// What time alone makes due in a company's own tables: team members whose time is over, what lies in the recycle bin
/// for long, rows for taking back old synchronisations. With the timer of the company's next pull: every few hours and
/// once in the night. A bounded number each time.
void tidy_company(operation::Context& ctx);

}  // namespace wescrm::server
