#pragma once
#include "controls.hpp"

// A company's own fields in the forms and on the pages of records: what operations take and give as `custom`.
namespace wescrm::pages::record {

/// The controls of the record's own fields, after the others.
void add_custom_controls(web::PageCall& call, Asking const& asking, Entries const& entries, Error const* problem,
                         json::Value& controls, json::Allocator& allocator);
/// One of them; null for a field that nobody fills in.
[[nodiscard]] json::Value own_control(web::PageCall& call, json::Value const& field, Entries const& entries,
                                      Error const* problem, json::Allocator& allocator);
/// What is typed into them: "custom.KEY". Files that came along are uploaded, and their ids stand for them.
void add_custom_entries(web::PageCall const& call, Entries& entries);
void add_stored_custom(web::PageCall& call, Asking const& asking, Entries& entries);
/// `custom` of the operation's input: what differs from the record, or all that is filled for a new one.
[[nodiscard]] Result<void> put_custom(web::PageCall& call, Asking const& asking, Entries const& entries,
                                      json::Document& input);
/// The values of a record's own fields, and how the company calls the others; null for a kind that has none.
[[nodiscard]] json::Document values_of(web::PageCall& call, std::string_view object, std::string const& id);
/// Those values, to be read.
void add_custom_cells(web::PageCall& call, std::string_view object, std::string const& id, json::Value const& values,
                      json::Value& cells, json::Allocator& allocator);

}  // namespace wescrm::pages::record
