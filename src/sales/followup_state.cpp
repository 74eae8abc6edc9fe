#include "followup_comments.hpp"
#include "followups.hpp"
#include "rows.hpp"
#include "rules/consequences.hpp"

#include <wescrm/sales/followup.hpp>

// What a page shows beside follow-ups: whether they were changed, and what the visitor may still do with them.
namespace wescrm::sales {
namespace {

using operation::Effect;
using operation::FieldRule;
using operation::Operation;

struct AskStates {
    std::vector<FollowupId> ids;
};
BOOST_DESCRIBE_STRUCT(AskStates, (), (ids))
std::vector<FieldRule> field_rules(AskStates const*) { return {{"ids", "跟进记录", {.max_items = 200}}}; }

struct FollowupState {
    FollowupId id;
    std::optional<Instant> edited_at;      ///< by its author; absent: as it was written
    std::optional<std::string> target_no;  ///< of the document that it is about
    bool may_change = false;
    bool may_delete = false;
};
BOOST_DESCRIBE_STRUCT(FollowupState, (), (id, edited_at, target_no, may_change, may_delete))
struct FollowupStates {
    std::vector<FollowupState> items;  ///< of those that the actor sees
};
BOOST_DESCRIBE_STRUCT(FollowupStates, (), (items))

constexpr std::string_view number_of_document =
    "case f.target_type when 'quote' then (select d.no from quote d where d.tenant_id = f.tenant_id and d.id = "
    "f.target_id) when 'contract' then (select d.no from contract d where d.tenant_id = f.tenant_id and d.id = "
    "f.target_id) when 'order' then (select d.no from sales_order d where d.tenant_id = f.tenant_id and d.id = "
    "f.target_id) when 'payment' then (select d.no from payment d where d.tenant_id = f.tenant_id and d.id = "
    "f.target_id) end";

Result<FollowupStates> states_of(operation::Context& ctx, AskStates const& input) {
    auto filter = Filter{ctx.tenant()};
    filter.where("f.id = any(:ids::bigint[]) and f.deleted_at is null", "ids", input.ids);
    filter.where(seen_among(ctx, input.ids));
    auto const me = ctx.actor().employee;
    auto states = FollowupStates{};
    for (auto& [id, author, maker, written_at, edited_at, number] :
         ctx.sql()
             .rows<FollowupId, EmployeeId, std::optional<EmployeeId>, Instant, std::optional<Instant>,
                   std::optional<std::string>>("select f.id, f.author_id, f.created_by, f.created_at, f.edited_at, " +
                                                   std::string{number_of_document} +
                                                   " from followup f where f.tenant_id = :tenant" + filter.sql(),
                                               filter.params())) {
        auto const is_fresh = may_author_change(written_at, ctx.now());
        auto const is_own = is_fresh && (author == me || maker == me);
        states.items.push_back(
            {id, edited_at, std::move(number), is_fresh && author == me, is_own || ctx.may("customer.delete")});
    }
    return states;
}

// Of the pages only.
constexpr Operation<AskStates, FollowupStates> followup_states{"followup.states", "跟进是否可修改", "followup.view",
                                                               Effect::reads,     states_of,        {}};

}  // namespace

void add_followup_state_operation(operation::Catalogue& catalogue) { catalogue.add(followup_states); }

}  // namespace wescrm::sales
