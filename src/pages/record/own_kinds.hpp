#pragma once
#include <wescrm/base/json.hpp>
#include <wescrm/web/page.hpp>

#include <string>
#include <string_view>
#include <vector>

// The kinds of a company's own fields as pages ask for them: which control, and what is typed for a value. Several
// values stand in one text, a line each.
namespace wescrm::pages::record {

struct OwnKind {
    std::string_view type;     ///< "multi_choice"
    std::string_view control;  ///< the flag that the template knows: "own_boxes"
    std::string_view value;  ///< as of an operation's field: "string", "money", …; "words", "place" of several parts
    std::string_view keyboard;  ///< inputmode
    std::string_view unit;      ///< after the label
};
/// Null for those that nobody fills in.
[[nodiscard]] OwnKind const* own_kind(json::Value const& field);
/// The fields of a kind of records that the visitor sees, in the order of the form.
[[nodiscard]] std::vector<json::Document> own_fields(web::PageCall& call, std::string_view object);
[[nodiscard]] bool own_flag(json::Value const& field, std::string_view member);

/// What stands in the control for a stored value.
[[nodiscard]] std::string own_typed(web::PageCall& call, json::Value const& field, json::Value const& value);
/// The value of what was typed; invalid_input naming "custom.KEY". Null if nothing was.
[[nodiscard]] Result<json::Value> own_value(web::PageCall& call, json::Value const& field, std::string const& typed,
                                            json::Allocator& allocator);
/// "华东 / 上海" of an option of a cascade.
[[nodiscard]] std::string option_path(json::Value const& field, std::string const& key);
[[nodiscard]] std::vector<std::string> lines_of(std::string const& typed);

}  // namespace wescrm::pages::record
