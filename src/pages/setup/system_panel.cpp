#include "system_panel.hpp"

#include "../record/kind.hpp"
#include "../record/own_kinds.hpp"
#include "../showing.hpp"

#include <algorithm>

namespace wescrm::pages {
namespace {

using record::own_flag;

record::Column const* column_of(std::string_view object, std::string_view member) {
    auto const* kind = record::find_kind(object);
    if (!kind) return nullptr;
    auto const found = std::ranges::find(kind->columns, member, &record::Column::member);
    return found == kind->columns.end() ? nullptr : &*found;
}

bool is_in_detail(std::string_view object, std::string_view member) {
    auto const* kind = record::find_kind(object);
    return kind && (std::ranges::find(kind->properties, member, &record::Column::member) != kind->properties.end() ||
                    std::ranges::find(kind->facts, member, &record::Column::member) != kind->facts.end());
}

record::Field const* asked_as(std::string_view object, std::string_view member) {
    auto const* kind = record::find_kind(object);
    if (!kind) return nullptr;
    auto const found = std::ranges::find(kind->form, member, &record::Field::name);
    return found == kind->form.end() ? nullptr : &*found;
}

}  // namespace

std::string system_note(json::Value const& system, json::Value const& field) {
    auto const standard = text_of(system, "standard_label");
    auto note = std::string{own_flag(system, "is_key") ? "系统字段 · 关键" : "系统字段"};
    return text_of(field, "label") == standard ? note : note + " · 标准名称：" + standard;
}

json::Value system_panel(json::Value const& system, json::Value const& field, std::string_view object,
                         json::Value const& problems, json::Allocator& allocator) {
    auto const member = text_of(system, "key");
    auto const key = text_of(field, "key");
    auto const is_key = own_flag(system, "is_key");
    auto panel = json::Value{rapidjson::kObjectType};
    auto const flag = [&](char const* name, bool value) { json::set(panel, name, json::Value{value}, allocator); };
    json::set(panel, "s_key", key, allocator);
    json::set(panel, "s_label", text_of(field, "label"), allocator);
    json::set(panel, "s_standard", text_of(system, "standard_label"), allocator);
    json::set(panel, "s_member", member, allocator);
    json::set(panel, "s_help", text_of(field, "help"), allocator);
    flag("s_is_key", is_key);
    flag("s_may_need", !is_key && own_flag(system, "may_need"));
    flag("s_may_hide", !is_key);
    flag("s_required", own_flag(field, "required"));
    flag("s_hidden", own_flag(field, "hidden"));
    auto const* column = column_of(object, member);
    flag("s_has_column", column && !is_key);
    flag("s_in_list", json::find_bool(field, "in_list").value_or(column && !column->is_extra));
    flag("s_in_detail", !is_key && is_in_detail(object, member));
    flag("s_not_in_detail", own_flag(field, "not_in_detail"));
    auto wrong = json::Value{rapidjson::kArrayType};
    for (auto const& problem : problems.GetArray())
        if (text_of(problem, "key") == key) wrong.PushBack(json::Value{problem, allocator}, allocator);
    json::set(panel, "s_wrong", std::move(wrong), allocator);
    auto list = json::Value{rapidjson::kArrayType};
    list.PushBack(std::move(panel), allocator);
    return list;
}

json::Document likeness_of(json::Value const& field, std::string_view object) {
    auto like = json::Document{};
    like.CopyFrom(field, like.GetAllocator());
    auto const key = text_of(field, "key");
    auto const* asked = asked_as(object, std::string_view{key}.substr(key.find('.') + 1));
    auto type = text_of(field, "type");
    auto options = json::Value{rapidjson::kArrayType};
    if (asked)
        for (auto const& word : asked->words) {
            auto option = json::Value{rapidjson::kObjectType};
            json::set(option, "key", word.value, like.GetAllocator());
            json::set(option, "label", word.title, like.GetAllocator());
            options.PushBack(std::move(option), like.GetAllocator());
        }
    if (!options.Empty()) type = "choice";
    if (type == "reference") type = "text";  // a preview picks nothing
    json::set(like, "type", type, like.GetAllocator());
    json::set(like, "options", std::move(options), like.GetAllocator());
    return like;
}

}  // namespace wescrm::pages
