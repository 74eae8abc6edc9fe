#include "opportunity/opportunities.hpp"
#include "opportunity/opportunity_operations.hpp"
#include "opportunity/processes.hpp"
#include "rules/stages.hpp"

#include <wescrm/approval/subject.hpp>
#include <wescrm/approval/terminate.hpp>
#include <wescrm/base/currency.hpp>
#include <wescrm/base/text.hpp>

#include <algorithm>

// The consent without which an opportunity does not leave its stage.
namespace wescrm::sales {
namespace {

// All that is missing besides the consent itself comes first: nobody shall be asked in vain.
Result<Stage> stage_to_agree(operation::Context& ctx, OpportunityId id, LockedOpportunity const& locked) {
    auto const stages = Processes{ctx}.stages(locked.process);
    auto const stage = std::ranges::find(stages, locked.stage, &Stage::id);
    if (stage == stages.end() || !stage->needs_approval)
        return Error{Errc::conflict, "no_approval", "这个阶段不需要审批，可以直接推进"};
    auto const facts = facts_of(ctx, id, locked);
    if (facts.approval == "approved")
        return Error{Errc::conflict, "approved", "「" + stage->name + "」已审批通过，可以推进到下一阶段"};
    auto const from = static_cast<std::size_t>(stage - stages.begin());
    auto const missing = missing_to_leave(stages, from, from + 1, facts, false);
    if (!missing.empty())
        return Error{Errc::conflict, "exit_conditions", "提交审批之前还需要：" + text::join(missing, "、")};
    return *stage;
}

}  // namespace

Result<OpportunityDetail> submit_opportunity(operation::Context& ctx, SubmitOpportunity const& input) {
    auto const locked = lock_open(ctx, input.id, input.version);
    if (!locked) return locked.error();
    auto const stage = stage_to_agree(ctx, input.id, *locked);
    if (!stage) return stage.error();
    auto opportunities = Opportunities{ctx};
    auto const shown = opportunities.find(input.id).value();
    auto request = approval::Request{};
    request.kind = "opportunity.advance";
    request.subject_type = "opportunity";
    request.subject_id = input.id.value();
    request.subject_no = shown.no;
    request.subject_name = shown.name;
    request.customer_name = shown.customer_name;
    request.owner = locked->owner;
    auto cause = "离开「" + stage->name + "」阶段";
    if (input.reason) cause += "：" + *input.reason;
    if (is_foreign(shown.currency))
        cause += "（商机金额 " + format_for_people(shown.amount_fen, shown.currency) + "）";
    else
        request.amount = shown.amount_fen;
    request.triggers = {{approval::always, shown.amount_fen, cause}};
    if (auto const asked = approval::request(ctx, request); !asked) return asked.error();
    return opportunities.detail(input.id);
}

void add_opportunity_subject(approval::Subjects& subjects) {
    // The consent itself is what leaving the stage looks for; the opportunity stays as it is.
    subjects.add(
        {"opportunity", "商机",
         [](operation::Context&, std::int64_t, approval::Outcome, std::string const&) -> Result<void> { return {}; }});
}

}  // namespace wescrm::sales
