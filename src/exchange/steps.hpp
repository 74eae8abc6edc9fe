#pragma once
#include "export_job.hpp"
#include "import_job.hpp"

namespace wescrm::exchange {

/// Whoever started the job, as he may work now; `table`: import_job, export_job.
[[nodiscard]] Result<operation::Actor> actor_of_job(operation::Context& ctx, std::string const& table, std::int64_t id);

/// The next piece of a job; nothing if it is not under way.
Result<void> import_step(operation::Context& system, Lists const& lists, Config const& config, ImportId id);
Result<void> export_step(operation::Context& system, Lists const& lists, Config const& config, ExportId id);

}  // namespace wescrm::exchange
