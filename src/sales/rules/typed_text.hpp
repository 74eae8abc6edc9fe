#pragma once
#include <wescrm/sales/custom_field.hpp>

#include <optional>
#include <string>

// Values of a company's own fields where they are typed as one text: in a table, in a setting. Pure functions.
namespace wescrm::sales {

/// 「typed」, cut off where it is longer than a sentence can bear.
[[nodiscard]] std::string quoted(std::string const& typed);
/// Whether a text can be a value of the field, and people give it one.
[[nodiscard]] bool is_fillable(Field const& field);
/// The text as the field's JSON: amounts in yuan, lists apart by "、"; nullopt: it cannot be one.
[[nodiscard]] std::optional<json::Value> value_of_text(Field const& field, std::string const& typed, Zone const& zone,
                                                       json::Allocator& allocator);

}  // namespace wescrm::sales
