#pragma once
#include <wescrm/sales/lead.hpp>

namespace wescrm::sales {

struct ReopenLead : RestoreLead {
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(ReopenLead, (RestoreLead), (reason))
std::vector<operation::FieldRule> field_rules(ReopenLead const*);

/// Assigning and handing on; who administers may let the receiver hold more than he may.
struct GiveLead : HandLead {
    std::optional<std::string> over_cap_reason;
};
BOOST_DESCRIBE_STRUCT(GiveLead, (HandLead), (over_cap_reason))
std::vector<operation::FieldRule> field_rules(GiveLead const*);

Result<LeadDetail> reopen_with_reason(operation::Context& ctx, ReopenLead const& input);
Result<LeadDetail> hand_out_lead(operation::Context& ctx, GiveLead const& input);
Result<LeadDetail> hand_on_lead(operation::Context& ctx, GiveLead const& input);

}  // namespace wescrm::sales
