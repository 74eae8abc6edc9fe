#pragma once
#include <wescrm/base/json.hpp>
#include <wescrm/operation/actor.hpp>

#include <string_view>

// Fields of which a role shows that there is a value, but not which. A text keeps its ends, a phone number its first
// and last digits; anything else is left out and named in the record's member `masked_fields`.
namespace wescrm::operation {

inline constexpr char const* masked_member = "masked_fields";

/// Whether the actor's roles mask the field, in a list or of a single record.
[[nodiscard]] bool is_masked_by_role(Actor const& actor, std::string_view kind, std::string_view field, bool in_list);
/// Whether the field is hidden or masked somewhere: then no sum, filter or order may tell it either.
[[nodiscard]] bool is_withheld(Actor const& actor, std::string_view kind, std::string_view field);

/// Whether a record that was answered says that the field ("amount_fen", "custom.budget") is masked.
[[nodiscard]] bool is_told_masked(json::Value const& record, std::string_view field);

}  // namespace wescrm::operation
