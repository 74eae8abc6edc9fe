#include "opportunity/needable.hpp"

#include "fields/store.hpp"
#include "rules/fields.hpp"
#include "rules/stages.hpp"
#include "rules/system_fields.hpp"

// Fields that a stage can require, those of the company's own among them.
namespace wescrm::sales {
namespace {

bool is_for_people(Field const& field) {
    return !field.hidden && !field.read_only && field.type != FieldType::divider &&
           field.type != FieldType::auto_number;
}

}  // namespace

std::map<std::string, std::string> needable_fields(operation::Context& ctx) {
    auto fields = std::map<std::string, std::string>{};
    for (auto const& name : system_needable()) fields.emplace(name, field_label(name));
    auto form = Fields{ctx}.form("opportunity");
    for (auto const& field : system_fields(FieldObject::opportunity, form)) {
        if (field.hidden) fields.erase(field.key);
        if (auto const known = fields.find(field.key); known != fields.end()) known->second = field.label;
    }
    for (auto const& field : own_fields(std::move(form)))
        if (is_for_people(field)) fields.emplace("custom." + field.key, field.label);
    return fields;
}

std::set<std::string> unasked_fields(operation::Context& ctx, json::Value const& values) {
    auto fields = std::set<std::string>{};
    for (auto const& field : Fields{ctx}.of(FieldObject::opportunity))
        if (!is_visible(field, values)) fields.insert("custom." + field.key);
    return fields;
}

}  // namespace wescrm::sales
