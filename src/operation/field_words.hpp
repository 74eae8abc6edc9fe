#pragma once
#include <wescrm/base/json.hpp>
#include <wescrm/operation/actor.hpp>

#include <string>
#include <string_view>

namespace wescrm::operation {

/// What the actor's roles say about a field; null if nothing. A unit price is one field, told exactly ("price_e4") and
/// in fen.
[[nodiscard]] FieldRight const* right_of(Actor const& actor, std::string_view kind, std::string_view field);
/// What they say about seeing it: what an amount can be worked out from is seen no more than the amount.
[[nodiscard]] FieldRight sight_of(Actor const& actor, std::string_view kind, std::string_view field);
[[nodiscard]] bool is_phone_field(std::string_view field);
/// The field about which a parameter of a list asks: "last_follow_at" for "not_followed_days", or for "sort" of that
/// value.
[[nodiscard]] std::string field_asked(json::Value const& input, std::string_view parameter);
/// That the actor's roles do not show `what` ("「级别」"), and the way out.
[[nodiscard]] std::string hidden_field_words(std::string const& what, bool is_order);

}  // namespace wescrm::operation
