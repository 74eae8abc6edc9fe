#include "api_values.hpp"

#include <wescrm/wecom/corp_tags.hpp>

#include <algorithm>
#include <functional>

namespace wescrm::wecom {
namespace {

ApiTagGroup tag_group_from(json::Value const& in) {
    auto group = ApiTagGroup{string_in(in, "group_id"), string_in(in, "group_name"), {}};
    auto const* tags = json::find(in, "tag");
    if (!tags || !tags->IsArray()) return group;
    for (auto const& tag : tags->GetArray()) {
        if (json::find_bool(tag, "deleted").value_or(false)) continue;
        group.tags.push_back(
            {string_in(tag, "id"), string_in(tag, "name"), json::find_integer(tag, "order").value_or(0)});
    }
    std::ranges::stable_sort(group.tags, std::ranges::greater{}, &ApiTag::order);
    return group;
}

std::string deletion_of(char const* list, std::string const& id) {
    auto body = json::Document{rapidjson::kObjectType};
    auto& allocator = body.GetAllocator();
    auto ids = json::Value{rapidjson::kArrayType};
    ids.PushBack(json::make_string(id, allocator), allocator);
    json::set(body, list, std::move(ids), allocator);
    return json::write(body);
}

}  // namespace

asio::awaitable<ApiResult<std::vector<ApiTagGroup>>> corp_tags(Client& client, Account account) {
    auto answer = co_await client.post(std::move(account), "externalcontact/get_corp_tag_list", "{}");
    co_return list_from<ApiTagGroup>(std::move(answer), "tag_group", tag_group_from);
}

asio::awaitable<ApiResult<ApiTagGroup>> add_corp_tags(Client& client, Account account, NewCorpTags tags) {
    auto body = json::Document{rapidjson::kObjectType};
    auto& allocator = body.GetAllocator();
    if (tags.group_id.empty())
        json::set(body, "group_name", tags.group_name, allocator);
    else
        json::set(body, "group_id", tags.group_id, allocator);
    auto list = json::Value{rapidjson::kArrayType};
    for (auto const& tag : tags.tags) {
        auto one = json::Value{rapidjson::kObjectType};
        json::set(one, "name", tag.name, allocator);
        if (tag.order > 0) json::set(one, "order", json::Value{tag.order}, allocator);
        list.PushBack(std::move(one), allocator);
    }
    json::set(body, "tag", std::move(list), allocator);
    auto result = ApiResult<ApiTagGroup>{};
    result.answer = co_await client.post(std::move(account), "externalcontact/add_corp_tag", json::write(body));
    if (!result.is_ok()) co_return result;
    if (auto const* group = json::find(result.answer.body, "tag_group"); group && group->IsObject())
        result.value = tag_group_from(*group);
    if (result.value.id.empty()) result.answer.failure = ErrorClass::unknown;
    co_return result;
}

asio::awaitable<Answer> rename_corp_tag(Client& client, Account account, std::string id, std::string name) {
    auto body = json::Document{rapidjson::kObjectType};
    json::set(body, "id", id, body.GetAllocator());
    json::set(body, "name", name, body.GetAllocator());
    co_return co_await client.post(std::move(account), "externalcontact/edit_corp_tag", json::write(body));
}

asio::awaitable<Answer> order_corp_tag(Client& client, Account account, std::string id, std::int64_t order) {
    auto body = json::Document{rapidjson::kObjectType};
    json::set(body, "id", id, body.GetAllocator());
    json::set(body, "order", json::Value{order}, body.GetAllocator());
    co_return co_await client.post(std::move(account), "externalcontact/edit_corp_tag", json::write(body));
}

asio::awaitable<Answer> delete_corp_tag(Client& client, Account account, std::string tag_id) {
    auto body = deletion_of("tag_id", tag_id);
    co_return co_await client.post(std::move(account), "externalcontact/del_corp_tag", std::move(body));
}

asio::awaitable<Answer> delete_corp_tag_group(Client& client, Account account, std::string group_id) {
    auto body = deletion_of("group_id", group_id);
    co_return co_await client.post(std::move(account), "externalcontact/del_corp_tag", std::move(body));
}

}  // namespace wescrm::wecom
