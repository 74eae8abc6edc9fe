#pragma once
#include "import_job.hpp"

// What can be imported: customers and leads are written in sets, records of other kinds one by one through their
// operations.
namespace wescrm::exchange {

[[nodiscard]] bool is_in_sets(ImportObject object);
/// Whether a table can bring new ones; people come from WeCom.
[[nodiscard]] bool can_create(ImportObject object);
/// "客户".
[[nodiscard]] std::string title_of(ImportObject object);

/// The fields that the actor may fill, in the order of a template.
[[nodiscard]] std::vector<sales::BulkField> fields_of(operation::Context& ctx, Lists const& lists, ImportObject object);
/// Whether rows of these columns can mean records that are there; invalid_input naming mapping or mode.
Result<void> insist_can_find(ImportObject object, std::vector<std::string> const& mapping);
/// What writing would do, without doing it.
[[nodiscard]] std::vector<sales::BulkOutcome> check_rows(operation::Context& ctx, Lists const& lists,
                                                         Import const& import, std::vector<sales::BulkRow> const& rows,
                                                         sales::Limits const& limits);
std::vector<sales::BulkOutcome> write_rows(operation::Context& ctx, Lists const& lists, Import const& import,
                                           std::vector<sales::BulkRow> const& rows, sales::Limits const& limits);
/// Takes back what nobody has changed since.
std::vector<sales::BulkOutcome> undo_rows(operation::Context& ctx, Lists const& lists, Import const& import,
                                          std::vector<sales::BulkWritten> const& written);

}  // namespace wescrm::exchange
