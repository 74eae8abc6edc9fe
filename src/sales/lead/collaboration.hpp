#pragma once
#include <wescrm/operation/catalogue.hpp>
#include <wescrm/sales/lead_conversion.hpp>

namespace wescrm::sales {

/// A customer that may be the lead's own, and how its owner is asked.
struct AskableCandidate : Candidate {
    std::optional<CustomerId> ask_id;  ///< of a colleague's: names it in a request, whether or not the actor sees it
};
BOOST_DESCRIBE_STRUCT(AskableCandidate, (Candidate), (ask_id))
struct AskableCandidates {
    std::vector<AskableCandidate> items;
};
BOOST_DESCRIBE_STRUCT(AskableCandidates, (), (items))
Result<AskableCandidates> askable_candidates(operation::Context& ctx, OneLead const& input);

/// lead.ask_collaboration and collaboration_request.*: the owner of the customer that a lead is about lets the lead's
/// owner work with it, or not.
void add_collaborations(operation::Catalogue& catalogue);

}  // namespace wescrm::sales
