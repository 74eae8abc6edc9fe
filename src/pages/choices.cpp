#include "choices.hpp"

#include <set>

namespace wescrm::pages {

json::Value options_of_choices(std::span<ValueAndTitle const> words, std::string_view chosen,
                               json::Allocator& allocator) {
    auto options = json::Value{rapidjson::kArrayType};
    for (auto const& [value, title] : words) {
        auto option = json::Value{rapidjson::kObjectType};
        json::set(option, "o_value", value, allocator);
        json::set(option, "o_title", title, allocator);
        json::set(option, "o_chosen", json::Value{value == chosen}, allocator);
        options.PushBack(std::move(option), allocator);
    }
    return options;
}

json::Value options_of_choices(Titles const& words, std::string_view chosen, json::Allocator& allocator) {
    return options_of_choices(std::vector<ValueAndTitle>{words.begin(), words.end()}, chosen, allocator);
}

std::vector<std::string> texts_of(json::Value const& object, std::string_view member) {
    auto texts = std::vector<std::string>{};
    if (auto const* list = json::find(object, member); list && list->IsArray())
        for (auto const& one : list->GetArray()) texts.emplace_back(json::view(one));
    return texts;
}

Titles items_of(web::PageCall& call, std::string_view operation, json::Document const& input) {
    auto titles = Titles{};
    if (auto const found = call.perform(operation, input))
        for (auto const& item : (*found)["items"].GetArray())
            titles.emplace_back(json::find_string(item, "id").value_or(""),
                                json::find_string(item, "name").value_or(""));
    return titles;
}

json::Value boxes_of(Titles const& known, std::vector<std::string> const& chosen, std::string_view otherwise,
                     json::Allocator& allocator) {
    auto left = std::set<std::string>{chosen.begin(), chosen.end()};
    auto boxes = json::Value{rapidjson::kArrayType};
    auto const add = [&](std::string_view value, std::string_view title, bool is_on) {
        auto box = json::Value{rapidjson::kObjectType};
        json::set(box, "b_value", value, allocator);
        json::set(box, "b_title", title, allocator);
        json::set(box, "b_on", json::Value{is_on}, allocator);
        boxes.PushBack(std::move(box), allocator);
    };
    for (auto const& [value, title] : known) add(value, title, left.erase(value) > 0);
    for (auto const& value : left) add(value, otherwise, true);
    return boxes;
}

Titles roles_of(web::PageCall& call) { return items_of(call, "role.list", json::Document{rapidjson::kObjectType}); }

Titles departments_of(web::PageCall& call) {
    auto input = json::Document{rapidjson::kObjectType};
    json::set(input, "counted", json::Value{false}, input.GetAllocator());
    return items_of(call, "department.tree", input);
}

}  // namespace wescrm::pages
