#include <wescrm/bot/menu.hpp>

#include <string>

namespace wescrm::bot {
namespace {

constexpr std::size_t most_groups = 3;
constexpr std::size_t most_items = 5;
constexpr std::size_t group_name_bytes = 16;
constexpr std::size_t item_name_bytes = 40;
constexpr std::size_t key_bytes = 128;
constexpr std::size_t url_bytes = 1'024;

struct Addresses {
    std::string_view public_url;
    std::string_view corp_id;
};

// The page learns from the address whose it is, so that signing in need not ask for the company.
std::string url_of(Addresses const& at, std::string_view path) {
    auto url = std::string{at.public_url} + std::string{path};
    if (!at.corp_id.empty())
        url += (path.find('?') == std::string_view::npos ? "?corp=" : "&corp=") + std::string{at.corp_id};
    return url;
}

Error refused(std::string const& where, std::string const& why) {
    return {Errc::invalid_input, "menu", where + " " + why};
}

Result<std::string> name_of(json::Value const& entry, std::string const& where, std::size_t limit) {
    auto const name = json::find_string(entry, "name").value_or("");
    if (name.empty()) return refused(where, "has no name");
    if (name.size() > limit) return refused(where, "has a name of more than " + std::to_string(limit) + " bytes");
    return name;
}

Result<json::Value> item_from(json::Value const& entry, std::string const& where, Addresses const& at,
                              json::Allocator& allocator) {
    auto const name = name_of(entry, where, item_name_bytes);
    if (!name) return name.error();
    auto const intent = json::find_string(entry, "intent");
    auto const path = json::find_string(entry, "path");
    if (intent.has_value() == path.has_value()) return refused(where, "needs an intent or a path");
    auto item = json::Value{rapidjson::kObjectType};
    json::set(item, "type", intent ? "click" : "view", allocator);
    json::set(item, "name", *name, allocator);
    if (intent) {
        if (intent->empty() || intent->size() > key_bytes) return refused(where, "has an intent that is no key");
        json::set(item, "key", *intent, allocator);
        return item;
    }
    auto const url = url_of(at, *path);
    if (!path->starts_with('/') || url.size() > url_bytes) return refused(where, "has a path that makes no address");
    json::set(item, "url", url, allocator);
    return item;
}

Result<json::Value> group_from(json::Value const& entry, std::string const& where, Addresses const& at,
                               json::Allocator& allocator) {
    auto const name = name_of(entry, where, group_name_bytes);
    if (!name) return name.error();
    auto const* items = json::find(entry, "items");
    if (!items || !items->IsArray() || items->Empty() || items->Size() > most_items)
        return refused(where, "needs 1 to 5 items");
    auto buttons = json::Value{rapidjson::kArrayType};
    for (rapidjson::SizeType i = 0; i < items->Size(); ++i) {
        auto item = item_from((*items)[i], where + ".items[" + std::to_string(i) + "]", at, allocator);
        if (!item) return item.error();
        buttons.PushBack(std::move(*item), allocator);
    }
    auto group = json::Value{rapidjson::kObjectType};
    json::set(group, "name", *name, allocator);
    json::set(group, "sub_button", std::move(buttons), allocator);
    return group;
}

}  // namespace

Result<json::Document> menu_body(std::string_view menu_json, std::string_view public_url, std::string_view corp_id) {
    auto const at = Addresses{public_url, corp_id};
    auto limits = json::Limits{};
    limits.comments = true;
    auto const menu = json::parse(menu_json, limits);
    if (!menu) return menu.error();
    auto const* groups = json::find(*menu, "groups");
    if (!groups || !groups->IsArray() || groups->Empty() || groups->Size() > most_groups)
        return refused("groups", "must have 1 to 3 entries");
    auto body = json::Document{rapidjson::kObjectType};
    auto& allocator = body.GetAllocator();
    auto buttons = json::Value{rapidjson::kArrayType};
    for (rapidjson::SizeType i = 0; i < groups->Size(); ++i) {
        auto group = group_from((*groups)[i], "groups[" + std::to_string(i) + "]", at, allocator);
        if (!group) return group.error();
        buttons.PushBack(std::move(*group), allocator);
    }
    json::set(body, "button", std::move(buttons), allocator);
    return body;
}

}  // namespace wescrm::bot
