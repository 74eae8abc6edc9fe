#pragma once
#include "import_job.hpp"

#include <wescrm/tables/write.hpp>

namespace wescrm::exchange {

/// A file as an answer: {"file_name", "content"} with the content in base64.
struct File {
    std::string file_name;
    std::string content;
};
BOOST_DESCRIBE_STRUCT(File, (), (file_name, content))

/// Reads the upload into a new import; its columns are mapped by their headings.
[[nodiscard]] Result<ImportId> take_upload(operation::Context& ctx, sales::BulkObject object,
                                           std::string const& file_name, std::string_view content,
                                           tables::Limits const& limits);
/// The key of the field that a heading means; no_field if none, or one that an earlier column has.
[[nodiscard]] std::vector<std::string> proposed_mapping(std::vector<std::string> const& headers,
                                                        std::vector<sales::BulkField> const& fields);
/// An empty table to be filled in.
[[nodiscard]] File template_for(operation::Context& ctx, sales::BulkObject object);
/// The rows that failed, as they were, with the reason in a last column.
[[nodiscard]] File failed_rows(operation::Context& ctx, Import const& import);

/// "customer" → 客户.
[[nodiscard]] std::string title_of(sales::BulkObject object);
/// "王思远 2026-11-27 10:00", for the foot of a table.
[[nodiscard]] std::string watermark(operation::Context& ctx);

}  // namespace wescrm::exchange
