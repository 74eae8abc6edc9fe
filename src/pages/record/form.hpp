#pragma once
#include "kind.hpp"

#include <wescrm/operation/catalogue.hpp>
#include <wescrm/web/page.hpp>

#include <map>
#include <string>

namespace wescrm::pages::record {

/// What stands in the controls, by field.
using Entries = std::map<std::string, std::string, std::less<>>;

/// The controls of `fields` as the operation's input describes them, filled with `entries`, with what is wrong beside
/// each.
[[nodiscard]] json::Value controls_of(web::PageCall& call, operation::Entry const& entry,
                                      std::vector<Field> const& fields, Entries const& entries, Error const* problem,
                                      json::Allocator& allocator);
/// What was typed, as the operation's input. Fields that are empty are left out, or emptied with `empties`.
[[nodiscard]] Result<json::Document> input_from(web::PageCall& call, operation::Entry const& entry,
                                                std::vector<Field> const& fields, Entries const& entries, bool empties);
[[nodiscard]] Entries typed_in(web::PageCall const& call, std::vector<Field> const& fields);

/// New and changed records of a kind: /new and /{id}/edit.
void add_forms(web::Pages& pages, Kind const& kind);

}  // namespace wescrm::pages::record
