#pragma once
#include "kind.hpp"

#include <wescrm/web/page.hpp>

#include <string>

// Choosing a person or a record by typing: the browser suggests, and what was typed becomes an id here, so that it
// works without scripts as well.
namespace wescrm::pages::record {

/// "李强 (liqiang)" or just "李强" → "liqiang"; invalid_input naming `field` if it is nobody, or several.
[[nodiscard]] Result<std::string> person_from(web::PageCall& call, std::string_view field, std::string const& typed);
/// "宏达科技 (KH202611250001)", a number, a name of a record of `object` → its id.
[[nodiscard]] Result<std::string> record_from(web::PageCall& call, std::string_view field, std::string_view object,
                                              std::string const& typed);
/// What stands in the field for a record: "宏达科技 (KH202611250001)"; "" if it is not seen.
[[nodiscard]] std::string record_text(web::PageCall& call, std::string_view object, std::string const& id);
/// Several, by "、".
[[nodiscard]] std::string record_texts(web::PageCall& call, std::string_view object, json::Value const& ids);
/// Their ids as an array; invalid_input naming the field if one of them is not found.
[[nodiscard]] Result<json::Value> records_from(web::PageCall& call, Field const& field, std::string const& typed,
                                               json::Allocator& allocator);
/// The choices of a source as {o_value, o_title, o_chosen}; none if the visitor may not see them. `record`: whose
/// members a source may name; may be null.
[[nodiscard]] json::Value choices_of(web::PageCall& call, Source const& source, json::Value const* record,
                                     std::string const& chosen, json::Allocator& allocator);
[[nodiscard]] json::Value choices_of(Words const& words, std::string const& chosen, json::Allocator& allocator);

void add_pickers(web::Pages& pages);

}  // namespace wescrm::pages::record
