#include "form_shape.hpp"

#include "../org_forms.hpp"
#include "own_kinds.hpp"

#include <algorithm>

namespace wescrm::pages::record {
namespace {

SystemSetting setting_from(json::Value const& field) {
    auto setting = SystemSetting{};
    if (auto const label = own_member(field, "label"); label != own_member(field, "standard_label"))
        setting.label = label;
    setting.help = own_member(field, "help");
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
    auto const* fields = json::find(answer, "system");
    if (!fields || !fields->IsArray()) return;
    for (auto const& field : fields->GetArray()) shape.system.emplace(own_member(field, "key"), setting_from(field));
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

std::string own_label(FormShape const& shape, std::string_view field, bool is_money) {
    auto const* setting = shape.find(field);
    if (!setting || setting->label.empty()) return {};
    return is_money ? setting->label + "（元）" : setting->label;
}

}  // namespace wescrm::pages::record
