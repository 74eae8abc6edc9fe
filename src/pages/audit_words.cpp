#include "audit_words.hpp"

#include <array>
#include <span>

namespace wescrm::pages {
namespace {

constexpr std::array<AuditWord, 6> ways{
    {{"chat", "聊天"}, {"page", "页面"}, {"api", "API"}, {"timer", "定时"}, {"sync", "同步"}, {"cli", "命令行"}}};
constexpr std::array<AuditWord, 41> object_words{{{"customer", "客户"},
                                                  {"contact", "联系人"},
                                                  {"followup", "跟进"},
                                                  {"task", "任务"},
                                                  {"employee", "员工"},
                                                  {"department", "部门"},
                                                  {"role", "角色"},
                                                  {"company", "企业"},
                                                  {"api_key", "API 密钥"},
                                                  {"share", "共享规则"},
                                                  {"user_group", "用户组"},
                                                  {"sync_run", "同步"},
                                                  {"lead", "线索"},
                                                  {"opportunity", "商机"},
                                                  {"product", "产品"},
                                                  {"product_category", "产品分类"},
                                                  {"price_book", "价格表"},
                                                  {"quote", "报价单"},
                                                  {"contract", "合同"},
                                                  {"order", "订单"},
                                                  {"payment", "回款"},
                                                  {"payment_plan", "回款计划"},
                                                  {"invoice", "发票"},
                                                  {"high_sea", "公海"},
                                                  {"process", "销售流程"},
                                                  {"field", "自定义字段"},
                                                  {"approval", "审批"},
                                                  {"lead_assignment_rule", "线索分配规则"},
                                                  {"lead_score_rule", "线索评分规则"},
                                                  {"holding_cap", "持有上限"},
                                                  {"duplicate_pair", "疑似重复"},
                                                  {"duplicate_rule", "查重规则"},
                                                  {"tag", "标签"},
                                                  {"tag_group", "标签分组"},
                                                  {"duplicate_lead", "疑似重复线索"},
                                                  {"attachment", "文件"},
                                                  {"invoice_title", "开票抬头"},
                                                  {"approval_setting", "审批设置"},
                                                  {"numbering_rule", "编号规则"},
                                                  {"import", "导入"},
                                                  {"export", "导出"}}};

// What is no operation of its own.
constexpr std::array<AuditWord, 27> action_words{{{"customer.unmerge", "撤销合并"},
                                                  {"lead.collaboration_approved", "同意协作"},
                                                  {"lead.collaboration_rejected", "拒绝协作"},
                                                  {"lead.accept", "接受分配"},
                                                  {"lead.decline", "不接受分配"},
                                                  {"customer.accept", "接受分配"},
                                                  {"customer.decline", "不接受分配"},
                                                  {"customer.bid", "申请领取"},
                                                  {"lead.bid", "申请领取"},
                                                  {"customer.purge", "彻底清除"},
                                                  {"contact.move", "转到另任职的客户"},
                                                  {"contact.purge", "彻底清除"},
                                                  {"lead.purge", "彻底清除"},
                                                  {"opportunity.purge", "彻底清除"},
                                                  {"field.purge", "清除已删除字段的内容"},
                                                  {"company.register", "注册企业"},
                                                  {"link.accept", "连接企业微信"},
                                                  {"link.administrator", "绑定管理员账号"},
                                                  {"approval.submit", "提交审批"},
                                                  {"approval.reroute", "改派审批人"},
                                                  {"approval.terminate", "终止审批"},
                                                  {"customer.deal_status", "成交状态变化"},
                                                  {"department.handover", "交接部门负责人"},
                                                  {"employee.superior", "交接直接下属"},
                                                  {"share.handover", "交接共享规则"},
                                                  {"field_form.drop", "丢弃表单草稿"},
                                                  {"export.download", "下载导出文件"}}};
// What happens to records of several kinds without an operation of the kind's own: "order.in_force".
constexpr std::array<AuditWord, 12> endings{{{"in_force", "生效"},
                                             {"submit", "提交审批"},
                                             {"reject", "审批未通过"},
                                             {"withdraw", "撤回审批"},
                                             {"count", "入账"},
                                             {"accept", "受理"},
                                             {"handover", "交接"},
                                             {"share", "共享"},
                                             {"unshare", "取消共享"},
                                             {"transfer", "转移"},
                                             {"change", "修改"},
                                             {"create", "新建"}}};
// What no form asks for but a change shows.
constexpr std::array<AuditWord, 41> fields{{{"no", "编号"},
                                            {"row_count", "行数"},
                                            {"currency", "币种"},
                                            {"image_ids", "图片"},
                                            {"customer_name", "客户"},
                                            {"owner_user_id", "负责人"},
                                            {"owner_name", "负责人姓名"},
                                            {"high_sea_id", "公海"},
                                            {"deal_status", "成交状态"},
                                            {"acquired_kind", "获得方式"},
                                            {"acquired_at", "接收时间"},
                                            {"recycle_due_at", "公海到期"},
                                            {"last_follow_at", "最后跟进"},
                                            {"next_contact_at", "下次联系"},
                                            {"version", "版本"},
                                            {"created_at", "创建时间"},
                                            {"updated_at", "修改时间"},
                                            {"created_by", "创建人"},
                                            {"status", "状态"},
                                            {"permissions", "权限"},
                                            {"data_scopes", "数据范围"},
                                            {"fields", "字段权限"},
                                            {"department_ids", "部门"},
                                            {"member_user_ids", "成员"},
                                            {"role_ids", "角色"},
                                            {"role_names", "角色名称"},
                                            {"team", "团队"},
                                            {"contacts", "联系人"},
                                            {"followups", "跟进"},
                                            {"superior_user_id", "直接上级"},
                                            {"customer_id", "客户"},
                                            {"id", "标识"},
                                            {"user_id", "员工账号"},
                                            {"is_primary", "主要联系人"},
                                            {"first_deal_at", "首次成交"},
                                            {"last_deal_at", "最近成交"},
                                            {"protected_until", "保护至"},
                                            {"pool_entered_at", "入池时间"},
                                            {"score", "评分"},
                                            {"claim_decided_at", "公布领取结果"},
                                            {"held", "现有"}}};

std::string_view audit_word(std::span<AuditWord const> words, std::string_view key) {
    for (auto const& [known, word] : words)
        if (known == key) return word;
    return key;
}

// What was done, for people, whoever did it and by which way.
std::string_view done_in_words(operation::Catalogue const& catalogue, std::string_view action) {
    if (auto const* entry = catalogue.find(action)) return entry->title;
    if (auto const word = audit_word(action_words, action); word != action) return word;
    return audit_word(endings, action.substr(action.find('.') + 1));
}

std::string plain_word(json::Value const& value) {
    return value.IsString() ? std::string{json::view(value)} : value.IsNull() ? "空" : json::write(value);
}

// A field as its form calls it: in the operation that changed it, else in the one that makes such a record.
std::string field_title(operation::Catalogue const& catalogue, FieldWords const& own, json::Value const& row,
                        std::string_view field) {
    auto const object = json::find_string(row, "object").value_or("");
    if (auto word = own(object, field); !word.empty()) return word;
    for (auto const& name : {json::find_string(row, "action").value_or(""), object + ".change", object + ".create"}) {
        auto const* entry = catalogue.find(name);
        if (!entry) continue;
        for (auto const& known : entry->input)
            if (known.name == field && !known.label.empty()) return known.label;
    }
    for (auto const& [known, word] : fields)
        if (known == field) return std::string{word};
    return std::string{field};
}

// What changed, a line per field: "名称：旧 → 新".
json::Value changes_of(operation::Catalogue const& catalogue, FieldWords const& own, json::Value const& row,
                       json::Allocator& allocator) {
    auto lines = json::Value{rapidjson::kArrayType};
    auto const* before = json::find(row, "before");
    auto const* after = json::find(row, "after");
    auto const add = [&](std::string_view field, json::Value const* was, json::Value const* is) {
        auto line = json::Value{rapidjson::kObjectType};
        json::set(line, "field", field_title(catalogue, own, row, field), allocator);
        json::set(line, "was", was ? plain_word(*was) : "", allocator);
        json::set(line, "is", is ? plain_word(*is) : "", allocator);
        lines.PushBack(std::move(line), allocator);
    };
    if (after && after->IsObject())
        for (auto const& member : after->GetObject())
            add(json::view(member.name), before ? json::find(*before, json::view(member.name)) : nullptr,
                &member.value);
    if (before && before->IsObject())
        for (auto const& member : before->GetObject())
            if (!after || !json::find(*after, json::view(member.name)))
                add(json::view(member.name), &member.value, nullptr);
    return lines;
}

}  // namespace

std::vector<AuditWord> audited_objects() { return {object_words.begin(), object_words.end()}; }

void describe_change(operation::Catalogue const& catalogue, FieldWords const& own, json::Value& row,
                     json::Allocator& allocator) {
    auto const action = json::find_string(row, "action").value_or("");
    json::set(row, "what", done_in_words(catalogue, action), allocator);
    json::set(row, "way", audit_word(ways, json::find_string(row, "via").value_or("")), allocator);
    auto const object = json::find_string(row, "object").value_or("");
    json::set(row, "object_word", audit_word(object_words, object), allocator);
    // Which kind of records a setting is for stands where others have a reason.
    if (object == "approval_setting" || object == "numbering_rule")
        json::set(row, "reason", audit_word(object_words, json::find_string(row, "reason").value_or("")), allocator);
    json::set(row, "changes", changes_of(catalogue, own, row, allocator), allocator);
}

}  // namespace wescrm::pages
