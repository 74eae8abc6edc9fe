#include "tags.hpp"

#include "../org_forms.hpp"
#include "../showing.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>
#include <array>
#include <set>

namespace wescrm::pages::record {
namespace {

// [{id, tags}] of the records of which any are asked for.
std::optional<json::Document> asked_tags(web::PageCall& call, std::string_view object,
                                         std::vector<std::string> const& ids) {
    auto input = input_of({{"object", std::string{object}}});
    auto& allocator = input.GetAllocator();
    auto list = json::Value{rapidjson::kArrayType};
    for (auto const& id : ids) list.PushBack(json::make_string(id, allocator), allocator);
    json::set(input, "ids", std::move(list), allocator);
    auto found = call.perform("record_tag.list", input);
    if (!found) return std::nullopt;
    return std::move(*found);
}

std::set<std::string> parts_of(std::string const& chosen) {
    auto names = std::set<std::string>{};
    for (auto const& part : text::split(chosen, ','))
        if (auto const name = text::trim(part); !name.empty()) names.emplace(name);
    return names;
}

std::string joined(std::set<std::string> const& names) {
    return text::join(std::vector<std::string>{names.begin(), names.end()}, ",");
}

}  // namespace

std::string_view tone_of(std::string_view colour) {
    constexpr auto tones = std::to_array<std::pair<std::string_view, std::string_view>>(
        {{"blue", "info"}, {"green", "ok"}, {"orange", "warn"}, {"red", "danger"}, {"violet", "violet"}});
    auto const* const found = std::ranges::find(tones, colour, &std::pair<std::string_view, std::string_view>::first);
    return found == tones.end() ? std::string_view{} : found->second;
}

void add_record_tags(web::PageCall& call, Kind const& kind, std::vector<Column> const& columns, json::Value& items,
                     json::Allocator& allocator) {
    auto const shows = [](Column const& column) { return column.show == Show::tags; };
    if (items.Empty() || std::ranges::none_of(columns, shows)) return;
    auto ids = std::vector<std::string>{};
    for (auto const& item : items.GetArray()) ids.push_back(text_of(item, "id"));
    auto const found = asked_tags(call, kind.object, ids);
    if (!found) return;
    for (auto const& tagged : (*found)["items"].GetArray())
        for (auto& item : items.GetArray())
            if (text_of(item, "id") == text_of(tagged, "id"))
                json::set(item, "tags", json::Value{tagged["tags"], allocator}, allocator);
}

json::Value tags_of_record(web::PageCall& call, std::string_view object, std::string const& id,
                           json::Allocator& allocator) {
    auto const found = asked_tags(call, object, {id});
    if (!found || (*found)["items"].Empty()) return json::Value{rapidjson::kArrayType};
    return json::Value{(*found)["items"][0]["tags"], allocator};
}

json::Value chips_of(json::Value const& tags, std::size_t most, json::Allocator& allocator) {
    auto chips = json::Value{rapidjson::kArrayType};
    auto const add = [&](std::string const& text, std::string_view tone, std::string const& rule = {}) {
        auto chip = json::Value{rapidjson::kObjectType};
        json::set(chip, "chip_text", text, allocator);
        json::set(chip, "chip_tone", tone, allocator);
        if (!rule.empty()) json::set(chip, "chip_rule", rule, allocator);
        chips.PushBack(std::move(chip), allocator);
    };
    auto shown = std::size_t{0};
    for (auto const& tag : tags.GetArray())
        if (shown++ < most) add(text_of(tag, "name"), tone_of(text_of(tag, "colour")), text_of(tag, "rule"));
    if (shown > most) add("+" + std::to_string(shown - most), "");
    return chips;
}

json::Value tag_choices(web::PageCall& call, std::string_view object, std::string const& chosen, ChosenFor purpose,
                        json::Allocator& allocator) {
    auto groups = json::Value{rapidjson::kArrayType};
    auto const found = call.perform("tag_group.list", input_of({{"object", std::string{object}}}));
    if (!found) return groups;
    auto const names = parts_of(chosen);
    for (auto const& group : (*found)["items"].GetArray()) {
        auto tags = json::Value{rapidjson::kArrayType};
        auto is_any = false;
        for (auto const& tag : group["tags"].GetArray()) {
            auto const name = text_of(tag, "name");
            auto const is_chosen = names.contains(name);
            auto const is_fixed = purpose == ChosenFor::records && text_of(tag, "automatic_for") == object;
            if ((is_fixed || json::find_bool(tag, "disabled").value_or(false)) && !is_chosen) continue;
            is_any |= is_chosen;
            auto shown = json::Value{rapidjson::kObjectType};
            json::set(shown, "tt_name", name, allocator);
            json::set(shown, "tt_tone", tone_of(text_of(tag, "colour")), allocator);
            json::set(shown, "tt_chosen", json::Value{is_chosen}, allocator);
            json::set(shown, "tt_fixed", json::Value{is_fixed}, allocator);
            tags.PushBack(std::move(shown), allocator);
        }
        if (tags.Empty()) continue;
        auto view = json::Value{rapidjson::kObjectType};
        json::set(view, "tg_id", text_of(group, "id"), allocator);
        json::set(view, "tg_name", text_of(group, "name"), allocator);
        json::set(view, "tg_single", json::Value{json::find_bool(group, "single").value_or(false)}, allocator);
        json::set(view, "tg_personal", json::Value{json::find_bool(group, "personal").value_or(false)}, allocator);
        json::set(view, "tg_none", json::Value{!is_any}, allocator);
        json::set(view, "tg_tags", std::move(tags), allocator);
        groups.PushBack(std::move(view), allocator);
    }
    return groups;
}

// A group of which one is chosen has a name of its own, "tags.17"; new ones are typed into "tags.new".
std::string chosen_tags(web::PageCall const& call, std::string_view name) {
    auto const prefix = std::string{name} + ".";
    auto names = std::set<std::string>{};
    for (auto const& sent : {call.form, call.request.query})
        for (auto const& [known, value] : sent) {
            if (known != name && !known.starts_with(prefix)) continue;
            auto typed = value;
            if (known == prefix + "new")
                for (auto const* mark : {"，", "、", "；", ";"}) typed = text::replace_all(std::move(typed), mark, ",");
            names.merge(parts_of(typed));
        }
    return joined(names);
}

std::string joined_tags(json::Value const& names) {
    auto all = std::set<std::string>{};
    if (names.IsArray())
        for (auto const& name : names.GetArray()) all.emplace(json::view(name));
    return joined(all);
}

json::Value tags_from(std::string const& chosen, json::Allocator& allocator) {
    auto list = json::Value{rapidjson::kArrayType};
    for (auto const& name : parts_of(chosen)) list.PushBack(json::make_string(name, allocator), allocator);
    return list;
}

std::vector<Action> tag_actions(std::string_view operation, std::string_view object) {
    return {{.name = "tag",
             .operation = operation,
             .title = "打标签",
             .icon = "tag",
             .fields = {tags_field(object)},
             .done = "标签已更新"},
            {.name = "tags",
             .operation = operation,
             .title = "打标签",
             .icon = "tag",
             .fields = {{"add", Field::Ask::tags, {}, {}, "加上", object},
                        {"remove", Field::Ask::tags, {}, {}, "去掉", object}},
             .sentence = "单选分组里的标签会替换原来的那一个。",
             .done = "标签已更新",
             .is_bulk = true,
             .is_single = false}};
}

Field tags_field(std::string_view object) { return {"tags", Field::Ask::tags, {}, {}, "标签", object}; }
Column tags_column() { return {"tags", "标签", Show::tags}; }
Filter tags_filter() { return {"tags", "标签", Filter::Ask::tags}; }

}  // namespace wescrm::pages::record
