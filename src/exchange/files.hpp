#pragma once
#include "kinds.hpp"

#include <wescrm/tables/write.hpp>

namespace wescrm::exchange {

/// A file as an answer: {"file_name", "content"} with the content in base64.
struct File {
    std::string file_name;
    std::string content;
};
BOOST_DESCRIBE_STRUCT(File, (), (file_name, content))

/// Reads the upload into a new import; its columns are mapped by their headings.
[[nodiscard]] Result<ImportId> take_upload(operation::Context& ctx, Lists const& lists, ImportObject object,
                                           std::string const& file_name, std::string_view content,
                                           tables::Limits const& limits);
/// What the company took these headings for when it imported such records before, by heading as it is compared.
[[nodiscard]] std::map<std::string, std::string> known_headings(operation::Context& ctx, std::string const& object,
                                                                std::vector<std::string> const& headers);
void remember_headings(operation::Context& ctx, Import const& import);
/// The key of the field that a heading means; no_field if none, or one that an earlier column has.
[[nodiscard]] std::vector<std::string> proposed_mapping(std::vector<std::string> const& headers,
                                                        std::vector<sales::BulkField> const& fields,
                                                        std::map<std::string, std::string> const& known);
/// An empty table to be filled in.
[[nodiscard]] File template_for(operation::Context& ctx, Lists const& lists, ImportObject object);
/// The rows that failed, as they were, with the reason in a last column.
[[nodiscard]] File failed_rows(operation::Context& ctx, Import const& import);

/// "王思远 2026-11-27 10:00", for the foot of a table.
[[nodiscard]] std::string watermark(operation::Context& ctx);

}  // namespace wescrm::exchange
