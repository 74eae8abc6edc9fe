#include "bulk.hpp"
#include "rules/typed_text.hpp"

#include <wescrm/operation/field_guard.hpp>
#include <wescrm/sales/customer.hpp>
#include <wescrm/sales/lead.hpp>

#include <algorithm>

namespace wescrm::sales {
namespace {

constexpr std::size_t shown_options = 50;
constexpr std::string_view contact_prefix = "contact_";

bool may_fill(operation::Actor const& actor, std::string const& kind, std::string const& field) {
    auto const right = actor.fields.find(kind + "." + field);
    return right == actor.fields.end() || (!right->second.is_hidden && !right->second.is_fixed);
}

std::vector<std::string> aliases_of(BulkObject object, std::string_view key) {
    auto const is_customer = object == BulkObject::customer;
    if (key == "name")
        return is_customer ? Texts{"客户", "名称", "公司", "公司名称", "企业名称", "单位名称"}
                           : Texts{"线索名称", "姓名", "名称", "联系人", "称呼"};
    if (key == "mobile") return {"手机", "手机号", "手机号码", "电话", "联系电话", "电话号码", "联系方式"};
    if (key == "company") return {"公司", "公司名称", "企业名称", "单位"};
    if (key == "owner_user_id") return {"负责人", "跟进人", "销售", "业务员", "负责人姓名"};
    if (key == "no") return is_customer ? Texts{"编号", "客户编号"} : Texts{"编号", "线索编号"};
    if (key == "level") return {"级别", "客户级别", "等级", "线索级别"};
    if (key == "next_contact_at") return {"下次联系", "下次联系时间", "下次跟进时间"};
    if (key == "tags") return {is_customer ? "客户标签" : "线索标签"};
    if (key == "industry") return {"所属行业"};
    if (key == "source") return {"客户来源", "线索来源"};
    if (key == "address") return {"详细地址", "公司地址"};
    if (key == "remark") return {"说明", "客户备注"};
    if (key == "contact") return {"联系人姓名"};
    if (key == "contact_mobile") return {"联系人电话", "联系人手机号", "联系人联系方式"};
    if (key == "contact_position") return {"职务", "职位", "联系人职位"};
    if (key == "credit_code") return {"信用代码", "社会信用代码", "营业执照号"};
    if (key == "phone" && is_customer) return {"座机", "座机号码"};
    return {};
}

std::vector<std::string> labels_of(Field const& field) {
    auto labels = std::vector<std::string>{};
    for (auto const& option : field.options)
        if (!option.disabled.value_or(false) && labels.size() < shown_options) labels.push_back(option.label);
    if (field.type == FieldType::boolean) return {"是", "否"};
    return labels;
}

std::string hint_of(Field const& field) {
    switch (field.type) {
        case FieldType::money:
            return "金额，单位：元";
        case FieldType::date:
            return "日期，例如 2026-11-27";
        case FieldType::datetime:
            return "日期和时间，例如 2026-11-27 08:30";
        case FieldType::multi_choice:
            return "多项用「、」分开";
        case FieldType::employee:
            return "员工姓名或账号";
        default:
            return field.help.value_or("");
    }
}

}  // namespace

void take_setting(BulkField& field, SystemField const& set) {
    if (set.label != set.standard_label) {
        field.aliases.push_back(field.label);  // files of before
        field.label = set.label;
    }
    field.is_required = field.is_required || set.required;
    if (set.help) field.hint = field.hint.empty() ? *set.help : *set.help + "；" + field.hint;
}

BulkSpec const& spec_of(BulkObject object) {
    static auto const customer =
        BulkSpec{"customer",
                 "客户",
                 PoolObject::customer,
                 {"name", "short_name", "credit_code", "phone", "level", "industry", "source", "address", "remark"},
                 "customer_word",
                 "customer_id"};
    static auto const lead = BulkSpec{"lead",
                                      "线索",
                                      PoolObject::lead,
                                      {"name", "company", "phone", "wechat", "email", "position", "province", "city",
                                       "address", "source", "channel", "level", "intended", "remark"},
                                      "lead_word",
                                      "lead_id"};
    return object == BulkObject::customer ? customer : lead;
}

std::map<std::string, BulkRule, std::less<>> rules_of(BulkObject object) {
    auto const fields = object == BulkObject::customer ? field_rules(static_cast<CreateCustomer const*>(nullptr))
                                                       : field_rules(static_cast<CreateLead const*>(nullptr));
    auto rules = std::map<std::string, BulkRule, std::less<>>{};
    for (auto const& field : fields)
        rules[std::string{field.name}] = {std::string{field.label}, field.limits.max_length};
    if (object == BulkObject::customer) {
        rules["contact_mobile"] = {"联系人手机", 30};
        rules["contact_position"] = {"联系人职务", 50};
    }
    rules["tags"] = {"标签", 500};
    rules["no"] = {std::string{spec_of(object).title} + "编号", 40};
    return rules;
}

BulkField bulk_field_of(Field const& own) {
    return {"custom." + own.key, own.label, own.required, hint_of(own), labels_of(own), {}};
}

std::vector<BulkField> bulk_fields(operation::Context& ctx, BulkObject object) {
    auto const& spec = spec_of(object);
    auto keys = std::vector<std::string>{"name", "mobile"};
    if (object == BulkObject::customer)
        for (auto const* key : {"contact", "contact_mobile", "contact_position"}) keys.emplace_back(key);
    for (auto const text : spec.texts)
        if (text != "name") keys.emplace_back(text);
    for (auto const* key : {"next_contact_at", "tags", "owner_user_id", "no"}) keys.emplace_back(key);
    auto const rules = rules_of(object);
    auto const custom = BulkCustom{ctx, spec};
    auto fields = std::vector<BulkField>{};
    for (auto const& key : keys) {
        auto const* set = custom.system(key);
        if (!may_fill(ctx.actor(), spec.name, key) || (set && set->hidden)) continue;
        if (key.starts_with(contact_prefix) && !may_fill(ctx.actor(), "contact", key.substr(contact_prefix.size())))
            continue;
        auto field = BulkField{key, rules.at(key).label, key == "name", {}, {}, aliases_of(object, key)};
        if (key == "next_contact_at") field.hint = "日期和时间，例如 2026-11-27 08:30";
        if (key == "tags") field.hint = "标签名称，多个用「、」分开；更新时替换原有的标签";
        if (key == "owner_user_id") field.hint = "员工姓名或账号；留空为导入人";
        if (key == "contact_mobile") field.hint = "留空为客户的电话";
        if (key == "no") field.hint = "只用于更新已有记录；新建时由系统编号";
        if (key == "mobile") field.hint = "手机 11 位，座机带区号，例如 0512-66001234";
        if (set) take_setting(field, *set);
        fields.push_back(std::move(field));
    }
    for (auto const& own : custom.fields()) {
        if (!is_fillable(own) || !may_fill(ctx.actor(), spec.name, "custom." + own.key)) continue;
        fields.push_back(bulk_field_of(own));
    }
    return fields;
}

Result<void> insist_on_bulk_pool(operation::Context& ctx, BulkObject object, HighSeaId pool) {
    auto const found = pool_for_entry(ctx, spec_of(object).pool_object, pool);
    if (!found) return found.error();
    return {};
}

}  // namespace wescrm::sales
