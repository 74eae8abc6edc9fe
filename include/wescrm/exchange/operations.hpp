#pragma once
#include <wescrm/approval/subject.hpp>
#include <wescrm/exchange/config.hpp>
#include <wescrm/operation/catalogue.hpp>
#include <wescrm/operation/context.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>

// Tables in and out: imports from xlsx and csv, exports of lists. Both are jobs in the database that timers move on,
// piece by piece, so that a process that dies loses nothing.
namespace wescrm::exchange {

/// The list operations ("customer.list") that exports read: the same rows, fields and masks as on the screen.
using Lists = std::shared_ptr<operation::Catalogue const>;

void add_operations(operation::Catalogue& catalogue, Lists lists, Config const& config);

using TimerHandlers = std::map<std::string, std::function<Result<void>(operation::Context&, operation::Timer const&)>>;
/// import_step, export_step: one piece of a job each, which sets the next one.
[[nodiscard]] TimerHandlers timer_handlers(Lists lists, Config const& config);

/// Files whose rows are more than the company lets out without a superior's consent.
void add_approval_subjects(approval::Subjects& subjects);

/// Forgets old imports and exports; daily.
void forget_old(operation::Context& ctx, Config const& config);

}  // namespace wescrm::exchange
