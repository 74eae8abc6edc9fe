#pragma once
#include <wescrm/operation/catalogue.hpp>
#include <wescrm/operation/handover.hpp>
#include <wescrm/sales/ids.hpp>

#include <functional>
#include <vector>

namespace wescrm::sales {

/// customer.*, contact.*, followup.*, ownership_event.list.
void add_operations(operation::Catalogue& catalogue);
/// What another module does with its records of a customer that is merged into another one.
using MergeFollower = std::function<void(operation::Context&, CustomerId from, CustomerId into)>;
/// customer.merge.
void add_merge_operation(operation::Catalogue& catalogue, std::vector<MergeFollower> followers);
/// A leaver's customers.
void add_handovers(operation::HandoverKinds& kinds);

}  // namespace wescrm::sales
