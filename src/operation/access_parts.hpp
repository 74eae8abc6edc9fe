#pragma once
#include <wescrm/operation/reader_terms.hpp>

#include <cstddef>
#include <string>
#include <string_view>

// Conditions that the formula of AccessScope and the scenes of lists have in common.
namespace wescrm::operation {

/// A select of the ids of `object` records that are shared with a department of the actor. Uses :scope_tenant,
/// :scope_me and :scope_now.
[[nodiscard]] std::string shares_of(std::string_view object, Power power);

/// Up to so many owners, the first rows of each are taken from the owner's index and merged: as many steps whatever the
/// size of the table. Beyond, so much of the table is visible that walking along the order finds a page soon.
inline constexpr std::size_t few_owners = 200;

/// The rows of `table` (customer, lead) under the alias `row` for which `sql` holds, as a condition on what hangs on
/// them by the id `parent`. Few are listed once. Of many only the one at hand need be looked at: `many` leaves that to
/// PostgreSQL; `in_a_page` insists, where else all would be listed before a short page begins.
enum class Many { few, many, in_a_page };
[[nodiscard]] std::string hangs_on(std::string const& parent, std::string const& table, std::string const& row,
                                   Many number, std::string const& sql);

}  // namespace wescrm::operation
