#pragma once
#include "kind.hpp"

#include <wescrm/web/page.hpp>

// Records of another kind that hang on this one by a link besides that on which they hang anyway: people who work at a
// further customer. They stand below the others and are marked.
namespace wescrm::pages::record {

/// Adds them to the rows of the child's table, each with a way to end the link, and the button that makes one.
void add_linked(web::PageCall& call, Kind const& kind, Child const& child, std::vector<Column> const& columns,
                json::Value& table, json::Allocator& allocator);
/// The people of a customer in short, and below them those who are linked to it.
[[nodiscard]] json::Value people_in_short(web::PageCall& call, json::Value const& people, json::Allocator& allocator);

}  // namespace wescrm::pages::record
