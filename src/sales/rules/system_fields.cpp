#include "rules/system_fields.hpp"

#include <wescrm/sales/contract.hpp>
#include <wescrm/sales/customer.hpp>
#include <wescrm/sales/invoice.hpp>
#include <wescrm/sales/lead.hpp>
#include <wescrm/sales/opportunity.hpp>
#include <wescrm/sales/order.hpp>
#include <wescrm/sales/payment.hpp>
#include <wescrm/sales/product.hpp>
#include <wescrm/sales/quote.hpp>

#include <boost/describe/enum_from_string.hpp>

#include <algorithm>
#include <array>

namespace wescrm::sales {
namespace {

/// A member of the input, and where the record keeps it: "" for a column of the same name.
struct Member {
    std::string_view key;
    std::string_view filled{};
};
constexpr std::string_view never_empty = "-";

FieldType type_of(operation::FieldDescription const& field) {
    constexpr std::size_t one_line = 200;
    if (field.name == "decision_role" || field.name == "attitude") return FieldType::choice;  // one of a few words
    if (field.type == "string") return field.limits.max_length > one_line ? FieldType::textarea : FieldType::text;
    static constexpr auto types =
        std::to_array<std::pair<std::string_view, FieldType>>({{"money", FieldType::money},
                                                               {"date", FieldType::date},
                                                               {"date-time", FieldType::datetime},
                                                               {"integer", FieldType::integer},
                                                               {"number", FieldType::decimal},
                                                               {"boolean", FieldType::boolean},
                                                               {"enum", FieldType::choice},
                                                               {"id", FieldType::reference}});
    auto const found = std::ranges::find(types, field.type, &std::pair<std::string_view, FieldType>::first);
    return found == types.end() ? FieldType::text : found->second;
}

template <class Input>
std::vector<SystemRule> rules_from(std::vector<Member> const& members) {
    auto const input = operation::describe<Input>();
    auto rules = std::vector<SystemRule>{};
    for (auto const& [key, filled] : members) {
        auto const field = std::ranges::find(input, key, &operation::FieldDescription::name);
        if (field == input.end()) throw std::logic_error{"no such system field: " + std::string{key}};
        auto rule = SystemRule{field->name, field->label, type_of(*field), field->is_required, {}};
        if (filled.empty()) rule.filled = "r." + rule.key + "::text";
        if (!filled.empty() && filled != never_empty) rule.filled = filled;
        rules.push_back(std::move(rule));
    }
    return rules;
}

// What is needed although the operation takes something else instead: a price exactly, a contract for an order.
std::vector<SystemRule> with_key(std::vector<SystemRule> rules, std::string_view key) {
    std::ranges::find(rules, key, &SystemRule::key)->is_key = true;
    return rules;
}

std::vector<SystemRule> product_rules() {
    auto rules = rules_from<CreateProduct>({{"name"},
                                            {"code", never_empty},
                                            {"category", "r.category_id::text"},
                                            {"price_fen", "r.price_e4::text"},
                                            {"cost_fen", "r.cost_e4::text"},
                                            {"unit"},
                                            {"tax_percent", never_empty},
                                            {"status", never_empty},
                                            {"spec"},
                                            {"description"}});
    return with_key(std::move(rules), "price_fen");
}

std::vector<SystemRule> customer_rules() {
    return rules_from<CreateCustomer>(
        {{"name"},
         {"short_name"},
         {"mobile"},
         {"phone"},
         {"contact",
          "(select 'k' from contact k where k.tenant_id = r.tenant_id and k.customer_id = r.id and k.deleted_at is "
          "null limit 1)"},
         {"level"},
         {"industry"},
         {"source"},
         {"scale"},
         {"website"},
         {"credit_code"},
         {"province"},
         {"city"},
         {"district"},
         {"address"},
         {"latitude"},
         {"longitude"},
         {"parent_id"},
         {"relation"},
         {"next_contact_at"},
         {"remark"}});
}

// What the system fills when nobody does is never empty.
std::vector<SystemRule> rules_for(FieldObject object) {
    switch (object) {
        case FieldObject::customer:
            return customer_rules();
        case FieldObject::lead:
            return rules_from<CreateLead>({{"name"},
                                           {"company"},
                                           {"mobile"},
                                           {"position"},
                                           {"wechat"},
                                           {"email"},
                                           {"source"},
                                           {"channel"},
                                           {"level"},
                                           {"intended"},
                                           {"city"},
                                           {"next_contact_at"},
                                           {"remark"}});
        case FieldObject::contact:
            return rules_from<CreateContact>({{"customer_id"},
                                              {"name"},
                                              {"mobile"},
                                              {"position"},
                                              {"department"},
                                              {"phone"},
                                              {"wechat"},
                                              {"email"},
                                              {"decision_role"},
                                              {"attitude"},
                                              {"birthday"},
                                              {"is_primary", never_empty},
                                              {"remark"}});
        case FieldObject::opportunity:
            return rules_from<CreateOpportunity>({{"customer_id"},
                                                  {"name"},
                                                  {"amount_fen", "nullif(r.amount_fen, 0)::text"},
                                                  {"process_id", never_empty},
                                                  {"expected_close_date"},
                                                  {"source"},
                                                  {"competitor"},
                                                  {"remark"}});
        case FieldObject::product:
            return product_rules();
        case FieldObject::quote:
            return rules_from<CreateQuote>({{"customer_id"},
                                            {"name", never_empty},
                                            {"opportunity_id"},
                                            {"quoted_on", never_empty},
                                            {"valid_until"},
                                            {"discount_percent", never_empty},
                                            {"terms"},
                                            {"remark"}});
        case FieldObject::order:
            return rules_from<CreateOrder>({{"customer_id"},
                                            {"name", never_empty},
                                            {"opportunity_id"},
                                            {"ordered_on", never_empty},
                                            {"delivery_on"},
                                            {"ends_on"},
                                            {"amount_fen", never_empty},
                                            {"payment_terms"},
                                            {"discount_percent", never_empty},
                                            {"remark"}});
        case FieldObject::contract:
            return rules_from<CreateContract>({{"customer_id"},
                                               {"name", never_empty},
                                               {"type"},
                                               {"amount_fen", "nullif(r.amount_fen, 0)::text"},
                                               {"signed_on"},
                                               {"starts_on"},
                                               {"ends_on"},
                                               {"remark"}});
        case FieldObject::payment:
            return with_key(rules_from<CreatePayment>({{"order_id"},
                                                       {"amount_fen"},
                                                       {"paid_on", never_empty},
                                                       {"method"},
                                                       {"payer"},
                                                       {"bank_account"},
                                                       {"remark"}}),
                            "order_id");
        case FieldObject::invoice:
            return with_key(rules_from<CreateInvoice>({{"order_id"},
                                                       {"amount_fen"},
                                                       {"title_id", never_empty},
                                                       {"kind", never_empty},
                                                       {"tax_percent", never_empty},
                                                       {"remark"}}),
                            "order_id");
    }
    return {};
}

SystemRule const* rule_of(FieldObject object, std::string_view key) {
    auto const& rules = system_rules(object);
    auto const found = std::ranges::find(rules, system_key(key), &SystemRule::key);
    return found == rules.end() ? nullptr : &*found;
}

// Whether it says anything that a company's own field only can.
bool has_own_parts(FieldDefinition const& field) {
    return field.unique || field.read_only || field.default_ || field.max_length || field.decimals || field.min ||
           field.max || field.pattern || !field.options.empty() || field.depends_on || field.visible_when ||
           field.required_when || field.reference_object || field.number_prefix || !field.maps_to.empty() ||
           field.masked.value_or(false) || field.encrypted.value_or(false);
}

}  // namespace

std::string system_key(std::string_view key) {
    return std::string{is_system(key) ? key.substr(system_prefix.size()) : key};
}

std::vector<SystemRule> const& system_rules(FieldObject object) {
    static auto const all = [] {
        auto made = std::vector<std::vector<SystemRule>>{};
        boost::mp11::mp_for_each<boost::describe::describe_enumerators<FieldObject>>(
            [&](auto const& entry) { made.push_back(rules_for(entry.value)); });
        return made;
    }();
    return all.at(static_cast<std::size_t>(object));
}

std::vector<SystemField> system_fields(FieldObject object, std::vector<Field> const& form) {
    auto fields = std::vector<SystemField>{};
    for (auto const& rule : system_rules(object)) {
        auto field = SystemField{};
        field.object = object;
        field.key = rule.key;
        field.label = rule.label;
        field.standard_label = rule.label;
        field.type = rule.type;
        field.required = rule.is_key;
        field.is_key = rule.is_key;
        field.may_need = rule.is_key || !rule.filled.empty();
        auto const set = std::ranges::find(form, std::string{system_prefix} + rule.key, &Field::key);
        if (set != form.end()) {
            field.label = set->label;
            field.required = rule.is_key || set->required;
            field.hidden = !rule.is_key && set->hidden;
            field.help = set->help;
            field.in_list = set->in_list;
            field.not_in_detail = set->not_in_detail.value_or(false);
            field.position = set->position;
        }
        fields.push_back(std::move(field));
    }
    std::ranges::stable_sort(fields, {}, &SystemField::position);
    return fields;
}

std::vector<SystemField> system_fields(std::string const& object, std::vector<Field> const& form) {
    auto known = FieldObject::customer;
    if (!boost::describe::enum_from_string(object.c_str(), known)) return {};
    return system_fields(known, form);
}

std::vector<Field> own_fields(std::vector<Field> form) {
    std::erase_if(form, [](Field const& field) { return is_system(field.key); });
    return form;
}

std::vector<FieldError> system_problems(FieldObject object, std::vector<FieldDefinition> const& fields,
                                        std::string const& prefix) {
    auto problems = std::vector<FieldError>{};
    for (std::size_t n = 0; n < fields.size(); ++n) {
        auto const& field = fields[n];
        if (!is_system(field.key)) continue;
        auto const at = prefix.empty() ? std::string{} : prefix + "[" + std::to_string(n) + "].";
        auto const* rule = rule_of(object, field.key);
        if (!rule) {
            problems.push_back({at + "key", "没有这个系统字段"});
            continue;
        }
        if (rule->is_key && !field.required)
            problems.push_back({at + "required", "「" + rule->label + "」是关键字段，不能改为选填"});
        if (rule->is_key && field.hidden)
            problems.push_back({at + "hidden", "「" + rule->label + "」是关键字段，不能隐藏"});
        if (!rule->is_key && field.required && rule->filled.empty())
            problems.push_back({at + "required", "「" + rule->label + "」留空时由系统填写，不能设为必填"});
        if (!rule->is_key && field.required && field.hidden)
            problems.push_back({at + "hidden", "不在表单里的字段不能必填"});
        if (has_own_parts(field))
            problems.push_back({at + "type", "系统字段只能设置名称、说明、必填、位置和在哪里显示"});
    }
    return problems;
}

void settle_system(FieldObject object, FieldDefinition& field) {
    if (auto const* rule = is_system(field.key) ? rule_of(object, field.key) : nullptr) field.type = rule->type;
}

}  // namespace wescrm::sales
