#include "../sharing.hpp"
#include "opportunities.hpp"
#include "opportunity_operations.hpp"

namespace wescrm::sales {
namespace {

using operation::Effect;
using operation::Operation;
using operation::Team;

struct ShareOpportunity : Sharing {
    OpportunityId id;
};
BOOST_DESCRIBE_STRUCT(ShareOpportunity, (Sharing), (id))
struct UnshareOpportunity : Unsharing {
    OpportunityId id;
};
BOOST_DESCRIBE_STRUCT(UnshareOpportunity, (Unsharing), (id))

Result<OpportunityDetail> share_opportunity(operation::Context& ctx, ShareOpportunity const& input) {
    auto const locked = lock_permitted(ctx, input.id, OpportunityNeed::write);
    if (!locked) return locked.error();
    if (locked->is_deleted) return Error{Errc::not_found, "opportunity", "这个商机在回收站里，请先恢复"};
    auto team = Team{ctx, {"opportunity", input.id.value(), locked->name, locked->owner}};
    if (auto const done = share(team, input); !done) return done.error();
    return Opportunities{ctx}.detail(input.id);
}

Result<Nothing> unshare_opportunity(operation::Context& ctx, UnshareOpportunity const& input) {
    auto const need = leaves(ctx, input) ? OpportunityNeed::read : OpportunityNeed::write;
    auto const locked = lock_permitted(ctx, input.id, need);
    if (!locked) return locked.error();
    auto team = Team{ctx, {"opportunity", input.id.value(), locked->name, locked->owner}};
    if (auto const done = unshare(team, input); !done) return done.error();
    return Nothing{};
}

constexpr Operation<ShareOpportunity, OpportunityDetail> opportunity_share{
    "opportunity.share", "共享商机",        "opportunity.edit",
    Effect::writes,      share_opportunity, {"POST", "/opportunities/{id}/share"}};
constexpr Operation<UnshareOpportunity, Nothing> opportunity_unshare{
    "opportunity.unshare", "取消共享商机",      "opportunity.view",
    Effect::writes,        unshare_opportunity, {"POST", "/opportunities/{id}/unshare", 204}};

}  // namespace

void add_opportunity_team_operations(operation::Catalogue& catalogue) {
    catalogue.add(opportunity_share);
    catalogue.add(opportunity_unshare);
}

}  // namespace wescrm::sales
