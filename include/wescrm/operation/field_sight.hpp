#pragma once
#include <wescrm/base/json.hpp>
#include <wescrm/operation/access_scope.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What a reader may ask about fields that he does not see: a search, a filter or a sort order tells as much as the
// value itself.
namespace wescrm::operation {

[[nodiscard]] bool is_hidden(Actor const& actor, std::string_view kind, std::string_view field);

/// How far somebody may search by the phone number of records of a kind that he sees.
enum class PhoneSight {
    none,       ///< the field is hidden from him
    whole,      ///< masked everywhere: a record is found by the whole number only
    parts_own,  ///< masked but for his own records: those by a part of the number too
    parts_of_all
};
[[nodiscard]] PhoneSight phone_sight(Actor const& actor, std::string_view kind);

/// A condition on rows of the kind's table under `row` (and its customer under `customer`, for kinds that are part of
/// one): the number is `whole`, or the like pattern `part` holds for one that the actor sees in full. Its parameters
/// are named phone_….
[[nodiscard]] Predicate phone_matches(Actor const& actor, Instant now, std::string_view kind, std::string_view row,
                                      std::string_view customer, std::string const& part,
                                      std::optional<std::string> const& whole);

/// invalid_input "hidden_field" if the input of a reading operation sorts by, or filters by, a hidden field of the kind
/// that `permission` ("customer.view") is about.
[[nodiscard]] std::optional<Error> refuse_hidden(Actor const& actor, std::string_view permission,
                                                 json::Value const& input);

}  // namespace wescrm::operation
