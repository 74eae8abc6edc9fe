#include "contact_links.hpp"
#include "customer_hand.hpp"
#include "customers.hpp"
#include "duplicate/duplicate_operations.hpp"
#include "duplicate/reason.hpp"
#include "duplicate/rule_store.hpp"
#include "family_operations.hpp"
#include "fields/field_operations.hpp"
#include "followup_comments.hpp"
#include "near_operations.hpp"
#include "opportunity/opportunity_operations.hpp"
#include "opportunity/stage_list.hpp"
#include "tags/tagged_lists.hpp"
#include "team_operations.hpp"

#include <wescrm/sales/attachment.hpp>
#include <wescrm/sales/customer.hpp>
#include <wescrm/sales/operations.hpp>
#include <wescrm/sales/sales_rules.hpp>

namespace wescrm::sales {
namespace {

using operation::Effect;
using operation::FieldRule;
using operation::Operation;
constexpr std::size_t long_text = 2'000;

constexpr Operation<CreateTagged<CreateCustomer>, CustomerDetail> customer_create{
    "customer.create", "新建客户", "customer.create", Effect::writes, nullptr, {"POST", "/customers", 201}};
constexpr Operation<ShowCustomer, CustomerDetail> customer_show{
    "customer.show", "查看客户", "customer.view", Effect::reads, show_customer_with, {"GET", "/customers/{id}"}};
constexpr Operation<ListTagged<ListCustomers>, CustomerPage> customer_list{
    "customer.list", "客户列表", "customer.view", Effect::reads, list_tagged_customers, {"GET", "/customers"}};
constexpr Operation<SearchCustomers, FoundCustomers> customer_search{
    "customer.search", "查找客户", "customer.view", Effect::reads, search_customers, {}};
constexpr Operation<ChangeTagged<ChangeCustomer>, CustomerDetail> customer_change{
    "customer.change", "修改客户", "customer.edit", Effect::writes, nullptr, {"PATCH", "/customers/{id}"}};
constexpr Operation<OneCustomer, Nothing> customer_delete{"customer.delete", "删除客户",
                                                          "customer.delete", Effect::confirms,
                                                          delete_customer,   {"DELETE", "/customers/{id}", 204}};
constexpr Operation<RestoreCustomer, CustomerDetail> customer_restore{
    "customer.restore", "恢复客户",       "customer.delete",
    Effect::writes,     restore_customer, {"POST", "/customers/{id}/restore"}};
constexpr Operation<HandCustomer, CustomerDetail> customer_transfer{
    "customer.transfer", "转移客户",       "customer.transfer",
    Effect::confirms,    hand_on_customer, {"POST", "/customers/{id}/transfer"}};
constexpr Operation<HandCustomer, CustomerDetail> customer_assign{
    "customer.assign", "分配客户",        "customer.view",
    Effect::confirms,  hand_out_customer, {"POST", "/customers/{id}/assign"}};
constexpr Operation<ListOwnershipEvents, OwnershipEventPage> ownership_event_list{
    "ownership_event.list",      "归属流水", "customer.view", Effect::reads, list_ownership_events,
    {"GET", "/ownership-events"}};
constexpr Operation<CreateTagged<CreateContact>, WithTags<Contact>> contact_create{
    "contact.create", "新建联系人", "customer.edit", Effect::writes, nullptr, {"POST", "/contacts", 201}};
constexpr Operation<OneContact, WithTags<ContactDetail>> contact_show{
    "contact.show",
    "查看联系人",
    "customer.view",
    Effect::reads,
    show_tagged<TaggedObject::contact, show_contact_detail, OneContact, ContactDetail>,
    {"GET", "/contacts/{id}"}};
constexpr Operation<ListTagged<ListContacts>, ContactPage> contact_list{
    "contact.list", "联系人列表", "customer.view", Effect::reads, list_tagged_contacts, {"GET", "/contacts"}};
constexpr Operation<SearchContacts, FoundContacts> contact_search{"contact.search", "查找联系人",    "customer.view",
                                                                  Effect::reads,    search_contacts, {}};
constexpr Operation<ChangeTagged<ChangeContact>, WithTags<Contact>> contact_change{
    "contact.change", "修改联系人", "customer.edit", Effect::writes, nullptr, {"PATCH", "/contacts/{id}"}};
constexpr Operation<OneContact, Nothing> contact_delete{"contact.delete", "删除联系人",
                                                        "customer.edit",  Effect::confirms,
                                                        delete_contact,   {"DELETE", "/contacts/{id}", 204}};
constexpr Operation<RestoreContact, Contact> contact_restore{"contact.restore", "恢复联系人",
                                                             "customer.edit",   Effect::writes,
                                                             restore_contact,   {"POST", "/contacts/{id}/restore"}};
constexpr Operation<CreateFollowup, Followup> followup_create{
    "followup.create", "写跟进", "followup.create", Effect::writes, create_followup, {"POST", "/followups", 201}};
constexpr Operation<OneFollowup, Followup> followup_show{"followup.show", "查看跟进",    "customer.view",
                                                         Effect::reads,   show_followup, {"GET", "/followups/{id}"}};
constexpr Operation<ListFollowups, FollowupPage> followup_list{"followup.list", "跟进记录",     "customer.view",
                                                               Effect::reads,   list_followups, {"GET", "/followups"}};
constexpr Operation<ChangeFollowup, Followup> followup_change{
    "followup.change", "修改跟进", "followup.create", Effect::writes, change_followup, {"PATCH", "/followups/{id}"}};
constexpr Operation<OneFollowup, Nothing> followup_delete{"followup.delete", "删除跟进",
                                                          "followup.create", Effect::confirms,
                                                          delete_followup,   {"DELETE", "/followups/{id}", 204}};

}  // namespace

std::vector<FieldRule> field_rules(CreateCustomer const*) {
    return {{"name", "客户名称", {.max_length = 100}, "宏达科技有限公司"},
            {"mobile", "电话", {.max_length = 30}, "13800138000"},
            {"contact", "联系人", {.max_length = 50}, "王建国"},
            {"short_name", "简称", {.max_length = 50}},
            {"level", "客户级别", {.max_length = 20}, "重点"},
            {"industry", "行业", {.max_length = 50}, "制造业"},
            {"source", "来源", {.max_length = 50}, "展会"},
            {"address", "地址"},
            {"remark", "备注", {.max_length = long_text}},
            {"credit_code", "统一社会信用代码", {.max_length = 18}, "91320594MA1MXQ8K73"},
            {"scale", "规模", {.max_length = 30}, "100-499 人"},
            {"phone", "固定电话", {.max_length = 30}, "0512-66001234"},
            {"website", "网址", {.max_length = 200}, "www.hongda.cn"},
            {"province", "省份", {.max_length = 30}, "江苏"},
            {"city", "城市", {.max_length = 30}, "苏州"},
            {"district", "区县", {.max_length = 30}, "工业园区"},
            {"latitude", "纬度"},
            {"longitude", "经度"},
            {"parent_id", "上级客户"},
            {"relation", "与上级的关系", {.max_length = 20}, "子公司"},
            {"next_contact_at", "下次联系时间", {}, "下周三下午3点"},
            {"owner_user_id", "负责人", {.max_length = 64}},
            {"high_sea_id", "公海"},
            rule_of_duplicate_reason()};
}

std::vector<FieldRule> field_rules(ChangeCustomer const*) {
    auto rules = field_rules(static_cast<CreateCustomer const*>(nullptr));
    rules.push_back({"version", "版本", {.min = 1}});
    rules.push_back({"team", "团队", {.max_items = 50}});
    return rules;
}

std::vector<FieldRule> field_rules(ShowCustomer const*) {
    return {{"followups", "最近跟进条数", {.min = 0, .max = 50}}};
}

std::vector<FieldRule> field_rules(TransferCustomer const*) {
    return {{"user_id", "新负责人", {.max_length = 64}}, {"reason", "原因"}};
}

std::vector<FieldRule> field_rules(CreateContact const*) {
    return {{"customer_id", "客户"},
            {"name", "姓名", {.max_length = 50}, "王建国"},
            {"mobile", "电话", {.max_length = 30}, "13800138000"},
            {"position", "职务", {.max_length = 50}, "采购经理"},
            {"is_primary", "首要联系人"},
            {"phone", "固定电话", {.max_length = 30}, "0512-66001234"},
            {"email", "邮箱", {.max_length = 100}, "wang@hongda.cn"},
            {"wechat", "微信", {.max_length = 50}},
            {"department", "部门", {.max_length = 50}, "采购部"},
            {"decision_role", "决策角色", {.max_length = 20}},
            {"attitude", "态度", {.max_length = 20}},
            {"birthday", "生日"},
            {"remark", "备注", {.max_length = long_text}},
            rule_of_duplicate_reason()};
}

std::vector<FieldRule> field_rules(RestoreCustomer const*) { return {rule_of_duplicate_reason()}; }
std::vector<FieldRule> field_rules(RestoreContact const*) { return {rule_of_duplicate_reason()}; }

std::vector<FieldRule> field_rules(ChangeContact const*) {
    auto rules = field_rules(static_cast<CreateContact const*>(nullptr));
    rules.push_back({"disabled", "停用"});
    rules.push_back({"disabled_reason", "停用原因"});
    rules.push_back({"version", "版本", {.min = 1}});
    return rules;
}

std::vector<FieldRule> field_rules(CreateFollowup const*) {
    return {{"target_type", "跟进对象类型"},
            {"target_id", "跟进对象"},
            {"content", "跟进内容", {.max_length = long_text}, "今天拜访了王总，对方案满意"},
            {"method", "跟进方式"},
            {"followed_at", "跟进时间"},
            {"next_contact_at", "下次联系时间", {}, "下周三下午3点"},
            {"author_user_id", "跟进人", {.max_length = 64}}};
}

std::vector<FieldRule> field_rules(ChangeFollowup const*) {
    return {{"content", "跟进内容", {.max_length = long_text}},
            {"method", "跟进方式"},
            {"next_contact_at", "下次联系时间"},
            {"version", "版本", {.min = 1}}};
}

void add_operations(operation::Catalogue& catalogue, Limits const& limits) {
    catalogue.add(customer_create,
                  create_tagged<TaggedObject::customer, create_customer, CreateCustomer, CustomerDetail>(limits.tags));
    catalogue.add(customer_show);
    catalogue.add(customer_list);
    catalogue.add(customer_search);
    catalogue.add(customer_change,
                  change_tagged<TaggedObject::customer, change_customer, ChangeCustomer, CustomerDetail>(limits.tags));
    catalogue.add(customer_delete);
    catalogue.add(customer_restore);
    catalogue.add(customer_transfer);
    catalogue.add(customer_assign);
    add_tag_operations(catalogue, limits.tags);
    add_team_operations(catalogue);
    add_duplicate_operations(catalogue);
    add_duplicate_rule_operations(catalogue);
    add_duplicate_pair_operations(catalogue);
    add_duplicate_lead_operations(catalogue);
    add_near_operations(catalogue);
    add_family_operations(catalogue);
    add_deal_operation(catalogue);
    add_recycle_bin_operations(catalogue);
    add_sales_rules_operations(catalogue);
    add_field_operations(catalogue);
    add_process_operations(catalogue);
    add_stage_list(catalogue);
    add_opportunity_operations(catalogue, limits.tags);
    catalogue.add(ownership_event_list);
    catalogue.add(contact_create,
                  create_tagged<TaggedObject::contact, create_contact, CreateContact, Contact>(limits.tags));
    catalogue.add(contact_show);
    catalogue.add(contact_list);
    catalogue.add(contact_search);
    catalogue.add(contact_change,
                  change_tagged<TaggedObject::contact, change_contact, ChangeContact, Contact>(limits.tags));
    catalogue.add(contact_delete);
    catalogue.add(contact_restore);
    add_contact_links(catalogue);
    catalogue.add(followup_create);
    catalogue.add(followup_show);
    catalogue.add(followup_list);
    catalogue.add(followup_change);
    catalogue.add(followup_delete);
    add_attachment_operations(catalogue, limits.product_pictures);
    add_comment_operations(catalogue);
}

}  // namespace wescrm::sales
