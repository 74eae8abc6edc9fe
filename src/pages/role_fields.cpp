#include "role_fields.hpp"

#include "choices.hpp"
#include "org_forms.hpp"
#include "record/kind.hpp"
#include "record/values.hpp"

#include <wescrm/operation/field_guard.hpp>
#include <wescrm/operation/permissions.hpp>

#include <algorithm>
#include <array>
#include <set>

namespace wescrm::pages {
namespace {

using FieldRightChoices = std::array<ValueAndTitle, 3>;
constexpr FieldRightChoices levels{{{"edit", "可修改"}, {"read", "只能看"}, {"hidden", "隐藏"}}};
constexpr FieldRightChoices masks{{{"none", "完整显示"}, {"lists", "列表中部分隐藏"}, {"everywhere", "处处部分隐藏"}}};
constexpr auto field_right_objects =
    std::to_array<std::pair<std::string_view, std::string_view>>({{"customer", "客户"},
                                                                  {"contact", "联系人"},
                                                                  {"lead", "线索"},
                                                                  {"opportunity", "商机"},
                                                                  {"product", "产品"},
                                                                  {"quote", "报价单"},
                                                                  {"contract", "合同"},
                                                                  {"order", "订单"},
                                                                  {"payment_plan", "回款计划"},
                                                                  {"payment", "回款"},
                                                                  {"invoice", "发票"},
                                                                  {"followup", "跟进记录"},
                                                                  {"task", "任务"}});

struct Offered {
    std::string name;
    std::string label;
    std::string twin{};  ///< the same thing as an id, restricted along with it
};

std::vector<operation::FieldDescription> const* members_of(web::PageCall const& call, std::string const& object) {
    auto const* list = call.operations.catalogue().find(object + ".list");
    if (!list) return nullptr;
    auto const items = std::ranges::find(list->output, "items", &operation::FieldDescription::name);
    return items == list->output.end() || items->children.empty() ? nullptr : &items->children.front().children;
}

/// The fields of a kind that a role can restrict, each once.
class FieldRightOffer {
public:
    FieldRightOffer(web::PageCall& call, std::string const& object) : call_{call}, object_{object} {
        if (auto const* create = call.operations.catalogue().find(object + ".create"))
            for (auto const& field : create->input) add(field.name, field.label);
        if (auto const* known = record::find_kind(object)) {
            auto const& kind = record::kind_for(call, *known);
            for (auto const* columns : {&kind.columns, &kind.properties, &kind.facts})
                for (auto const& column : *columns) add(std::string{column.member}, std::string{column.label});
        }
        if (operation::is_switched_off(call.ctx.actor(), "order"))
            std::erase_if(fields, [](Offered const& field) { return field.name.starts_with("order_"); });
        auto const own = call.perform("field.list", input_of({{"object", object}}));
        if (!own) return;
        for (auto const& field : (*own)["items"].GetArray())
            if (json::find_string(field, "type") != "divider")
                fields.push_back({"custom." + json::find_string(field, "key").value_or(""),
                                  json::find_string(field, "label").value_or("")});
        join_twins();
    }
    std::vector<Offered> fields;

private:
    void add(std::string const& name, std::string const& label) {
        auto const* members = members_of(call_, object_);
        auto const is_shown =
            members && std::ranges::find(*members, name, &operation::FieldDescription::name) != members->end();
        if (!is_shown || label.empty() || !operation::is_restrictable(object_, name)) return;
        if (std::ranges::find(fields, name, &Offered::name) == fields.end()) fields.push_back({name, label});
    }

    // "contact_id" is what a form asks, "contact_name" what people read of it.
    void join_twins() {
        constexpr std::string_view id_end = "_id";
        auto ids = std::set<std::string>{};
        for (auto& field : fields)
            for (std::string_view const end : {"_name", "_no"}) {
                if (!field.name.ends_with(end)) continue;
                auto id = field.name.substr(0, field.name.size() - end.size()) + std::string{id_end};
                if (std::ranges::find(fields, id, &Offered::name) == fields.end()) continue;
                ids.insert(id);
                field.twin = std::move(id);
            }
        std::erase_if(fields, [&ids](Offered const& field) { return ids.contains(field.name); });
    }

    web::PageCall& call_;
    std::string object_;
};

// What the role says about one field.
json::Value field_cell(json::Value const& role, std::string const& object, Offered const& field,
                       json::Allocator& allocator) {
    auto const* fields = json::find(role["fields"], object);
    auto const* right = fields ? json::find(*fields, field.name) : nullptr;
    if (fields && !right && !field.twin.empty()) right = json::find(*fields, field.twin);
    auto const level = right ? json::find_string(*right, "level").value_or("edit") : std::string{"edit"};
    auto const mask = right ? json::find_string(*right, "mask").value_or("none") : std::string{"none"};
    auto made = json::Value{rapidjson::kObjectType};
    json::set(made, "key", object + "." + field.name, allocator);
    json::set(made, "label", field.label, allocator);
    json::set(made, "limited", json::Value{right != nullptr}, allocator);
    json::set(made, "locked_cell", json::Value{json::find_bool(role, "fixed").value_or(false)}, allocator);
    json::set(made, "levels", options_of_choices(levels, level, allocator), allocator);
    json::set(made, "masks", options_of_choices(masks, mask, allocator), allocator);
    return made;
}

void put_right(json::Value& all, std::string_view object, std::string const& field, json::Value right,
               json::Allocator& allocator) {
    if (!json::find(all, object)) json::set(all, object, json::Value{rapidjson::kObjectType}, allocator);
    json::set(all[std::string{object}.c_str()], field, std::move(right), allocator);
}

void keep_others(json::Value const& role, std::string_view object, std::vector<Offered> const& offered,
                 json::Value& all, json::Allocator& allocator) {
    auto const* rights = json::find(role["fields"], object);
    if (!rights || !rights->IsObject()) return;
    for (auto const& right : rights->GetObject())
        if (std::ranges::find(offered, json::view(right.name), &Offered::name) == offered.end() &&
            std::ranges::find(offered, json::view(right.name), &Offered::twin) == offered.end())
            put_right(all, object, std::string{json::view(right.name)}, json::Value{right.value, allocator}, allocator);
}

}  // namespace

json::Value field_groups(web::PageCall& call, json::Value const& role, json::Allocator& allocator) {
    auto groups = json::Value{rapidjson::kArrayType};
    for (auto const& [object, title] : field_right_objects) {
        if (operation::is_switched_off(call.ctx.actor(), object)) continue;
        auto cells = json::Value{rapidjson::kArrayType};
        auto limited = std::int64_t{0};
        for (auto const& field : FieldRightOffer{call, std::string{object}}.fields) {
            cells.PushBack(field_cell(role, std::string{object}, field, allocator), allocator);
            limited += json::find_bool(cells[cells.Size() - 1], "limited").value_or(false) ? 1 : 0;
        }
        if (cells.Empty()) continue;
        auto group = json::Value{rapidjson::kObjectType};
        json::set(group, "object_title", title, allocator);
        json::set(group, "limited_text", limited == 0 ? "" : std::to_string(limited) + " 个字段有限制", allocator);
        json::set(group, "field_cells", std::move(cells), allocator);
        groups.PushBack(std::move(group), allocator);
    }
    return groups;
}

json::Value fields_from(web::PageCall& call, json::Value const* role, json::Allocator& allocator) {
    auto all = json::Value{rapidjson::kObjectType};
    for (auto const& [object, title] : field_right_objects) {
        auto offer = FieldRightOffer{call, std::string{object}};
        if (operation::is_switched_off(call.ctx.actor(), object)) offer.fields.clear();  // what there is stays
        for (auto const& field : offer.fields) {
            auto const key = std::string{object} + "." + field.name;
            auto const level = call.value("f:" + key);
            auto const mask = call.value("m:" + key);
            if ((level.empty() || level == "edit") && (mask.empty() || mask == "none")) continue;
            auto right = json::Value{rapidjson::kObjectType};
            json::set(right, "level", level.empty() ? "edit" : std::string_view{level}, allocator);
            json::set(right, "mask", mask.empty() ? "none" : std::string_view{mask}, allocator);
            if (!field.twin.empty()) put_right(all, object, field.twin, json::Value{right, allocator}, allocator);
            put_right(all, object, field.name, std::move(right), allocator);
        }
        if (role) keep_others(*role, object, offer.fields, all, allocator);
    }
    return all;
}

}  // namespace wescrm::pages
