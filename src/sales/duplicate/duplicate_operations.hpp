#pragma once
#include <wescrm/operation/catalogue.hpp>

#include <boost/describe/enum.hpp>

namespace wescrm::sales {

/// Of what the nightly scan found: ignored once somebody said that it is no duplicate.
enum class PairState { open, ignored };
BOOST_DESCRIBE_ENUM(PairState, open, ignored)

/// customer.check_duplicate, customer.explain_named.
void add_duplicate_operations(operation::Catalogue& catalogue);
/// duplicate_pair.*: what the nightly scan found.
void add_duplicate_pair_operations(operation::Catalogue& catalogue);
/// duplicate_lead.*: open leads that may be customers already.
void add_duplicate_lead_operations(operation::Catalogue& catalogue);

}  // namespace wescrm::sales
