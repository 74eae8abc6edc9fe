#pragma once
#include "export_job.hpp"
#include "import_job.hpp"

namespace wescrm::exchange {

/// A message to whoever started it: what became of the import that has just ended.
void tell_import_ended(operation::Context& ctx, ImportId id);
/// One to each colleague who got some of what was imported, and for whom that is news.
void tell_import_receivers(operation::Context& ctx, ImportId id);
void tell_export_ended(operation::Context& ctx, ExportId id);
/// Of a large one, besides whoever asked for it.
void tell_administrators(operation::Context& ctx, ExportId id);

}  // namespace wescrm::exchange
