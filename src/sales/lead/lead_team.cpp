#include "lead_team.hpp"

#include "../sharing.hpp"
#include "leads.hpp"

namespace wescrm::sales {
namespace {

using operation::Effect;
using operation::Operation;
using operation::Team;

struct ShareLead : Sharing {
    LeadId id;
};
BOOST_DESCRIBE_STRUCT(ShareLead, (Sharing), (id))
struct UnshareLead : Unsharing {
    LeadId id;
};
BOOST_DESCRIBE_STRUCT(UnshareLead, (Unsharing), (id))

Result<LeadDetail> share_lead(operation::Context& ctx, ShareLead const& input) {
    auto const locked = lock_lead(ctx, input.id, LeadNeed::write);
    if (!locked) return locked.error();
    auto team = Team{ctx, {"lead", input.id.value(), locked->name, locked->owner}};
    if (auto const done = share(team, input); !done) return done.error();
    return Leads{ctx}.detail(input.id);
}

Result<Nothing> unshare_lead(operation::Context& ctx, UnshareLead const& input) {
    auto const locked = lock_lead(ctx, input.id, leaves(ctx, input) ? LeadNeed::read : LeadNeed::write);
    if (!locked) return locked.error();
    auto team = Team{ctx, {"lead", input.id.value(), locked->name, locked->owner}};
    if (auto const done = unshare(team, input); !done) return done.error();
    return Nothing{};
}

constexpr Operation<ShareLead, LeadDetail> lead_share{"lead.share",   "共享线索", "lead.edit",
                                                      Effect::writes, share_lead, {"POST", "/leads/{id}/share"}};
constexpr Operation<UnshareLead, Nothing> lead_unshare{
    "lead.unshare", "取消共享线索", "lead.view", Effect::writes, unshare_lead, {"POST", "/leads/{id}/unshare", 204}};

}  // namespace

void add_lead_team_operations(operation::Catalogue& catalogue) {
    catalogue.add(lead_share);
    catalogue.add(lead_unshare);
}

}  // namespace wescrm::sales
