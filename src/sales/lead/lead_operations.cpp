#include "../duplicate/reason.hpp"
#include "../high_sea/operations.hpp"
#include "../tags/tagged_lists.hpp"
#include "assignment_operations.hpp"
#include "collaboration.hpp"
#include "lead_team.hpp"
#include "lead_verbs.hpp"
#include "leads.hpp"
#include "scores.hpp"

#include <wescrm/sales/lead_conversion.hpp>
#include <wescrm/sales/operations.hpp>

namespace wescrm::sales {
namespace {

using operation::Effect;
using operation::FieldRule;
using operation::Operation;

constexpr std::size_t long_text = 2'000;

// Who gets it may depend on its tags.
auto create_with_tags(Limits const& limits) {
    return [limits](operation::Context& ctx, CreateTagged<CreateLead> const& input) -> Result<WithTags<LeadDetail>> {
        auto made = make_lead(ctx, input, input.tags, limits.match);
        if (!made) return made.error();
        auto const record = TaggedRecord{TaggedObject::lead, made->id.value()};
        if (auto const put = put_tags(ctx, record, input.tags, limits.tags); !put) return put.error();
        return with_tags<TaggedObject::lead>(ctx, std::move(*made));
    };
}

constexpr Operation<CreateTagged<CreateLead>, WithTags<LeadDetail>> lead_create{
    "lead.create", "新建线索", "lead.create", Effect::writes, nullptr, {"POST", "/leads", 201}};
constexpr Operation<OneLead, WithTags<LeadDetail>> lead_show{
    "lead.show",
    "查看线索",
    "lead.view",
    Effect::reads,
    show_tagged<TaggedObject::lead, show_lead, OneLead, LeadDetail>,
    {"GET", "/leads/{id}"}};
constexpr Operation<ListTagged<ListLeads>, LeadPage> lead_list{"lead.list",   "线索列表",        "lead.view",
                                                               Effect::reads, list_tagged_leads, {"GET", "/leads"}};
constexpr Operation<SearchLeads, FoundLeads> lead_search{"lead.search", "查找线索",   "lead.view",
                                                         Effect::reads, search_leads, {}};
constexpr Operation<ChangeTagged<ChangeLead>, WithTags<LeadDetail>> lead_change{
    "lead.change", "修改线索", "lead.edit", Effect::writes, nullptr, {"PATCH", "/leads/{id}"}};
constexpr Operation<OneLead, Nothing> lead_delete{"lead.delete",    "删除线索",  "lead.delete",
                                                  Effect::confirms, delete_lead, {"DELETE", "/leads/{id}", 204}};
constexpr Operation<RestoreLead, LeadDetail> lead_restore{
    "lead.restore", "恢复线索", "lead.delete", Effect::writes, restore_lead, {"POST", "/leads/{id}/restore"}};
constexpr Operation<GiveLead, LeadDetail> lead_assign{"lead.assign",    "分配线索",    "lead.view",
                                                      Effect::confirms, hand_out_lead, {"POST", "/leads/{id}/assign"}};
constexpr Operation<GiveLead, LeadDetail> lead_transfer{
    "lead.transfer", "转移线索", "lead.transfer", Effect::confirms, hand_on_lead, {"POST", "/leads/{id}/transfer"}};
constexpr Operation<EndLead, LeadDetail> lead_invalidate{"lead.invalidate", "线索标为无效",
                                                         "lead.invalidate", Effect::confirms,
                                                         invalidate_lead,   {"POST", "/leads/{id}/invalidate"}};
constexpr Operation<ReopenLead, LeadDetail> lead_reopen{"lead.reopen",      "重新打开线索",
                                                        "lead.invalidate",  Effect::writes,
                                                        reopen_with_reason, {"POST", "/leads/{id}/reopen"}};
constexpr Operation<EndLead, LeadDetail> lead_void{"lead.void",      "作废线索", "lead.delete",
                                                   Effect::confirms, void_lead,  {"POST", "/leads/{id}/void"}};
constexpr Operation<ClaimRecord, LeadDetail> lead_claim{"lead.claim",   "领取线索", "lead.claim",
                                                        Effect::writes, nullptr,    {"POST", "/leads/{id}/claim"}};
constexpr Operation<ReleaseRecord, LeadDetail> lead_release{
    "lead.release", "退回线索池", "lead.release", Effect::confirms, nullptr, {"POST", "/leads/{id}/release"}};
constexpr Operation<ReleaseRecord, LeadDetail> lead_recall{
    "lead.recall", "收回线索", "lead.view", Effect::confirms, nullptr, {"POST", "/leads/{id}/recall"}};
constexpr Operation<MoveRecord, LeadDetail> lead_move{"lead.move",    "移到其他线索池", "lead.view",
                                                      Effect::writes, nullptr,          {"POST", "/leads/{id}/move"}};
constexpr Operation<ConvertLead, ConvertedLead> lead_convert{
    "lead.convert", "转化线索", "lead.convert", Effect::confirms, nullptr, {"POST", "/leads/{id}/convert"}};
constexpr Operation<ConvertLeads, ConvertOutcomes> lead_convert_batch{
    "lead.convert_batch", "批量转化线索", "lead.convert", Effect::confirms, convert_leads, {"POST", "/leads/convert"}};
constexpr Operation<OneLead, AskableCandidates> lead_candidates{"lead.candidates",  "可能对应的客户",
                                                                "lead.view",        Effect::reads,
                                                                askable_candidates, {"GET", "/leads/{id}/candidates"}};
constexpr Operation<PreviewConversion, ConversionPreview> lead_conversion_preview{
    "lead.conversion_preview",
    "转化预览",
    "lead.convert",
    Effect::reads,
    preview_conversion,
    {"GET", "/leads/{id}/conversion-preview"}};
constexpr Operation<OneLead, LeadDetail> lead_undo_conversion{
    "lead.undo_conversion", "撤销转化", "lead.convert",
    Effect::confirms,       nullptr,    {"POST", "/leads/{id}/undo-conversion"}};

// Who acts may see the lead no longer: he is answered what it has become all the same.
Result<LeadDetail> answered(operation::Context& ctx, RecordId id, Result<void> const& done) {
    if (!done) return done.error();
    return Leads{ctx}.detail(LeadId{id.value()});
}

void add_pool_verbs(operation::Catalogue& catalogue, std::vector<PoolFollower> const& followers) {
    catalogue.add(lead_claim, [](operation::Context& ctx, ClaimRecord const& input) {
        auto const claimed =
            claim_record(ctx, PoolObject::lead, input.id.value(), input.duplicate_reason, input.over_cap_reason);
        if (!claimed) return Result<LeadDetail>{claimed.error()};
        auto shown = Leads{ctx}.detail(LeadId{input.id.value()});
        shown.claim_decided_at = claimed->decided_at;
        return Result<LeadDetail>{std::move(shown)};
    });
    catalogue.add(lead_release, [followers](operation::Context& ctx, ReleaseRecord const& input) {
        return answered(
            ctx, input.id,
            release_record(ctx, PoolObject::lead, input.id.value(), input.high_sea_id, input.reason, followers));
    });
    catalogue.add(lead_recall, [followers](operation::Context& ctx, ReleaseRecord const& input) {
        return answered(
            ctx, input.id,
            recall_record(ctx, PoolObject::lead, input.id.value(), input.high_sea_id, input.reason, followers));
    });
    catalogue.add(lead_move, [followers](operation::Context& ctx, MoveRecord const& input) {
        return answered(ctx, input.id,
                        move_record(ctx, PoolObject::lead, input.id.value(), input.high_sea_id,
                                    input.reason.value_or(""), followers));
    });
}

std::vector<FieldRule> lead_fields() {
    return {{"name", "线索名称", {.max_length = 100}, "王建国"},
            {"company", "公司", {.max_length = 100}, "宏达科技有限公司"},
            {"mobile", "手机", {.max_length = 30}, "13800138000"},
            {"phone", "电话", {.max_length = 30}},
            {"wechat", "微信", {.max_length = 50}},
            {"email", "邮箱", {.max_length = 100}},
            {"position", "职务", {.max_length = 50}},
            {"province", "省份", {.max_length = 30}},
            {"city", "城市", {.max_length = 30}},
            {"address", "地址"},
            {"source", "来源", {.max_length = 50}, "展会"},
            {"channel", "渠道", {.max_length = 50}},
            {"level", "级别", {.max_length = 20}},
            {"intended", "意向产品"},
            {"remark", "备注", {.max_length = long_text}},
            {"next_contact_at", "下次联系时间", {}, "下周三下午3点"},
            rule_of_duplicate_reason()};
}

}  // namespace

std::vector<FieldRule> field_rules(CreateLead const*) {
    auto rules = lead_fields();
    rules.push_back({"owner_user_id", "负责人", {.max_length = 64}});
    rules.push_back({"high_sea_id", "线索池"});
    rules.push_back({"assign_by_rules", "按规则分配"});
    return rules;
}

std::vector<FieldRule> field_rules(ChangeLead const*) {
    auto rules = lead_fields();
    rules.push_back({"version", "版本", {.min = 1}});
    rules.push_back({"status", "状态"});
    rules.push_back({"team", "团队", {.max_items = 50}});
    return rules;
}

std::vector<FieldRule> field_rules(HandLead const*) {
    return {{"user_id", "新负责人", {.max_length = 64}}, {"reason", "原因"}};
}
std::vector<FieldRule> field_rules(GiveLead const*) {
    auto rules = field_rules(static_cast<HandLead const*>(nullptr));
    rules.push_back(rule_of_over_cap_reason());
    return rules;
}
std::vector<FieldRule> field_rules(ReopenLead const*) {
    return {{"reason", "原因", {}, "客户又来电询价"}, rule_of_duplicate_reason()};
}
std::vector<FieldRule> field_rules(RestoreLead const*) { return {rule_of_duplicate_reason()}; }
std::vector<FieldRule> field_rules(EndLead const*) { return {{"reason", "原因", {}, "号码是空号"}}; }
std::vector<FieldRule> field_rules(ConvertLead const*) {
    return {{"customer", "新客户"},
            {"customer_id", "已有客户"},
            {"contact", "联系人"},
            {"with_contact", "生成联系人"},
            {"opportunity", "商机"}};
}

void add_lead_operations(operation::Catalogue& catalogue, std::vector<PoolFollower> followers, OpportunityMaker maker,
                         OpportunityUndo undo, Limits const& limits) {
    catalogue.add(lead_create, create_with_tags(limits));
    catalogue.add(lead_show);
    catalogue.add(lead_list);
    catalogue.add(lead_search);
    catalogue.add(lead_change, change_tagged<TaggedObject::lead, change_lead, ChangeLead, LeadDetail>(limits.tags));
    catalogue.add(lead_delete);
    catalogue.add(lead_restore);
    catalogue.add(lead_assign);
    catalogue.add(lead_transfer);
    catalogue.add(lead_invalidate);
    catalogue.add(lead_reopen);
    catalogue.add(lead_void);
    add_lead_team_operations(catalogue);
    add_pool_verbs(catalogue, followers);
    catalogue.add(lead_candidates);
    catalogue.add(lead_conversion_preview);
    catalogue.add(lead_convert, [maker = std::move(maker)](operation::Context& ctx, ConvertLead const& input) {
        return convert_lead(ctx, input, maker);
    });
    catalogue.add(lead_convert_batch);
    catalogue.add(lead_undo_conversion, [undo = std::move(undo)](operation::Context& ctx, OneLead const& input) {
        return undo_conversion(ctx, input, undo);
    });
    add_assignment_operations(catalogue, limits.match);
    add_collaborations(catalogue);
    add_score_operations(catalogue);
}

}  // namespace wescrm::sales
