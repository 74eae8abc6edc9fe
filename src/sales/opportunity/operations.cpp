#include "opportunity/opportunity_operations.hpp"
#include "opportunity/process_scope.hpp"
#include "tags/tagged_lists.hpp"

#include <wescrm/sales/opportunity.hpp>

namespace wescrm::sales {
namespace {

using operation::Effect;
using operation::FieldRule;
using operation::Operation;

constexpr std::size_t long_text = 2'000;
constexpr std::int64_t most_money = 100'000'000'000'00;  // fen: a thousand of them still fit a sum

constexpr Operation<CreateProcess, ProcessDetail> process_create{"process.create", "新建销售流程",
                                                                 "process.manage", Effect::writes,
                                                                 create_process,   {"POST", "/sales-processes", 201}};
constexpr Operation<OneProcess, ProcessDetail> process_show{
    "process.show", "查看销售流程", "opportunity.view", Effect::reads, show_process, {"GET", "/sales-processes/{id}"}};
constexpr Operation<ListProcesses, ProcessPage> process_list{
    "process.list", "销售流程列表", "opportunity.view", Effect::reads, list_processes, {"GET", "/sales-processes"}};
constexpr Operation<ChangeProcess, ProcessDetail> process_change{"process.change", "修改销售流程",
                                                                 "process.manage", Effect::writes,
                                                                 change_process,   {"PATCH", "/sales-processes/{id}"}};
constexpr Operation<OneProcess, Nothing> process_delete{"process.delete", "删除销售流程",
                                                        "process.manage", Effect::confirms,
                                                        delete_process,   {"DELETE", "/sales-processes/{id}", 204}};
constexpr Operation<OneProcess, ProcessVersions> process_versions{
    "process.versions", "销售流程的版本",      "process.manage",
    Effect::reads,      list_process_versions, {"GET", "/sales-processes/{id}/versions"}};

constexpr auto object = TaggedObject::opportunity;
constexpr Operation<CreateTagged<CreateOpportunity>, WithTags<OpportunityDetail>> opportunity_create{
    "opportunity.create", "新建商机", "opportunity.create", Effect::writes, nullptr, {"POST", "/opportunities", 201}};
constexpr Operation<OneOpportunity, WithTags<OpportunityDetail>> opportunity_show{
    "opportunity.show",
    "查看商机",
    "opportunity.view",
    Effect::reads,
    show_tagged<object, show_opportunity, OneOpportunity, OpportunityDetail>,
    {"GET", "/opportunities/{id}"}};
constexpr Operation<ListTagged<ListOpportunities>, OpportunityPage> opportunity_list{
    "opportunity.list",       "商机列表", "opportunity.view", Effect::reads, list_tagged_opportunities,
    {"GET", "/opportunities"}};
constexpr Operation<OpportunityFilter, Board> opportunity_board{
    "opportunity.board", "商机看板", "opportunity.view", Effect::reads, show_board, {"GET", "/opportunities/board"}};
constexpr Operation<OneOpportunity, StageEntries> opportunity_history{
    "opportunity.history", "商机的阶段记录", "opportunity.view",
    Effect::reads,         stage_history,    {"GET", "/opportunities/{id}/history"}};
constexpr Operation<ChangeTagged<ChangeOpportunity>, WithTags<OpportunityDetail>> opportunity_change{
    "opportunity.change", "修改商机", "opportunity.edit", Effect::writes, nullptr, {"PATCH", "/opportunities/{id}"}};
constexpr Operation<OneOpportunity, Nothing> opportunity_delete{
    "opportunity.delete", "删除商机",         "opportunity.delete",
    Effect::confirms,     delete_opportunity, {"DELETE", "/opportunities/{id}", 204}};
constexpr Operation<OneOpportunity, OpportunityDetail> opportunity_restore{
    "opportunity.restore", "恢复商机",          "opportunity.delete",
    Effect::writes,        restore_opportunity, {"POST", "/opportunities/{id}/restore"}};
constexpr Operation<AdvanceOpportunity, OpportunityDetail> opportunity_advance{
    "opportunity.advance", "推进商机",          "opportunity.advance",
    Effect::writes,        advance_opportunity, {"POST", "/opportunities/{id}/advance"}};
constexpr Operation<SubmitOpportunity, OpportunityDetail> opportunity_submit{
    "opportunity.submit", "商机提交审批",     "opportunity.advance",
    Effect::writes,       submit_opportunity, {"POST", "/opportunities/{id}/submit"}};
constexpr Operation<WinOpportunity, OpportunityDetail> opportunity_win{
    "opportunity.win", "赢单",          "opportunity.close",
    Effect::confirms,  win_opportunity, {"POST", "/opportunities/{id}/win"}};
constexpr Operation<LoseOpportunity, OpportunityDetail> opportunity_lose{
    "opportunity.lose", "输单",           "opportunity.close",
    Effect::confirms,   lose_opportunity, {"POST", "/opportunities/{id}/lose"}};
constexpr Operation<LoseOpportunity, OpportunityDetail> opportunity_invalidate{
    "opportunity.invalidate", "商机标为无效",         "opportunity.close",
    Effect::confirms,         invalidate_opportunity, {"POST", "/opportunities/{id}/invalidate"}};
constexpr Operation<ReopenOpportunity, OpportunityDetail> opportunity_reopen{
    "opportunity.reopen", "重新打开商机",     "opportunity.reopen",
    Effect::confirms,     reopen_opportunity, {"POST", "/opportunities/{id}/reopen"}};
constexpr Operation<TransferOpportunity, OpportunityDetail> opportunity_transfer{
    "opportunity.transfer", "转移商机",           "opportunity.transfer",
    Effect::confirms,       transfer_opportunity, {"POST", "/opportunities/{id}/transfer"}};

}  // namespace

std::vector<FieldRule> field_rules(CreateOpportunity const*) {
    return {{"name", "商机名称", {.max_length = 100}, "宏达科技年度采购"},
            {"customer_id", "客户"},
            {"amount_fen", "商机金额", {.min = 0, .max = most_money}, "500000"},
            {"process_id", "销售流程"},
            {"stage_id", "阶段"},
            {"contact_id", "主要联系人"},
            {"probability", "赢率", {.min = 0, .max = 100}},
            {"expected_close_date", "预计成交日期", {}, "12月31日"},
            {"source", "来源", {.max_length = 50}},
            {"competitor", "竞争对手", {.max_length = 200}},
            {"remark", "备注", {.max_length = long_text}},
            {"main_lead_id", "主线索"},
            {"secondary_lead_ids", "其他线索", {.max_items = 50}},
            {"lines", "产品明细", {.max_items = 200}},
            {"contacts", "联系人", {.max_items = 50}},
            {"next_contact_at", "下次联系时间"},
            {"owner_user_id", "负责人", {.max_length = 64}}};
}

std::vector<FieldRule> field_rules(ChangeOpportunity const*) {
    auto rules = field_rules(static_cast<CreateOpportunity const*>(nullptr));
    rules.push_back({"version", "版本", {.min = 1}});
    rules.push_back({"team", "团队", {.max_items = 50}});
    rules.push_back({"reason", "退回原因", {.max_length = 500}});
    return rules;
}

std::vector<FieldRule> field_rules(LineInput const*) {
    return {{"product_id", "产品"},
            {"name", "产品名称", {.max_length = 100}},
            {"price_fen", "单价", {.min = 0, .max = most_money}},
            {"price_e4", "单价（单位 0.0001 元，与 price_fen 二选一）", {.min = 0, .max = most_money * 100}},
            {"quantity", "数量"},
            {"discount_percent", "折扣"}};
}

std::vector<FieldRule> field_rules(AdvanceOpportunity const*) {
    return {{"stage_id", "阶段"}, {"reason", "原因", {.max_length = 500}}, {"version", "版本", {.min = 1}}};
}
std::vector<FieldRule> field_rules(SubmitOpportunity const*) {
    return {{"reason", "说明", {.max_length = 500}}, {"version", "版本", {.min = 1}}};
}

std::vector<FieldRule> field_rules(WinOpportunity const*) {
    return {{"closed_on", "成交日期"},
            {"amount_fen", "成交金额", {.min = 1, .max = most_money}},
            {"remark", "备注", {.max_length = long_text}},
            {"version", "版本", {.min = 1}}};
}
std::vector<FieldRule> field_rules(LoseOpportunity const*) {
    return {{"reason", "原因", {.max_length = 500}, "价格过高"},
            {"competitor", "竞争对手", {.max_length = 200}},
            {"closed_on", "日期"},
            {"version", "版本", {.min = 1}}};
}
std::vector<FieldRule> field_rules(ReopenOpportunity const*) {
    return {{"stage_id", "阶段"}, {"reason", "原因", {.max_length = 500}}, {"version", "版本", {.min = 1}}};
}
std::vector<FieldRule> field_rules(TransferOpportunity const*) {
    return {{"user_id", "新负责人", {.max_length = 64}}, {"reason", "原因", {.max_length = 500}}};
}
void add_process_operations(operation::Catalogue& catalogue) {
    catalogue.add(process_create);
    catalogue.add(process_show);
    catalogue.add(process_list);
    add_open_processes(catalogue);
    catalogue.add(process_change);
    catalogue.add(process_delete);
    catalogue.add(process_versions);
}

void add_opportunity_operations(operation::Catalogue& catalogue, TagLimits const& limits) {
    catalogue.add(opportunity_create,
                  create_tagged<object, create_opportunity, CreateOpportunity, OpportunityDetail>(limits));
    catalogue.add(opportunity_show);
    catalogue.add(opportunity_list);
    catalogue.add(opportunity_board);
    catalogue.add(opportunity_history);
    catalogue.add(opportunity_change,
                  change_tagged<object, change_opportunity, ChangeOpportunity, OpportunityDetail>(limits));
    catalogue.add(opportunity_delete);
    catalogue.add(opportunity_restore);
    catalogue.add(opportunity_advance);
    catalogue.add(opportunity_submit);
    catalogue.add(opportunity_win);
    catalogue.add(opportunity_lose);
    catalogue.add(opportunity_invalidate);
    catalogue.add(opportunity_reopen);
    catalogue.add(opportunity_transfer);
    add_opportunity_team_operations(catalogue);
    add_required_task_operation(catalogue);
}

}  // namespace wescrm::sales
