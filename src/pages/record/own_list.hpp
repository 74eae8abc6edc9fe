#pragma once
#include "form_shape.hpp"

// A company's own fields in lists: columns and filters, of those fields that say so.
namespace wescrm::pages::record {

/// What the filters say, as the list's `custom`.
[[nodiscard]] Result<void> put_own_filters(web::PageCall& call, Kind const& kind, operation::Entry const& list,
                                           json::Document& input);
/// Columns, their cells for `items`, and filters, behind those that the page has.
void add_own_fields(web::PageCall& call, Kind const& kind, operation::Entry const& list, FormShape const& shape,
                    json::Value const& items, web::View& view);

}  // namespace wescrm::pages::record
