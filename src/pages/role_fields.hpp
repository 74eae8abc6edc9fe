#pragma once
#include "pages.hpp"

// What a role says about the fields of every kind of records: as controls of its page, and as they were sent.
namespace wescrm::pages {

/// [{object_title, is_limited, field_cells}] for each kind.
[[nodiscard]] json::Value field_groups(web::PageCall& call, json::Value const& role, json::Allocator& allocator);
/// The `fields` of role.change: what the form restricts, and what `role` restricts that the form does not offer.
[[nodiscard]] json::Value fields_from(web::PageCall& call, json::Value const* role, json::Allocator& allocator);

}  // namespace wescrm::pages
