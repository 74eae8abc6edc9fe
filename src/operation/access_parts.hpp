#pragma once
#include <wescrm/base/ids.hpp>
#include <wescrm/database/value.hpp>
#include <wescrm/operation/reader_terms.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

// Conditions that the formula of AccessScope and the scenes of lists have in common.
namespace wescrm::operation {

/// A select of the ids of `object` records that are shared with a department of the actor. Uses :scope_tenant,
/// :scope_me and :scope_now.
[[nodiscard]] std::string shares_of(std::string_view object, Power power);

/// :name, the owners whose records somebody sees. Where they are many, they may be nearly all or hardly any: what goes
/// through a table must be planned for them; what looks at rows that are named otherwise need not.
[[nodiscard]] database::Param owners_param(std::string name, std::vector<EmployeeId> const& owners, bool shapes_plan);

/// The rows of `table` (customer, lead) under the alias `row` for which `sql` holds, as a condition on what hangs on
/// them by the id `parent`. Few are listed once. Of many only the one at hand need be looked at: `many` leaves that to
/// PostgreSQL; `in_a_page` insists, where else all would be listed before a short page begins.
enum class Many { few, many, in_a_page };
[[nodiscard]] std::string hangs_on(std::string const& parent, std::string const& table, std::string const& row,
                                   Many number, std::string const& sql);

}  // namespace wescrm::operation
