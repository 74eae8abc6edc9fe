#include <wescrm/approval/approval.hpp>
#include <wescrm/approval/operations.hpp>

namespace wescrm::approval {
namespace {

using operation::Effect;
using operation::FieldRule;
using operation::Operation;

constexpr Operation<ListApprovals, ApprovalPage> approval_list{"approval.list", "审批列表", "self",
                                                               Effect::reads,   nullptr,    {"GET", "/approvals"}};
constexpr Operation<OneApproval, Approval> approval_show{"approval.show", "查看审批", "self",
                                                         Effect::reads,   nullptr,    {"GET", "/approvals/{id}"}};
constexpr Operation<DecideApproval, Approval> approval_approve{
    "approval.approve", "同意", "approval.decide", Effect::writes, nullptr, {"POST", "/approvals/{id}/approve"}};
constexpr Operation<DecideApproval, Approval> approval_reject{
    "approval.reject", "拒绝", "approval.decide", Effect::writes, nullptr, {"POST", "/approvals/{id}/reject"}};
constexpr Operation<DecideApproval, Approval> approval_withdraw{
    "approval.withdraw", "撤回审批", "approval.submit", Effect::writes, nullptr, {"POST", "/approvals/{id}/withdraw"}};
constexpr Operation<PassApproval, Approval> approval_transfer{
    "approval.transfer", "转交审批", "approval.decide", Effect::writes, nullptr, {"POST", "/approvals/{id}/transfer"}};
constexpr Operation<PassApproval, Approval> approval_add_signer{
    "approval.add_signer", "加签", "approval.decide", Effect::writes, nullptr, {"POST", "/approvals/{id}/signers"}};
constexpr Operation<OneApproval, Approval> approval_urge{"approval.urge", "催办",  "approval.submit",
                                                         Effect::writes,  nullptr, {"POST", "/approvals/{id}/urge"}};
constexpr Operation<AskSettings, SettingList> setting_list{
    "approval_setting.list", "审批设置", "self", Effect::reads, list_settings, {"GET", "/approval-settings"}};
constexpr Operation<ChangeSetting, Setting> setting_change{"approval_setting.change",
                                                           "修改审批设置",
                                                           "approval.manage",
                                                           Effect::writes,
                                                           change_setting,
                                                           {"PATCH", "/approval-settings/{object}"}};

}  // namespace

std::vector<FieldRule> field_rules(DecideApproval const*) { return {{"comment", "审批意见", {.max_length = 500}}}; }

std::vector<FieldRule> field_rules(ChangeSetting const*) {
    return {{"object", "审批对象", {.max_length = 40}},
            {"version", "版本", {.min = 1}},
            {"mode", "审批方式"},
            {"above_fen", "超过多少金额才审批", {.min = 0}},
            {"above_count", "超过多少条才审批", {.min = 0, .max = 10'000'000}}};
}

void add_operations(operation::Catalogue& catalogue, SharedSubjects subjects, Config config) {
    auto const knowing = [subjects](auto run) {
        return [subjects, run](operation::Context& ctx, auto const& input) { return run(ctx, input, *subjects); };
    };
    catalogue.add(approval_list, knowing(list_approvals));
    catalogue.add(approval_show, knowing(show_approval));
    catalogue.add(approval_approve, knowing(approve));
    catalogue.add(approval_reject, knowing(reject));
    catalogue.add(approval_withdraw, knowing(withdraw));
    catalogue.add(approval_transfer, knowing(transfer));
    catalogue.add(approval_add_signer, knowing(add_signer));
    catalogue.add(approval_urge, [subjects, config](operation::Context& ctx, OneApproval const& input) {
        return urge(ctx, input, *subjects, config);
    });
    catalogue.add(setting_list);
    catalogue.add(setting_change);
}

}  // namespace wescrm::approval
