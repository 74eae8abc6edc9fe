#pragma once
#include <wescrm/operation/reader_terms.hpp>

#include <string>
#include <string_view>

// Conditions that the formula of AccessScope and the scenes of lists have in common.
namespace wescrm::operation {

/// A select of the ids of `object` records that are shared with a department of the actor. Uses :scope_tenant,
/// :scope_me and :scope_now.
[[nodiscard]] std::string shares_of(std::string_view object, Power power);

}  // namespace wescrm::operation
