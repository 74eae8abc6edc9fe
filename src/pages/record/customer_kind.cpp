#include "parts.hpp"
#include "tags.hpp"

namespace wescrm::pages::record {
namespace {

bool is_owned(json::Value const& record) { return json::find_string(record, "owner_user_id").has_value(); }

bool is_customer_protected(json::Value const& record) {
    return json::find_string(record, "protected_until").has_value();
}

bool is_unprotected(json::Value const& record) { return is_owned(record) && !is_customer_protected(record); }

bool is_due(json::Value const& record) { return json::find_string(record, "recycle_due_at").has_value(); }

bool is_in_pool(json::Value const& record) { return json::find_string(record, "high_sea_id").has_value(); }

Words deal_words() { return {{"open", "未成交"}, {"closed", "已成交", "ok"}}; }

Action transfer() {
    auto action = fitting(transfer_action("customer.transfer", "转移后由新负责人跟进，系统会通知他。"), is_owned);
    action.fields.push_back({"with_children",
                             Field::Ask::choice,
                             {{"true", "一起转移"}, {"false", "留给原负责人"}},
                             {},
                             "原负责人的商机和单据"});
    action.fields.push_back({"keep_former",
                             Field::Ask::choice,
                             {{"none", "不保留"}, {"read", "可查看"}, {"write", "可修改"}},
                             {},
                             "原负责人作为团队成员"});
    action.fields.push_back({"keep_until", Field::Ask::by_type, {}, {}, "保留到"});
    return action;
}

std::vector<Action> customer_actions() {
    auto const tagging = tag_actions("customer.tag", "customer");
    auto const& tag_one = tagging.front();
    auto const& tag_several = tagging.back();
    return {
        transfer(),
        {.name = "assign",
         .operation = "customer.assign",
         .title = "分配",
         .icon = "people",
         .fields = {{"user_id", Field::Ask::person, {}, {}, "分配给"}, {"reason"}, {"over_cap_reason"}},
         .done = "已分配",
         .is_bulk = true},
        {.name = "claim",
         .operation = "customer.claim",
         .title = "领取",
         .icon = "plus",
         .sentence = "领取后由您负责跟进，计入每日领取数和持有上限。",
         .done = "领取已受理",
         .is_bulk = true,
         .is_main = true,
         .fits = is_in_pool},
        {.name = "release",
         .operation = "customer.release",
         .title = "退回公海",
         .icon = "pool",
         .fields =
             {{"high_sea_id", Field::Ask::choice, {}, {"high_sea.list", "id", "name", "object", "customer"}, "公海"},
              reason_field("returned")},
         .sentence = "退回后由公海成员领取，您不再是负责人。",
         .done = "已退回公海",
         .is_danger = true,
         .is_bulk = true,
         .leaves = true,
         .fits = is_owned},
        {.name = "recall",
         .operation = "customer.recall",
         .title = "收回到公海",
         .icon = "pool",
         .fields =
             {{"high_sea_id", Field::Ask::choice, {}, {"high_sea.list", "id", "name", "object", "customer"}, "公海"},
              {"reason"}},
         .sentence = "由公海管理员或负责人的上级收回；系统会通知负责人。",
         .done = "已收回到公海",
         .is_danger = true,
         .is_bulk = true,
         .leaves = true,
         .fits = is_owned},
        {.name = "move",
         .operation = "customer.move",
         .title = "移到其他公海",
         .icon = "swap",
         .fields = {{"high_sea_id",
                     Field::Ask::choice,
                     {},
                     {"high_sea.list", "id", "name", "object", "customer"},
                     "目标公海"},
                    {"reason"}},
         .done = "已移到其他公海",
         .fits = is_in_pool},
        {.name = "protect",
         .operation = "customer.protect",
         .title = "保护",
         .icon = "lock",
         .fields = {{"until", Field::Ask::by_type, {}, {}, "保护到"}},
         .sentence = "保护期内不会划入公海，也不计入持有上限。",
         .done = "已保护",
         .is_bulk = true,
         .fits = is_unprotected},
        {.name = "unprotect",
         .operation = "customer.unprotect",
         .title = "解除保护",
         .icon = "undo",
         .done = "已解除保护",
         .is_bulk = true,
         .fits = is_customer_protected},
        {.name = "set_deal",
         .operation = "customer.set_deal",
         .title = "设置成交状态",
         .icon = "stamp",
         .fields = {{"deal_status",
                     Field::Ask::choice,
                     {{"derived", "按订单、合同和商机"}, {"closed", "已成交"}, {"open", "未成交"}},
                     {},
                     "成交状态"},
                    {"reason"}},
         .sentence = "只有企业管理员可以手工设置；原因会记入日志。",
         .done = "成交状态已更新"},
        {.name = "extend",
         .operation = "customer.extend",
         .title = "申请延期回收",
         .icon = "trend",
         .fields = {{"days"}, {"reason"}},
         .sentence = "由您的直接上级审批，同意后公海到期日顺延。",
         .done = "已提交申请",
         .fits = is_due},
        link_contact(),
        unlink_contact(),
        share_action("customer.share"),
        tag_one,
        tag_several,
        {.name = "undo_merge",
         .operation = "customer.undo_merge",
         .title = "撤销合并",
         .icon = "undo",
         .sentence = "合并进来的联系人、跟进、商机和订单回到原来的客户，两家都恢复为合并前的样子。",
         .done = "已撤销合并",
         .is_danger = true,
         .fits = [](json::Value const&) { return false; }},
        delete_action("customer.delete", "删除后进入回收站，可以恢复。")};
}

}  // namespace

Kind customer_kind() {
    auto kind = Kind{};
    kind.object = "customer";
    kind.path = "/app/customers";
    kind.title = "客户";
    kind.measure = "家";
    kind.icon = "customer";
    kind.scenes = {"mine",   "subordinates", "team",      "subordinates_team", "headed",
                   "shared", "followed",     "new_today", "new_week",          "to_contact"};
    kind.columns = {{"level", "级别", Show::tag, {{"重点", "重点", "info"}}},
                    {"deal_status", "成交", Show::tag, deal_words()},
                    tags_column(),
                    {"industry", "行业", Show::text, {}, {}, {}, {}, true},
                    {"last_follow_at", "最后跟进", Show::instant, {}, "last_follow_at"},
                    {"next_contact_at", "下次联系", Show::due, {}, "next_contact_at"},
                    {"recycle_due_at", "公海剩余", Show::left},
                    {"owner_name", "负责人", Show::text, {}, {}, {}, {}, true},
                    {"created_at", "创建时间", Show::instant, {}, "created_at", {}, {}, true, true},
                    {"updated_at", "更新时间", Show::instant, {}, "updated_at", {}, {}, true, true},
                    {"source", "来源", Show::text, {}, {}, {}, {}, true, true},
                    {"mobile", "电话", Show::phone, {}, {}, {}, {}, true, true},
                    {"scale", "规模", Show::text, {}, {}, {}, {}, true, true},
                    {"province", "省份", Show::text, {}, {}, {}, {}, true, true},
                    {"city", "城市", Show::text, {}, {}, {}, {}, true, true},
                    {"website", "网址", Show::text, {}, {}, {}, {}, true, true},
                    {"address", "地址", Show::text, {}, {}, {}, {}, true, true}};
    kind.filters = {{"level", "级别", Filter::Ask::text, {}, {}, true},
                    {"deal_status", "成交", Filter::Ask::choice, deal_words(), {}, true},
                    {"owner", "负责人", Filter::Ask::person, {}, {}, true},
                    {"department", "部门", Filter::Ask::department},
                    {"industry", "行业"},
                    {"source", "来源"},
                    {"scale", "规模"},
                    {"province", "省份"},
                    {"city", "城市"},
                    tags_filter(),
                    {"not_followed_days", "多少天没有跟进"},
                    {"from", "创建从", Filter::Ask::date},
                    {"to", "创建到", Filter::Ask::date},
                    {"deleted", "回收站", Filter::Ask::yes}};
    kind.facts = {{"owner_name", "负责人"},
                  {"next_contact_at", "下次联系", Show::due},
                  {"recycle_due_at", "公海到期", Show::left},
                  {"last_follow_at", "最后跟进", Show::instant}};
    kind.properties = {{"no", "编号"},
                       {"name", "客户名称"},
                       {"short_name", "简称"},
                       {"level", "级别"},
                       {"deal_status", "成交状态", Show::tag, deal_words()},
                       {"industry", "行业"},
                       {"source", "来源"},
                       {"scale", "规模"},
                       {"mobile", "电话", Show::phone},
                       {"phone", "固定电话", Show::phone},
                       {"website", "网址"},
                       {"credit_code", "统一社会信用代码"},
                       {"province", "省份"},
                       {"city", "城市"},
                       {"district", "区县"},
                       {"address", "地址"},
                       {"latitude", "纬度", Show::number},
                       {"longitude", "经度", Show::number},
                       {"parent_name", "上级客户", Show::link, {}, {}, "/app/customers/", "parent_id"},
                       {"relation", "与上级的关系"},
                       {"remark", "备注"},
                       {"first_deal_at", "首次成交", Show::instant},
                       {"last_deal_at", "最近成交", Show::instant},
                       {"acquired_kind", "取得方式", Show::tag, acquired_words()},
                       {"acquired_at", "取得时间", Show::instant},
                       {"pool_entered_at", "入池时间", Show::instant},
                       {"protected_until", "保护至", Show::instant},
                       {"created_at", "创建时间", Show::instant},
                       {"updated_at", "更新时间", Show::instant}};
    kind.money = {{"orders", "订单数", Show::number},
                  {"ordered_fen", "订单额", Show::money},
                  {"received_fen", "已回款", Show::money},
                  {"outstanding_fen", "未回款", Show::money},
                  {"overdue_fen", "逾期未回", Show::money},
                  {"invoiced_fen", "已开票", Show::money},
                  {"foreign_text", "外币订单"},
                  {"open_opportunities", "跟进中商机", Show::number},
                  {"expected_fen", "商机金额", Show::money},
                  {"foreign_expected_text", "外币商机"},
                  {"last_ordered_on", "最近下单", Show::date}};
    kind.form = {
        {"name"},     {"short_name"},      {"mobile"},
        {"phone"},    {"contact"},         {"level"},
        {"industry"}, {"source"},          {"scale"},
        {"website"},  {"credit_code"},     {"province"},
        {"city"},     {"district"},        {"address"},
        {"latitude"}, {"longitude"},       {"parent_id", Field::Ask::record, {}, {}, {}, "customer", "parent_name"},
        {"relation"}, {"next_contact_at"}, tags_field("customer"),
        {"remark"}};
    kind.actions = customer_actions();
    kind.children = {{"contacts",
                      "联系人",
                      "contact",
                      "customer_id",
                      "customer_id",
                      {"customer.linked_contacts", "link_contact", "unlink_contact", "contact_id"}},
                     {"opportunities", "商机", "opportunity", "customer_id", "customer_id"},
                     {"orders", "订单", "order", "customer_id", "customer_id"},
                     {"quotes", "报价单", "quote", "customer_id", "customer_id"},
                     {"contracts", "合同", "contract", "customer_id", "customer_id"},
                     {"payments", "回款", "payment", "customer_id"},
                     {"invoices", "发票", "invoice", "customer_id"},
                     {"titles", "开票抬头", "invoice_title", "customer_id", "customer_id"},
                     {"leads", "线索", "lead", "customer_id"},
                     {"subsidiaries", "下级客户", "customer", "parent_id", "parent_id"}};
    kind.search_hint = "名称、拼音、编号、电话";
    kind.chat_hint = "新建客户 宏达科技 电话13800138000 来源展会";
    kind.has_followups = true;
    kind.has_tasks = true;
    return kind;
}

}  // namespace wescrm::pages::record
