#pragma once
#include <wescrm/operation/catalogue.hpp>
#include <wescrm/operation/handover.hpp>
#include <wescrm/operation/reader_terms.hpp>
#include <wescrm/sales/high_sea_jobs.hpp>
#include <wescrm/sales/ids.hpp>
#include <wescrm/sales/lead_conversion.hpp>

#include <functional>
#include <vector>

namespace wescrm::sales {

/// customer.*, contact.*, followup.*, ownership_event.list.
void add_operations(operation::Catalogue& catalogue, Limits const& limits = {});
/// What another module does with its records of a customer that is merged into another one.
using MergeFollower = std::function<void(operation::Context&, CustomerId from, CustomerId into)>;
/// customer.merge.
void add_merge_operation(operation::Catalogue& catalogue, std::vector<MergeFollower> followers);
/// high_sea.*, customer.claim, customer.release, … ; `followers` hear of every record that loses its owner to a pool.
void add_high_sea_operations(operation::Catalogue& catalogue, std::vector<PoolFollower> followers,
                             RecommendConfig const& recommend = {}, MatchWeights const& weights = {});
/// lead.*, lead_assignment_rule.*; `maker` and `undo` know opportunities, empty ones refuse them.
void add_lead_operations(operation::Catalogue& catalogue, std::vector<PoolFollower> followers, OpportunityMaker maker,
                         OpportunityUndo undo, Limits const& limits = {});
/// Seats on high seas as a reason to see what lies in them.
void add_reader_terms(operation::ReaderTerms& terms);
/// A leaver's customers.
void add_handovers(operation::HandoverKinds& kinds);
/// And his leads.
void add_lead_handover(operation::HandoverKinds& kinds);

}  // namespace wescrm::sales
