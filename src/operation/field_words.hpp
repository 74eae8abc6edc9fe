#pragma once
#include <wescrm/operation/actor.hpp>

#include <string_view>

namespace wescrm::operation {

/// What the actor's roles say about a field; null if nothing. A unit price is one field, told exactly ("price_e4") and
/// in fen.
[[nodiscard]] FieldRight const* right_of(Actor const& actor, std::string_view kind, std::string_view field);
/// What they say about seeing it: what an amount can be worked out from is seen no more than the amount.
[[nodiscard]] FieldRight sight_of(Actor const& actor, std::string_view kind, std::string_view field);
[[nodiscard]] bool is_phone_field(std::string_view field);

}  // namespace wescrm::operation
