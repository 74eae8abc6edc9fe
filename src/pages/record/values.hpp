#pragma once
#include "kind.hpp"

#include <wescrm/operation/catalogue.hpp>
#include <wescrm/web/page.hpp>

#include <optional>
#include <string>

// How values of records stand on pages, and how what people type becomes values of operations.
namespace wescrm::pages::record {

/// {label, text, tone, tag, plain, number, href, minor, reveal} of one value, for the templates. With `object`, the
/// record's kind, what is masked can be opened.
[[nodiscard]] json::Value cell_of(web::PageCall const& call, Column const& column, json::Value const& record,
                                  json::Allocator& allocator, std::string_view object = {});

/// The column of a kind that shows a member; null if there is none.
[[nodiscard]] Column const* column_of(Kind const& kind, std::string_view member);
/// What such a column shows of a value as it is kept: "1234500" of an amount is "12,345.00".
[[nodiscard]] std::string kept_in_words(web::PageCall const& call, Column const& column, std::string const& kept);

/// "1,234.50".
[[nodiscard]] std::string yuan(std::int64_t fen);

/// What stands in the control of a form: a moment as "2026-11-25T16:30" in the company's zone, an amount in yuan.
[[nodiscard]] std::string typed_from(json::Value const& value, operation::FieldDescription const& field,
                                     Zone const& zone);
/// The value of what was typed; invalid_input with the field named if it is none.
[[nodiscard]] Result<json::Value> value_from(std::string const& typed, operation::FieldDescription const& field,
                                             Zone const& zone, json::Allocator& allocator);

[[nodiscard]] operation::FieldDescription const* find_field(operation::Entry const& entry, std::string_view name);
/// The entry, or null if the product has no such operation or the visitor may not use it.
[[nodiscard]] operation::Entry const* usable(web::PageCall const& call, std::string_view operation);
/// error() of a result gives a copy each time, so that its fields have no two iterators that belong together.
inline void add_fields_of(Error const& error, std::vector<FieldError>& problems) {
    problems.insert(problems.end(), error.fields.begin(), error.fields.end());
}
/// The kind as the visitor's company has it.
[[nodiscard]] Kind const& kind_for(web::PageCall const& call, Kind const& kind);
/// "customer" + "list".
[[nodiscard]] std::string operation_of(Kind const& kind, std::string_view verb);

}  // namespace wescrm::pages::record
