#pragma once
#include "controls.hpp"

// A company's own fields in forms and on detail pages: as the administrators have declared them.
namespace wescrm::pages::record {

/// The controls of the object's own fields, after those of the product.
void add_custom_controls(web::PageCall& call, Asking const& asking, Entries const& entries, Error const* problem,
                         json::Value& controls, json::Allocator& allocator);
/// What is typed into them: "custom.KEY".
void add_custom_entries(web::PageCall const& call, Entries& entries);
void add_stored_custom(web::PageCall& call, Asking const& asking, Entries& entries);
/// `custom` of the operation's input: what differs from the record, or all that is filled for a new one.
[[nodiscard]] Result<void> put_custom(web::PageCall& call, Asking const& asking, Entries const& entries,
                                      json::Document& input);
/// The values of a record in words, as cells {cell_label, cell_text, …}.
void add_custom_cells(web::PageCall& call, std::string_view object, std::string const& id, json::Value& cells,
                      json::Allocator& allocator);

}  // namespace wescrm::pages::record
