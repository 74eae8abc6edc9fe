#pragma once
#include "kind.hpp"

#include <wescrm/operation/catalogue.hpp>
#include <wescrm/web/page.hpp>

#include <string>
#include <vector>

// Tags of records: the chips that show them, and the choice of them by groups.
namespace wescrm::pages::record {

/// The class of a chip for a colour of tags: "blue" → "info".
[[nodiscard]] std::string_view tone_of(std::string_view colour);

/// Gives each item of a list its "tags" ([{name, colour}]) if any of the columns shows them: asked once for all.
void add_record_tags(web::PageCall& call, Kind const& kind, std::vector<Column> const& columns, json::Value& items,
                     json::Allocator& allocator);
/// Those of one record.
[[nodiscard]] json::Value tags_of_record(web::PageCall& call, std::string_view object, std::string const& id,
                                         json::Allocator& allocator);
/// [{chip_text, chip_tone}] of [{name, colour}]; what is more than `most` is counted in a last one.
[[nodiscard]] json::Value chips_of(json::Value const& tags, std::size_t most, json::Allocator& allocator);

/// What rules give cannot be chosen for records, but lists are filtered by it.
enum class ChosenFor { records, lists };
/// The groups for a kind of record with their tags, of which `chosen` ("甲,乙") are ticked:
/// [{tg_id, tg_name, tg_single, tg_none, tg_tags: [{tt_name, tt_tone, tt_chosen, tt_fixed}]}].
[[nodiscard]] json::Value tag_choices(web::PageCall& call, std::string_view object, std::string const& chosen,
                                      ChosenFor purpose, json::Allocator& allocator);
/// What a form sent for a choice of tags: "甲,乙", in the order of the alphabet.
[[nodiscard]] std::string chosen_tags(web::PageCall const& call, std::string_view name);
/// Names as the choice writes them.
[[nodiscard]] std::string joined_tags(json::Value const& names);
[[nodiscard]] json::Value tags_from(std::string const& chosen, json::Allocator& allocator);

/// Putting tags on a record, and on and off several.
[[nodiscard]] std::vector<Action> tag_actions(std::string_view operation, std::string_view object);
/// The field of a form.
[[nodiscard]] Field tags_field(std::string_view object);
[[nodiscard]] Column tags_column();
[[nodiscard]] Filter tags_filter();

}  // namespace wescrm::pages::record
