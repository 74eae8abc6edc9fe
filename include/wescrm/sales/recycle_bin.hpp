#pragma once
#include <wescrm/operation/context.hpp>

namespace wescrm::sales {

/// Deletes for good the opportunities, contacts, leads and customers that have been in the recycle bin for as many days
/// as the company keeps them, with their parts; at most `most` of each at once. One that other records still need
/// stays. Returns how many.
int empty_recycle_bin(operation::Context& ctx, int most);

}  // namespace wescrm::sales
