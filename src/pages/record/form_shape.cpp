#include "form_shape.hpp"

#include "../org_forms.hpp"
#include "../showing.hpp"
#include "own_kinds.hpp"
#include "values.hpp"

#include <algorithm>

namespace wescrm::pages::record {
namespace {

SystemSetting setting_from(json::Value const& field) {
    auto setting = SystemSetting{};
    if (auto const label = text_of(field, "label"); label != text_of(field, "standard_label"))
        setting.label = text_of(field, "type") == "money" ? label + "（元）" : label;
    setting.help = text_of(field, "help");
    setting.is_required = own_flag(field, "required");
    setting.is_hidden = own_flag(field, "hidden");
    setting.is_in_detail = !own_flag(field, "not_in_detail");
    setting.is_in_list = json::find_bool(field, "in_list");
    setting.position = json::find_integer(field, "position").value_or(0);
    return setting;
}

}  // namespace

SystemSetting const* FormShape::find(std::string_view field) const {
    auto const found = system.find(field);
    return found == system.end() ? nullptr : &found->second;
}

bool FormShape::is_ordered() const {
    return std::ranges::any_of(system, [](auto const& one) { return one.second.position > 0; });
}

void take_system(json::Value const& answer, FormShape& shape) {
    auto const* fields = answer.IsObject() ? json::find(answer, "system") : nullptr;
    if (!fields || !fields->IsArray()) return;
    for (auto const& field : fields->GetArray()) shape.system.emplace(text_of(field, "key"), setting_from(field));
}

FormShape shape_of(web::PageCall& call, std::string_view object) {
    auto shape = FormShape{};
    auto const found = call.perform("field.list", input_of({{"object", std::string{object}}}));
    if (!found) return shape;
    for (auto const& field : (*found)["items"].GetArray()) {
        auto& copy = shape.own.emplace_back();
        copy.CopyFrom(field, copy.GetAllocator());
    }
    take_system(*found, shape);
    return shape;
}

std::vector<Field> asked_fields(std::vector<Field> const& form, FormShape const& shape) {
    auto fields = form;
    std::erase_if(fields, [&](Field const& field) {
        auto const* setting = shape.find(field.name);
        return setting && setting->is_hidden;
    });
    return fields;
}

std::vector<Column> default_columns(std::vector<Column> const& columns, FormShape const& shape) {
    auto shown = std::vector<Column>{};
    for (auto const& column : columns) {
        auto const* setting = setting_of(shape, column);
        if (setting && setting->is_in_list ? *setting->is_in_list : !column.is_extra) shown.push_back(column);
    }
    return shown;
}

std::string_view own_label(FormShape const& shape, std::string_view field) {
    auto const* setting = shape.find(field);
    return setting ? std::string_view{setting->label} : std::string_view{};
}

SystemSetting const* setting_of(FormShape const& shape, Column const& column) {
    if (auto const* setting = shape.find(column.member)) return setting;
    if (!column.link_id.empty())
        if (auto const* setting = shape.find(column.link_id)) return setting;
    constexpr std::string_view name = "_name";
    if (!column.member.ends_with(name)) return nullptr;
    return shape.find(std::string{column.member.substr(0, column.member.size() - name.size())} + "_id");
}

std::vector<Column> named_columns(std::vector<Column> columns, FormShape const& shape) {
    for (auto& column : columns)
        if (auto const* setting = setting_of(shape, column); setting && !setting->label.empty())
            column.label = setting->label;
    return columns;
}

std::string CompanyWords::of(std::string_view object, std::string_view field) {
    auto const* kind = find_kind(object);
    auto const* list = kind ? usable(call_, operation_of(*kind, "list")) : nullptr;
    if (!list || !find_field(*list, "custom")) return {};
    auto shape = shapes_.find(object);
    if (shape == shapes_.end()) shape = shapes_.emplace(std::string{object}, shape_of(call_, object)).first;
    constexpr std::string_view own = "custom.";
    if (field.starts_with(own))
        for (auto const& one : shape->second.own)
            if (text_of(one, "key") == field.substr(own.size())) return text_of(one, "label");
    return std::string{own_label(shape->second, field)};
}

std::vector<Column> detail_columns(std::vector<Column> columns, FormShape const& shape) {
    std::erase_if(columns, [&](Column const& column) {
        auto const* setting = setting_of(shape, column);
        return setting && !setting->is_in_detail;
    });
    return named_columns(std::move(columns), shape);
}

}  // namespace wescrm::pages::record
